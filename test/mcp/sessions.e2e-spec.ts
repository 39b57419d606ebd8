/** Sessions that an app makes for MCP clients: what they leave, what they take away, and what nobody gets out of them. */
import {
  legacyMcp,
  mcpHeaders,
  mcpMessage,
  modernMcp,
  startStack,
  untilTask,
  type Client,
  type McpClient,
  type Stack,
} from '../kit/index.js';

const EVENTS = 'https://www.googleapis.com/auth/calendar.events';
const LIST = 'google-calendar__events__list';
const CREATE = 'google-calendar__events__create';
const DELETE = 'google-calendar__events__delete';
const ISSUES = 'github__issues__list';

let stack: Stack;
let app: Client;
const open: McpClient[] = [];
beforeAll(async () => {
  stack = await startStack({ targets: ['google', 'github'] });
  app = stack.agent.client;
  await stack.connected('ada', { target: 'google', scope: EVENTS });
  await stack.connected('ada', { target: 'github', scope: 'repo' });
});
afterEach(async () => {
  for (const client of open.splice(0)) await client.close();
});
afterAll(() => stack.close());

const make = async (members: object = {}) => {
  const { status, body, text } = await app.post('/v1/sessions', { userId: 'ada', ...members });
  if (status !== 201) throw new Error(`no session: ${status} ${text}`);
  return { ...body, client: app.as(body.token) } as {
    id: string;
    token: string;
    url: string;
    client: Client;
  };
};
const connected = async (client: Client, connect = modernMcp) => {
  const mcp = await connect(client);
  open.push(mcp);
  return mcp;
};
const namesOf = async (mcp: McpClient) => (await mcp.list()).map(({ name }) => name);
const list = (client: Client, headers: Record<string, string> = {}) =>
  client.post('/mcp', mcpMessage('tools/list'), { ...mcpHeaders('tools/list'), ...headers });

