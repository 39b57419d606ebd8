import { setTimeout as sleep } from 'node:timers/promises';
import { startStack, untilTask, type Client, type Stack } from '../kit/index.js';

const GOOGLE_SCOPES = ['calendar.events', 'gmail.readonly', 'gmail.send', 'drive.metadata.readonly']
  .map((name) => `https://www.googleapis.com/auth/${name}`)
  .join(' ');
const USER = 'acts';

let stack: Stack;
let user: Client;
beforeAll(async () => {
  stack = await startStack({ targets: ['google', 'github', 'dropbox'] });
  user = await stack.connected(USER, { target: 'google', scope: GOOGLE_SCOPES });
  await stack.connected(USER, { target: 'github', scope: 'repo' });
  await stack.connected(USER, { target: 'dropbox', scope: 'files.metadata.read' });
});
afterAll(() => stack.close());
afterEach(() => stack.twin.control.clearFaults());

/** One repository of the signed-in GitHub user. */
function repository(): { owner: string; repo: string } {
  const [owner = '', repo = ''] = stack.twin.control.state().github.issues[0]?.repository.split('/') ?? [];
  return { owner, repo };
}

/** Two or so actions of every provider, an input for each, and what its output holds; each provider's own spec has all. */
const ACTIONS: [id: string, input: () => Record<string, unknown>, output: object][] = [
  ['google-calendar.events.list', () => ({ limit: 5 }), { events: expect.any(Array) }],
  [
    'google-calendar.events.create',
    () => ({ summary: 'By action', start: { date: '2027-05-01' }, end: { date: '2027-05-02' } }),
    { id: expect.any(String), summary: 'By action' },
  ],
  ['gmail.messages.search', () => ({ limit: 3 }), { messages: expect.any(Array) }],
  [
    'gmail.messages.send',
    () => ({ to: ['bob@example.com'], subject: 'By action', text: 'Hello' }),
    { id: expect.any(String) },
  ],
  [
    'google-drive.files.search',
    () => ({ query: "name contains 'a' or not trashed = true" }),
    { files: expect.any(Array) },
  ],
  ['github.issues.list', () => repository(), { issues: expect.any(Array) }],
  ['github.issues.create', () => ({ ...repository(), title: 'By action' }), { title: 'By action' }],
  ['dropbox.files.list', () => ({}), { entries: expect.any(Array) }],
];

const run = (client: Client, action: string, members: object) =>
  client.post(`/v1/actions/${action}`, { userId: USER, ...members });

describe('an action', () => {
  it('is in the catalogue, callable with what was granted', async () => {
    const { body } = await stack.agent.client.get(`/v1/actions?userId=${USER}`);
    const listed = new Map(body.data.map((action: { id: string }) => [action.id, action]));
    for (const [id] of ACTIONS)
      expect(listed.get(id)).toMatchObject({
        readiness: 'callable',
        input: { type: 'object' },
        output: { type: 'object' },
      });
  });

  it.each(ACTIONS)(
    '%s runs at once, with an intent and an outcome in the audit log',
    async (id, input, output) => {
      const answer = await run(stack.agent.client, id, { input: input() });
      expect([answer.status, answer.body]).toEqual([
        200,
        { output: expect.objectContaining(output), connectionId: expect.any(String) },
      ]);
      const { body } = await stack.agent.client.get(`/v1/audit-events?action=${id}&type=action.run&limit=2`);
      expect(body.data.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['succeeded', 'intended']);
      expect(body.data[0]).toMatchObject({
        userId: USER,
        agentId: stack.agent.id,
        connectionId: answer.body.connectionId,
        actor: { type: 'agent' },
      });
    },
  );

  it.each(ACTIONS)('%s runs as a task', async (action, input, output) => {
    const queued = await stack.agent.client.post('/v1/tasks', { userId: USER, action, input: input() });
    expect([queued.status, queued.body.status]).toEqual([202, 'queued']);
    expect(await untilTask(stack.agent.client, queued.body.id)).toMatchObject({
      status: 'succeeded',
      attempts: 1,
      output,
    });
    const { body } = await stack.agent.client.get(`/v1/audit-events?taskId=${queued.body.id}`);
    expect(
      body.data.map((event: { type: string; outcome: string }) => `${event.type} ${event.outcome}`),
    ).toEqual([
      'task.finished succeeded',
      'action.run succeeded',
      'action.run intended',
      'task.queued succeeded',
    ]);
  });
});

