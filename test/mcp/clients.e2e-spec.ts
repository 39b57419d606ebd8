/** MCP clients of others, of both revisions, from the list of tools over a consent and an approval to the result. */
import { encode } from 'gpt-tokenizer';
import {
  hostedConnect,
  legacyMcp,
  mcpHeaders,
  mcpMessage,
  modernMcp,
  startStack,
  untilTask,
  type Client,
  type McpClient,
  type McpConnecting,
  type Stack,
} from '../kit/index.js';

const LIST = 'google-calendar__events__list';
const CREATE = 'google-calendar__events__create';
const DELETE = 'google-calendar__events__delete';
const CALENDAR = 'https://www.googleapis.com/auth/calendar.events';
const CLIENTS = [
  ['2026-07-28', modernMcp],
  ['2025-11-25', legacyMcp],
] as const;

let stack: Stack;
const open: McpClient[] = [];
beforeAll(async () => {
  stack = await startStack({ targets: ['google', 'github'] });
});
afterEach(async () => {
  for (const client of open.splice(0)) await client.close();
  stack.twin.control.clearFaults();
  for (const { id } of (await stack.operator.get('/v1/operator/policies')).body)
    await stack.operator.delete(`/v1/operator/policies/${id}`);
});
afterAll(() => stack.close());

type Connect = (client: Client, how?: McpConnecting) => Promise<McpClient>;

const connected = async (connect: Connect, client: Client, how?: McpConnecting) => {
  const mcp = await connect(client, { path: '/mcp?tools=direct', ...how });
  open.push(mcp);
  return mcp;
};
const asAgent = (connect: Connect, userId: string, path = '/mcp?tools=direct') =>
  connected(connect, stack.agent.client, { path, headers: { 'valetkey-user': userId } });
const textOf = ({ content }: { content: readonly { text?: string }[] }) =>
  content.map(({ text = '' }) => text).join('\n');
const newEvent = (summary: string) => ({
  summary,
  start: { date: '2027-06-01' },
  end: { date: '2027-06-02' },
});
const eventsNamed = (summary: string) =>
  stack.twin.control.state().google.events.filter((stored) => JSON.stringify(stored).includes(summary));
const addRule = async (text: string) => {
  const { status, body } = await stack.operator.post('/v1/operator/policies', {
    name: text.slice(0, 100),
    text,
  });
  expect([status, body.detail]).toEqual([201, undefined]);
};
/** A bare POST to the endpoint. */
const post = (client: Client, message: unknown, headers: Record<string, string>) =>
  client.post('/mcp', message, headers);
const list = (client: Client, headers: Record<string, string> = {}) =>
  post(client, mcpMessage('tools/list'), { ...mcpHeaders('tools/list'), ...headers });