describe('a session', () => {
  it('lets clients of both revisions act for its user, and says in the log that it did', async () => {
    const { client, url, id } = await make();
    expect(url).toBe(`${stack.server.url}/mcp`);
    for (const connect of [modernMcp, legacyMcp]) {
      const mcp = await connected(client, connect);
      expect((await mcp.call(LIST)).isError).toBeFalsy();
    }
    const { body } = await stack.operator.get('/v1/audit-events?userId=ada&type=action.run&limit=1');
    expect(body.data[0]).toMatchObject({ agentId: stack.agent.id, keyId: id, userId: 'ada' });
  });

  it('shows and calls only its tools: deny binds, whatever allow says', async () => {
    const { client } = await make({ tools: { allow: ['google-calendar', ISSUES], deny: [CREATE] } });
    const mcp = await connected(client);
    const names = await namesOf(mcp);
    expect(names).toEqual(expect.arrayContaining([LIST, ISSUES]));
    expect(names.filter((name) => name === CREATE || name.startsWith('gmail'))).toEqual([]);
    const refused = { isError: true, structuredContent: { code: 'tool_not_in_session' } };
    expect(await mcp.call(CREATE, { summary: 'No' })).toMatchObject(refused);
    expect(await mcp.call('gmail__messages__send')).toMatchObject(refused);
    expect(await mcp.call('connect', { tools: [CREATE] })).toMatchObject(refused);
    const { body } = await stack.operator.get('/v1/audit-events?userId=ada&type=access.denied&limit=5');
    expect(body.data[0].detail.code).toBe('tool_not_in_session');
  });

  it('lists its pinned tools beside the search, which answers for the session', async () => {
    const { client } = await make({ tools: { deny: [CREATE], pinned: [LIST] } });
    const mcp = await connected(client);
    expect(await namesOf(mcp)).toEqual([
      'search_tools',
      'call_tool',
      'connect',
      'get_task',
      'read_result',
      LIST,
    ]);
    const { tools } = (await mcp.call('search_tools', { query: 'create an event' })).structuredContent;
    expect(tools.find(({ name }: { name: string }) => name === CREATE)).toMatchObject({
      state: 'not_allowed',
      reason: 'tool_not_in_session',
    });
    expect(await mcp.call('call_tool', { tool: CREATE, arguments: { summary: 'No' } })).toMatchObject({
      isError: true,
      structuredContent: { code: 'tool_not_in_session' },
    });
  });

  it('keeps to its connections', async () => {
    const { body } = await app.get('/v1/connections?userId=ada');
    const idOf = (target: string) =>
      body.data.find((one: { target: string }) => one.target === target).id as string;
    const { client } = await make({ connections: [idOf('google')] });
    const mcp = await connected(client);
    const answer = await mcp.call(LIST);
    expect(answer._meta).toMatchObject({ 'valetkey/connectionId': idOf('google') });
    const issues = { owner: 'ada-lovelace', repo: 'engine' };
    const refused = { isError: true, structuredContent: { code: 'not_found' } };
    expect(await mcp.call(ISSUES, issues)).toMatchObject(refused);
    expect(await mcp.call(ISSUES, { ...issues, connectionId: idOf('github') })).toMatchObject(refused);
  });

  it('is narrowed and never widened', async () => {
    const { id, client } = await make({
      tools: { allow: ['google-calendar'], deny: [DELETE] },
      expiresIn: 600,
    });
    const path = `/v1/sessions/${id}`;
    for (const change of [
      { tools: { allow: ['google-calendar', 'github'] } },
      { tools: { deny: [] } },
      { expiresIn: 3_600 },
    ])
      expect([change, (await app.patch(path, change)).body.code]).toEqual([change, 'session_widened']);
    const { status, body } = await app.patch(path, { tools: { allow: [LIST] }, expiresIn: 300 });
    expect([status, body.tools]).toEqual([
      200,
      { allow: ['google-calendar.events.list'], deny: ['google-calendar.events.delete'], pinned: [] },
    ]);
    const mcp = await connected(client);
    expect((await namesOf(mcp)).filter((name) => name.includes('__'))).toEqual([LIST]);
    expect((await app.patch(path, { tools: { allow: ['google-calendar'] } })).status).toBe(422);
    expect((await app.get(path)).body).toMatchObject({
      id,
      userId: 'ada',
      tools: { allow: [body.tools.allow[0]] },
    });
  });

  it('ends at once, and what waits in it is called off', async () => {
    const { id, client } = await make();
    const mcp = await connected(client);
    const held = await mcp.call(DELETE, { eventId: 'held-in-a-session' });
    const { taskId, approvalId } = held.structuredContent;
    expect((await app.delete(`/v1/sessions/${id}`)).body.endedAt).toBeDefined();
    expect((await list(client)).status).toBe(401);
    expect((await app.get(`/v1/tasks/${taskId}`)).body.status).toBe('canceled');
    const { body: log } = await stack.operator.get('/v1/audit-events?userId=ada&type=task.canceled&limit=1');
    expect(log.data[0]).toMatchObject({ taskId, detail: { code: 'session_ended' } });
    const decision = { decision: 'approve' };
    expect((await stack.operator.post(`/v1/approvals/${approvalId}/decision`, decision)).status).toBe(409);
    expect((await app.patch(`/v1/sessions/${id}`, { expiresIn: 60 })).body.code).toBe('session_ended');
  });

  it('has its call run after a person agreed', async () => {
    const { client } = await make();
    const mcp = await connected(client);
    const held = await mcp.call(DELETE, { eventId: 'not-there' });
    const { taskId, approvalId } = held.structuredContent;
    await stack.operator.post(`/v1/approvals/${approvalId}/decision`, { decision: 'approve' });
    expect(await untilTask(app, taskId)).toMatchObject({ status: 'failed', error: { code: 'not_found' } });
    expect((await mcp.call('get_task', { taskId })).structuredContent).toMatchObject({
      taskId,
      code: 'not_found',
    });
  });

  it('is on record: made, narrowed, ended, and never its token', async () => {
    const { id, token } = await make({ tools: { allow: [LIST] } });
    await app.patch(`/v1/sessions/${id}`, { tools: { deny: [LIST] } });
    await app.delete(`/v1/sessions/${id}`);
    const { body, text } = await stack.operator.get('/v1/audit-events?userId=ada&limit=10');
    const types = body.data
      .filter(({ detail }: { detail?: { sessionId?: string } }) => detail?.sessionId === id)
      .map(({ type }: { type: string }) => type);
    expect(types).toEqual(['session.ended', 'session.narrowed', 'session.created']);
    expect(text).not.toContain(token);
  });
});