describe('refusals', () => {
  it('tells an unknown action, bad input and another member apart', async () => {
    expect(await run(user, 'google-calendar.events.burn', { input: {} })).toMatchObject({
      status: 404,
      body: { code: 'unknown_action' },
    });
    const bad = await run(user, 'google-calendar.events.list', { input: { limit: 'many' } });
    expect(bad).toMatchObject({
      status: 400,
      body: { code: 'invalid_input', detail: expect.stringContaining('input.limit') },
    });
    expect(await run(user, 'google-calendar.events.list', { input: {}, more: 1 })).toMatchObject({
      status: 400,
    });
  });

  it('gives a user without a connection the link that makes one, the same for a while', async () => {
    const request = { userId: 'acts-not-yet', input: {} };
    const refused = await stack.agent.client.post('/v1/actions/github.issues.create', {
      ...request,
      input: { ...repository(), title: 'x' },
    });
    expect(refused).toMatchObject({
      status: 403,
      body: {
        code: 'authorization_required',
        missingScopes: ['repo'],
        authorizationUri: expect.stringMatching(/\/connect\/aut_\w+$/),
      },
    });
    const again = await stack.agent.client.post('/v1/actions/github.issues.list', {
      ...request,
      input: repository(),
    });
    expect(again.body.authorizationUri).toBe(refused.body.authorizationUri);
  });

  it('lets a user token act for its own user only', async () => {
    expect((await run(user, 'google-calendar.events.list', { input: {} })).status).toBe(200);
    const other = await stack.user('acts-for-others');
    for (const path of ['/v1/actions/google-calendar.events.list', '/v1/tasks']) {
      const body = {
        userId: USER,
        input: {},
        ...(path === '/v1/tasks' ? { action: 'google-calendar.events.list' } : {}),
      };
      expect(await other.post(path, body)).toMatchObject({ status: 403, body: { code: 'other_user' } });
    }
    const denied = async (client: Client, path: string) => (await client.get(path)).body.data[0];
    const about = `type=access.denied&userId=${USER}`;
    expect(await denied(stack.operator, `/v1/audit-events?${about}`)).toMatchObject({
      outcome: 'denied',
      actor: { type: 'user', id: 'acts-for-others' },
      userId: USER,
    });
    const told = await denied(user, '/my-account/audit-events?type=access.denied');
    expect(told).toMatchObject({ outcome: 'denied', actor: { type: 'user' }, userId: USER });
    expect(JSON.stringify(told)).not.toContain('acts-for-others');
  });

  it('does not run under the connection of another user, even when it is named', async () => {
    const [connection] = (await user.get('/my-account/connections')).body.data;
    const other = await stack.user('acts-by-id');
    const body = { userId: 'acts-by-id', connectionId: connection.id, input: {} };
    expect(await other.post('/v1/actions/google-calendar.events.list', body)).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    });
  });

  it('says which kind of credential a route needs', async () => {
    const wrong = [
      await run(stack.operator, 'google-calendar.events.list', { input: {} }),
      await stack.operator.post('/v1/tasks', { userId: USER, action: 'google-calendar.events.list' }),
      await stack.agent.client.post('/v1/agents', { name: 'x' }),
      await user.get('/v1/operator/users'),
      await user.post('/v1/users/somebody/tokens', {}),
      await stack.operator.get('/v1/connections/con_none/access-token'),
    ];
    for (const { status, body } of wrong) {
      expect({ status, body }).toMatchObject({
        status: 403,
        body: { code: 'wrong_credential_kind', neededCredentials: expect.any(Array) },
      });
    }
  });

  it('asks which of several connections is meant, and takes the one that is named', async () => {
    const two = await stack.connected('acts-twice', { target: 'google', scope: GOOGLE_SCOPES });
    await stack.connected('acts-twice', {
      target: 'google',
      scope: GOOGLE_SCOPES,
      answer: { account: 'alan@example.com' },
    });
    const body = { userId: 'acts-twice', input: {} };
    const asked = await two.post('/v1/actions/google-calendar.events.list', body);
    expect(asked).toMatchObject({ status: 409, body: { code: 'ambiguous_connection' } });
    expect(asked.body.connections).toHaveLength(2);
    const connectionId = asked.body.connections[0].id;
    expect(
      await two.post('/v1/actions/google-calendar.events.list', { ...body, connectionId }),
    ).toMatchObject({ status: 200, body: { connectionId } });
  });

  it("passes the provider's limits on, and forgets them when they are over", async () => {
    stack.twin.control.addFault({
      provider: 'google',
      fault: 'rate_limited',
      status: 429,
      retryAfterS: 3,
      match: { path: '/calendar/v3' },
      times: 1,
    });
    const limited = await run(user, 'google-calendar.events.list', { input: {} });
    expect(limited).toMatchObject({
      status: 429,
      body: { code: 'rate_limited', retryable: true, retryAfterMs: 3000 },
    });
    expect(limited.headers.get('retry-after')).toBe('3');
    stack.twin.control.clearCalls();
    const again = await run(user, 'google-calendar.events.list', { input: {} });
    expect(again).toMatchObject({ status: 429, body: { code: 'rate_limited', reason: 'paused' } });
    expect(stack.twin.control.calls({ path: '/calendar/v3' })).toEqual([]);
    await sleep(again.body.retryAfterMs);
    expect((await run(user, 'google-calendar.events.list', { input: {} })).status).toBe(200);
  });

  it('takes a token that the provider ended early as a reason to refresh, not to fail', async () => {
    stack.twin.control.expireTokens({ provider: 'google' });
    expect((await run(user, 'google-calendar.events.list', { input: {} })).status).toBe(200);
  });
});
