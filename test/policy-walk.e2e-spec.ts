import {
  keptResult,
  operationsOf,
  startStack,
  type Answer,
  type Operation,
  type Stack,
  type TestAgent,
} from './kit/index.js';

/** A user's things that routes can be about, and the bodies for routes without an id. */
interface Things {
  readonly userId: string;
  readonly connection: string;
  readonly authorization: string;
  readonly task: string;
  readonly schedule: string;
  readonly approval: string;
  readonly session: string;
  readonly result: string;
  readonly 'audit-event': string;
}

const CALENDARS = 'google-calendar.calendars.list';
const LISTS = [
  'GET /v1/connections',
  'GET /v1/schedules',
  'GET /v1/tasks',
  'GET /v1/approvals',
  'GET /v1/standing-approvals',
  'GET /v1/audit-events',
];

let stack: Stack;
let agent: TestAgent;
/** Every route of /openapi.json that an agent key opens: a new one is walked without a word here. */
let routes: readonly Operation[];
let ada: Things;
let bob: Things;

beforeAll(async () => {
  stack = await startStack({ targets: ['google'] });
  agent = await stack.createAgent('walker', { rawTokens: true });
  const { body } = await stack.server.anonymous.get('/openapi.json');
  routes = operationsOf(body).filter(({ description }) =>
    description.security?.some((one: object) => 'agent' in one),
  );
  [ada, bob] = [await thingsOf('ada'), await thingsOf('bob')];
});
afterAll(() => stack.close());
afterEach(async () => {
  for (const { id } of (await stack.operator.get('/v1/operator/policies')).body)
    await stack.operator.delete(`/v1/operator/policies/${id}`);
});

async function thingsOf(userId: string): Promise<Things> {
  await stack.connected(userId, {
    target: 'google',
    scope: 'https://www.googleapis.com/auth/calendar.events',
  });
  const { client } = agent;
  const later = new Date(Date.now() + 3_600_000).toISOString();
  const deletion = { userId, input: { eventId: `event-of-${userId}` } };
  const [list, link, task, schedule, held, session] = await Promise.all([
    client.get(`/v1/connections?userId=${userId}`),
    client.post('/v1/authorizations', { userId, target: 'google', scopes: ['openid'] }),
    client.post('/v1/tasks', { userId, action: CALENDARS, input: {}, runAt: later }),
    client.post('/v1/schedules', { userId, action: CALENDARS, cron: '0 0 1 1 *' }),
    client.post('/v1/actions/google-calendar.events.delete', deletion),
    client.post('/v1/sessions', { userId }),
  ]);
  const approval = held.body.approval.id;
  const connection = list.body.data[0].id;
  const events = await client.get(`/v1/audit-events?userId=${userId}&limit=1`);
  return {
    'audit-event': events.body.data[0].id,
    userId,
    connection,
    authorization: link.body.id,
    task: task.body.id,
    schedule: schedule.body.id,
    approval,
    session: session.body.id,
    result: await keptResult(client, userId),
  };
}

const rule = async (text: string) => {
  const answer = await stack.operator.post('/v1/operator/policies', { name: text.slice(0, 100), text });
  expect([text, answer.status, answer.body.detail]).toEqual([text, 201, undefined]);
};

/** Calls a route about what is this user's. A route that is not understood here fails the walk. */
async function call({ method, path, query, body }: Operation, things: Things): Promise<Answer> {
  const { userId } = things;
  const id = /^\/v1\/(approval|audit-event|connection|authorization|result|schedule|session|task)s\//.exec(
    path,
  )?.[1] as Exclude<keyof Things, 'userId'> | undefined;
  const address = path
    .replace('{userId}', userId)
    .replace('{action}', CALENDARS)
    .replace('{provider}', 'google-calendar')
    .replace('{path}', 'users/me/calendarList')
    .replace('{id}', () => things[id ?? expectKnown(path)]);
  expect(address).not.toMatch(/[{}]/);
  const task = { userId, action: CALENDARS, input: {} };
  const sent = {
    target: 'google',
    scopes: ['openid'],
    ...task,
    alias: `of ${userId}`,
    tasks: [task],
    cron: '@yearly',
    decision: 'leave',
  };
  const members = body.includes('userId') ? ['userId', ...body] : body;
  const answer = await agent.client.request(
    method,
    query.includes('userId') ? `${address}?userId=${userId}` : address,
    {
      headers: { 'valetkey-user': userId },
      ...(method === 'GET'
        ? {}
        : {
            body: Object.fromEntries(Object.entries(sent).filter(([name]) => members.includes(name))),
          }),
    },
  );
  if (!path.endsWith('/batch') || answer.status !== 200) return answer;
  const [{ status, problem }] = answer.body.data;
  return { ...answer, status, body: problem };
}

function expectKnown(path: string): never {
  throw new Error(`say whose {id} of ${path} is`);
}