describe.each(CLIENTS)('a client of %s', (version, connect) => {
  const user = `user-of-${version}`;

  it('connects, and sees the tools with what they change', async () => {
    const mcp = await connected(connect, await stack.user(user));
    expect(mcp.version).toBe(version);
    const tools = await mcp.list();
    const named = (name: string) => tools.find((tool) => tool.name === name);
    expect(named(LIST)?.annotations).toMatchObject({ readOnlyHint: true });
    expect(named(DELETE)?.annotations).toMatchObject({ destructiveHint: true });
    expect(named('connect')).toBeDefined();
    // No connector serves Dropbox here, so its tools could never be called.
    expect(tools.filter(({ name }) => name.startsWith('dropbox'))).toEqual([]);
  });

  it('is given the link where a consent is missing, and the same call succeeds after it', async () => {
    const client = await stack.user(user);
    const mcp = await connected(connect, client);
    const refused = await mcp.call(LIST, {});
    expect(refused.isError).toBe(true);
    expect(refused.structuredContent).toMatchObject({
      code: 'authorization_required',
      missingScopes: [expect.stringContaining('calendar')],
    });
    const { authorizationUri } = refused.structuredContent;
    expect(textOf(refused)).toContain(authorizationUri);
    await hostedConnect(authorizationUri, client.credential as string);
    const answer = await mcp.call(LIST, {});
    expect(answer.isError).toBeFalsy();
    expect(answer.structuredContent).toMatchObject({ events: expect.any(Array) });
    expect(JSON.parse(textOf(answer))).toEqual(answer.structuredContent);
    expect(answer._meta).toMatchObject({ 'valetkey/connectionId': expect.stringMatching(/^con_/) });
  });

  it('is given one link for several tools beforehand by connect', async () => {
    const client = await stack.user(user);
    const mcp = await connected(connect, client);
    const asked = await mcp.call('connect', { tools: [LIST, CREATE, DELETE] });
    const [link] = asked.structuredContent.links;
    expect(link).toMatchObject({ provider: 'google-calendar', missingScopes: [expect.any(String)] });
    expect(textOf(asked)).toContain(link.authorizationUri);
    await hostedConnect(link.authorizationUri, client.credential as string);
    const again = await mcp.call('connect', { tools: [LIST, CREATE, DELETE] });
    expect(again.structuredContent.links).toEqual([
      { provider: 'google-calendar', tools: [LIST, CREATE, DELETE] },
    ]);
  });

  it('waits for a person where policy wants one, and reads the result then', async () => {
    await addRule(
      '@require_approval("operator") forbid (principal, action == Action::"google-calendar.events.create", resource);',
    );
    const mcp = await asAgent(connect, user);
    const summary = `Tea over ${version}`;
    const held = await mcp.call(CREATE, newEvent(summary));
    expect(held.isError).toBe(true);
    expect(held.structuredContent).toMatchObject({
      code: 'approval_required',
      taskId: expect.stringMatching(/^tsk_/),
      approvalUri: expect.stringContaining('/connect/approvals/'),
    });
    expect(textOf(held)).toContain(summary);
    const { taskId, approvalId } = held.structuredContent;
    expect(eventsNamed(summary)).toEqual([]);
    const reading = mcp.call('get_task', { taskId, waitSeconds: 30 });
    const decision = { decision: 'approve' };
    expect((await stack.operator.post(`/v1/approvals/${approvalId}/decision`, decision)).status).toBe(200);
    const done = await reading;
    expect(done.isError).toBeFalsy();
    expect(done.structuredContent).toMatchObject({ summary });
    expect(eventsNamed(summary)).toHaveLength(1);
    await untilTask(stack.agent.client, taskId);
  });

  it('is told why in words and as data where a call is refused', async () => {
    const mcp = await asAgent(connect, user);
    const wrong = await mcp.call(CREATE, { summary: 7 });
    expect(wrong).toMatchObject({ isError: true, structuredContent: { code: 'invalid_input' } });
    expect(textOf(wrong)).toContain('input.summary');
    await addRule(`forbid (principal, action == Action::"google-calendar.events.list", resource);`);
    const denied = await mcp.call(LIST, {});
    expect(denied).toMatchObject({ isError: true, structuredContent: { code: 'policy_denied' } });
    await expect(mcp.call('no__such__tool', {})).rejects.toThrow('Unknown tool: no__such__tool');
  });
});

describe('the list of tools', () => {
  it('is the same bytes for the same caller, for a minute and for it alone', async () => {
    const user = await stack.user('bytes');
    const [one, two] = [await list(user), await list(user)];
    expect(one.status).toBe(200);
    expect(two.text).toBe(one.text);
    expect(one.body.result).toMatchObject({ resultType: 'complete', ttlMs: 60_000, cacheScope: 'private' });
    expect(one.headers.get('cache-control')).toBe('no-store');
  });

  it('leaves out what policy forbids, and is refused where listing is', async () => {
    await addRule(`forbid (principal, action == Action::"google-calendar.events.list", resource);`);
    const mcp = await asAgent(modernMcp, 'listed');
    const names = (await mcp.list()).map(({ name }) => name);
    expect(names).toContain(DELETE);
    expect(names).not.toContain(LIST);
    await addRule(`forbid (principal, action == Action::"tool.list", resource == User::"listed");`);
    const refused = await list(stack.agent.client, { 'valetkey-user': 'listed' });
    expect(refused.body.error.data).toMatchObject({ code: 'policy_denied', status: 403 });
  });
});

it('gives a read up when its client goes, and says so in the log', async () => {
  await stack.connected('hasty', {
    target: 'google',
    scope: CALENDAR,
  });
  stack.twin.control.addFault({ provider: 'google', fault: 'hang', match: { path: '/calendar/v3' } });
  const mcp = await asAgent(modernMcp, 'hasty');
  const gone = new AbortController();
  const call = mcp.call(LIST, {}, gone.signal);
  setTimeout(() => gone.abort(), 1_000);
  await expect(call).rejects.toThrow();
  const started = Date.now();
  let runs: { outcome: string }[] = [];
  while (runs.every(({ outcome }) => outcome !== 'failed') && Date.now() - started < 10_000)
    runs = (await stack.operator.get('/v1/audit-events?userId=hasty&type=action.run')).body.data;
  expect(runs.map(({ outcome }) => outcome)).toEqual(['failed', 'intended']);
});