describe('the token of a session', () => {
  it('opens nothing but the MCP endpoint', async () => {
    const { client } = await make();
    for (const path of ['/v1/connections?userId=ada', '/v1/tools', '/v1/tasks', '/my-account/connections'])
      expect([path, (await client.get(path)).status]).toEqual([path, 403]);
    const run = await client.post('/v1/actions/google-calendar.events.list', { userId: 'ada', input: {} });
    expect([run.status, run.body.code]).toEqual([403, 'wrong_credential_kind']);
    expect((await client.post('/v1/sessions', { userId: 'eve' })).status).toBe(403);
  });

  it('acts for no other user than its own', async () => {
    const { client } = await make();
    const answer = await list(client, { 'valetkey-user': 'eve' });
    expect([answer.status, answer.body.code]).toEqual([403, 'other_user']);
  });

  it('reads no task of another user, nor one of a tool that the session lacks', async () => {
    const held = await (await connected((await make()).client)).call(DELETE, { eventId: 'of-ada' });
    const { taskId } = held.structuredContent;
    const { body } = await app.post('/v1/sessions', { userId: 'eve' });
    const without = await make({ tools: { deny: [DELETE] } });
    for (const client of [app.as(body.token), without.client])
      expect(await (await connected(client)).call('get_task', { taskId })).toMatchObject({
        isError: true,
        structuredContent: { code: 'not_found' },
      });
  });

  it('counts no longer once its agent is disabled', async () => {
    const other = await stack.createAgent('short-lived');
    const { body } = await other.client.post('/v1/sessions', { userId: 'ada' });
    expect((await list(app.as(body.token))).status).toBe(200);
    await stack.operator.patch(`/v1/operator/agents/${other.id}`, { disabled: true });
    expect((await list(app.as(body.token))).status).toBe(401);
  });
});

describe('making a session', () => {
  it('lends another agent only where the caller may mint user tokens', async () => {
    const weak = await stack.operator.post('/v1/agents', { name: 'steered by a model', userTokens: 'none' });
    const lent = { userId: 'ada', agent: stack.agent.id };
    const refused = await app.as(weak.body.key).post('/v1/sessions', lent);
    expect([refused.status, refused.body.code]).toEqual([403, 'session_agent_denied']);
    const made = await app.post('/v1/sessions', { userId: 'ada', agent: weak.body.id });
    expect([made.status, made.body.agentId]).toEqual([201, weak.body.id]);
    // Only who made it can change it.
    const path = `/v1/sessions/${made.body.id}`;
    expect((await app.as(weak.body.key).delete(path)).status).toBe(404);
    expect((await stack.operator.delete(path)).status).toBe(200);
  });

  it.each([
    ['a tool that does not exist', { tools: { allow: ['gmail__everything'] } }, 400, 'tools.allow'],
    ['a connection of nobody', { connections: ['con_00000000000000000000000000'] }, 404, 'connection'],
    ['a life of a week', { expiresIn: 604_800 }, 400, 'expiresIn'],
    ['an unknown member', { forever: true }, 400, 'forever'],
  ])('is refused for %s', async (_, members, status, named) => {
    const answer = await app.post('/v1/sessions', { userId: 'ada', ...members });
    expect([answer.status, answer.body.detail]).toEqual([status, expect.stringContaining(named)]);
  });
});