/** Those that end what others are about come last. */
const inOrder = () =>
  routes.toSorted((a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'));

/** Of an event: one that a rule hides is not there, as in the list of events. */
const isHidden = ({ path }: Operation, { status }: Answer) =>
  path.startsWith('/v1/audit-events/') && status === 404;

const saysNo = ({ status, body }: Answer) => status === 403 && body?.code === 'policy_denied';

it('knows of every route that an agent may call', () => {
  expect(routes.length).toBeGreaterThan(20);
});

it('leaves an agent nothing that a rule forbids everything', async () => {
  await rule(`forbid (principal == Agent::"${agent.id}", action, resource);`);
  stack.twin.control.clearCalls();
  const passed: string[] = [];
  for (const route of inOrder()) {
    const answer = await call(route, bob);
    if (!saysNo(answer)) passed.push(`${route.name}: ${answer.status} ${answer.text.slice(0, 200)}`);
    // Also without a user, where the list may be asked for all.
    const all = LISTS.includes(route.name) ? await agent.client.get(route.path) : undefined;
    if (all && !saysNo(all)) passed.push(`${route.name} of all: ${all.status}`);
  }
  expect(passed).toEqual([]);
  expect(stack.twin.control.calls()).toEqual([]);
});

it('leaves an agent that is for one user that user, and of no other anything', async () => {
  await rule(
    `forbid (principal == Agent::"${agent.id}", action, resource) unless { resource == User::"ada" };`,
  );
  await rule(`permit (principal == Agent::"${agent.id}", action, resource == User::"ada");`);
  const wrong: string[] = [];
  for (const route of inOrder().filter(({ path }) => path !== '/v1/providers')) {
    const ofBob = await call(route, bob);
    if (!saysNo(ofBob) && !isHidden(route, ofBob)) wrong.push(`${route.name} for bob`);
    // A stream that is let through stays open.
    const isOpen = route.path.endsWith('/tasks/{id}/events');
    if (route.method !== 'DELETE' && !isOpen && saysNo(await call(route, ada)))
      wrong.push(`${route.name} for ada`);
  }
  expect(wrong).toEqual([]);
  for (const path of ['/v1/connections', '/v1/schedules', '/v1/tasks']) {
    const users = (await agent.client.get(path)).body.data.map(({ userId }: Things) => userId);
    expect([path, [...new Set(users)]]).toEqual([path, ['ada']]);
  }
  const events = (await agent.client.get('/v1/audit-events?limit=200')).body.data;
  expect(new Set(events.map(({ userId }: { userId?: string }) => userId ?? 'ada'))).toEqual(new Set(['ada']));
});

it('pages through what may be shown as if the rest were not there', async () => {
  const { client } = await stack.createAgent('pager');
  const id = (await stack.operator.get('/v1/operator/agents?filter={"q":"pager"}')).body[0].id;
  const wanted: string[] = [];
  for (const [index, userId] of ['ada', 'bob', 'bob', 'ada', 'bob', 'ada', 'ada'].entries()) {
    const { body } = await client.post('/v1/tasks', {
      userId,
      action: CALENDARS,
      runAt: new Date(Date.now() + 3_600_000 + index).toISOString(),
    });
    if (userId === 'ada') wanted.unshift(body.id);
  }
  await rule(`forbid (principal == Agent::"${id}", action == Action::"task.read", resource == User::"bob");`);
  const shown: string[] = [];
  const sizes: number[] = [];
  for (let cursor = ''; ;) {
    const { body } = await client.get(`/v1/tasks?limit=2${cursor && `&cursor=${cursor}`}`);
    shown.push(...body.data.map((task: { id: string }) => task.id));
    sizes.push(body.data.length);
    if (body.nextCursor === undefined) break;
    cursor = body.nextCursor;
  }
  expect(shown).toEqual(wanted);
  expect(sizes).toEqual([2, 2]);
});

it('lets no agent disconnect without a rule or a person', async () => {
  const path = `/v1/connections/${bob.connection}`;
  const held = await agent.client.delete(path);
  expect([held.status, held.body.status]).toEqual([202, 'waiting_for_approval']);
  expect((await agent.client.get(path)).body.status).toBe('active');
  await rule(
    `permit (principal == Agent::"${agent.id}", action == Action::"connection.disconnect", resource);`,
  );
  expect((await agent.client.delete(path)).body.status).toBe('inactive');
});

it.each([
  ['action == Action::"token.read"', 'GET', (of: Things) => `/v1/connections/${of.connection}/access-token`],
  ['action == Action::"connection.rename"', 'PATCH', (of: Things) => `/v1/connections/${of.connection}`],
  ['action in Action::"write"', 'GET', (of: Things) => `/v1/connections/${of.connection}/access-token`],
  ['action in Action::"connection"', 'POST', (of: Things) => `/v1/connections/${of.connection}/check`],
  ['action in Action::"task"', 'POST', (of: Things) => `/v1/tasks/${of.task}/cancel`],
  ['action == Action::"user_token.mint"', 'POST', (of: Things) => `/v1/users/${of.userId}/tokens`],
])('a rule on %s binds %s of its route for whom it names', async (action, method, path) => {
  const { client, id } = await stack.createAgent(`bound by ${action}`, { rawTokens: true });
  await rule(`forbid (principal == Agent::"${id}", ${action}, resource == User::"ada");`);
  const body = method === 'GET' ? {} : { body: { alias: 'x' } };
  expect(saysNo(await client.request(method, path(ada), body))).toBe(true);
  expect(saysNo(await client.request(method, path(bob), body))).toBe(false);
});