describe('many tools', () => {
  const search = async (mcp: McpClient, words: string) =>
    (await mcp.call('search_tools', { query: words })).structuredContent.tools as {
      name: string;
      state: string;
      reason?: string;
      inputSchema?: object;
    }[];

  it('are a search and a call by default, which cost a model little', async () => {
    const user = await stack.user('searcher');
    const tools = await (await connected(modernMcp, user, { path: '/mcp' })).list();
    expect(tools.map(({ name }) => name)).toEqual([
      'search_tools',
      'call_tool',
      'connect',
      'get_task',
      'read_result',
    ]);
    expect(encode(JSON.stringify(tools)).length).toBeLessThan(1_000);
    const all = await (await connected(modernMcp, user)).list();
    expect(encode(JSON.stringify(all)).length).toBeGreaterThan(10_000);
    const wrong = await user.post('/mcp?tools=some', mcpMessage('tools/list'), mcpHeaders('tools/list'));
    expect([wrong.status, wrong.body.code]).toEqual([400, 'invalid_input']);
  });

  it('are found by the words that people use, with what is in the way', async () => {
    await stack.connected('finder', { target: 'google', scope: CALENDAR });
    await addRule('forbid (principal, action == Action::"github.pulls.merge", resource);');
    const mcp = await asAgent(modernMcp, 'finder', '/mcp');
    const [created] = await search(mcp, 'create pull request');
    expect(created).toMatchObject({ name: 'github__pulls__create', state: 'needs_consent' });
    expect(created?.inputSchema).toMatchObject({ type: 'object' });
    const found = async (words: string, name: string) =>
      (await search(mcp, words)).find((tool) => tool.name === name);
    expect(await found('list calendar events', LIST)).toMatchObject({ state: 'callable' });
    expect(await found('delete event', DELETE)).toMatchObject({ state: 'needs_approval' });
    const merge = await found('merge a PR', 'github__pulls__merge');
    expect(merge).toMatchObject({ state: 'not_allowed', reason: 'policy_denied' });
    expect(merge?.inputSchema).toBeUndefined();
    expect(await search(mcp, 'qqqqzzzz')).toEqual([]);
  });

  it('are called under the same policy, schema and record', async () => {
    const mcp = await asAgent(modernMcp, 'finder', '/mcp');
    const call = (tool: string, input: object) => mcp.call('call_tool', { tool, arguments: input });
    expect((await call(LIST, {})).structuredContent).toMatchObject({ events: expect.any(Array) });
    const refused = (code: string) => ({ isError: true, structuredContent: { code } });
    expect(await call(CREATE, { summary: 7 })).toMatchObject(refused('invalid_input'));
    expect(await call('connect', { tools: [LIST] })).toMatchObject(refused('invalid_input'));
    expect(await call(DELETE, { eventId: 'x' })).toMatchObject(refused('approval_required'));
    await addRule(`forbid (principal, action == Action::"google-calendar.events.list", resource);`);
    expect(await call(LIST, {})).toMatchObject(refused('policy_denied'));
    const { body } = await stack.operator.get('/v1/audit-events?userId=finder&type=access.denied');
    expect(body.data[0]).toMatchObject({ action: 'google-calendar.events.list', agentId: stack.agent.id });
  });
});

describe('a request that no client of this user sends', () => {
  it('is refused without a credential, and with one that is not valid', async () => {
    const nobody = await list(stack.server.anonymous);
    expect([nobody.status, nobody.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="valetkey"']);
    const forged = await list(stack.server.anonymous.as('e30.e30.e30'));
    expect([forged.status, forged.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer realm="valetkey", error="invalid_token"',
    ]);
  });

  it('is refused from a foreign origin, and served from one of the app', async () => {
    const user = await stack.user('origins');
    const foreign = await list(user, { origin: 'https://evil.example' });
    expect([foreign.status, foreign.body.code]).toEqual([403, 'origin_not_allowed']);
    expect((await list(user, { origin: stack.server.url })).status).toBe(200);
  });

  it('is refused with a token of another user than the one that it names', async () => {
    const answer = await list(await stack.user('eve'), { 'valetkey-user': 'ada' });
    expect([answer.status, answer.body.code]).toEqual([403, 'other_user']);
  });

  it('is refused by an agent that names no user, or two', async () => {
    const answer = await list(stack.agent.client);
    expect([answer.status, answer.body.code]).toEqual([400, 'user_required']);
  });

  it('is refused where header and body differ', async () => {
    const user = await stack.user('headers');
    const message = mcpMessage('tools/call', { name: DELETE, arguments: { eventId: 'x' } });
    const answer = await post(user, message, mcpHeaders('tools/call', LIST));
    expect([answer.status, answer.body.error.code]).toEqual([400, -32_020]);
  });

  it('is refused as a batch, and when it is too long', async () => {
    const user = await stack.user('sizes');
    const batch = await post(user, [mcpMessage('tools/list')], mcpHeaders('tools/list'));
    expect([batch.status, batch.body.code]).toEqual([400, 'invalid_input']);
    const long = mcpMessage('tools/call', { name: LIST, arguments: { q: 'x'.repeat(1_100_000) } });
    expect((await post(user, long, mcpHeaders('tools/call', LIST))).status).toBe(413);
  });
});
