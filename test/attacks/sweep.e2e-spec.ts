import {
  inAMonth,
  keptResult,
  operationsOf,
  startStack,
  type Answer,
  type Client,
  type Operation,
  type Stack,
} from '../kit/index.js';

/** An id of somebody else's, in every place that a route could take it. */
interface StolenId {
  readonly kind: string;
  readonly id: string;
}

let stack: Stack;
let operations: Operation[];
let thief: Client;
let victim: Client;
let stolen: StolenId[];
const idOf = (wanted: string) => stolen.find(({ kind }) => kind === wanted)?.id ?? '';

beforeAll(async () => {
  stack = await startStack({ env: { VALETKEY_USER_RATE: '100000', VALETKEY_AGENT_RATE: '100000' } });
  const { body: document } = await stack.server.anonymous.get('/openapi.json');
  operations = operationsOf(document);
  thief = await stack.user('thief');
  victim = await stack.connected('victim', {
    target: 'google',
    scope: 'https://www.googleapis.com/auth/calendar.events',
  });
  stolen = await idsOfVictim();
});
afterAll(() => stack.close());

/** One of everything that belongs to somebody else. */
async function idsOfVictim(): Promise<StolenId[]> {
  const agent = stack.agent.client;
  const { body: connections } = await victim.get('/my-account/connections');
  const listing = { userId: 'victim', action: 'google-calendar.events.list' };
  const { body: task } = await agent.post('/v1/tasks', { ...listing, runAt: inAMonth() });
  const { body: schedule } = await agent.post('/v1/schedules', { ...listing, cron: '@yearly' });
  const { body: authorization } = await agent.post('/v1/authorizations', {
    userId: 'victim',
    target: 'google',
    scopes: ['openid'],
  });
  const { body: record } = await victim.post('/api/verification/social', {
    connectorId: 'google',
    state: 'a state of the victim',
    redirectUri: 'http://localhost:8080/callback',
  });
  const { body: held } = await agent.post('/v1/actions/google-calendar.events.delete', {
    userId: 'victim',
    input: { eventId: 'x' },
  });
  const { body: session } = await agent.post('/v1/sessions', { userId: 'victim' });
  const { body: events } = await victim.get('/my-account/audit-events');
  return [
    { kind: 'connection', id: connections.data[0].id },
    { kind: 'task', id: task.id },
    { kind: 'schedule', id: schedule.id },
    { kind: 'approval', id: held.approval.id },
    { kind: 'session', id: session.id },
    { kind: 'result', id: await keptResult(agent, 'victim') },
    { kind: 'authorization', id: authorization.id },
    { kind: 'verification record', id: record.verificationRecordId },
    { kind: 'audit event', id: events.data[0].id },
    { kind: 'user', id: 'victim' },
    { kind: 'agent', id: stack.agent.id },
  ];
}

function send(client: Client, { method, path }: Operation, body: object = {}, query = ''): Promise<Answer> {
  const withBody = ['GET', 'DELETE'].includes(method) ? {} : { body };
  return client.request(method, `${path}${query}`, withBody);
}

/** A body that the route takes, so that what is refused is the id. */
function bodyFor({ path, body }: Operation): object {
  if (path.endsWith('/decision')) return { decision: 'approve' };
  if (path.endsWith('/outcome')) return { decision: 'leave' };
  return body.includes('alias') ? { alias: 'mine' } : {};
}

const filled = (operation: Operation, id: string): Operation => ({
  ...operation,
  path: operation.path
    .replace('{target}', 'google')
    .replace('{action}', 'google-calendar.events.list')
    .replace(/\{\w+\}/g, encodeURIComponent(id)),
});

interface Denied {
  readonly requestId: string;
  readonly detail: { readonly code: string; readonly count?: number };
}

/** The refusals of each actor: their number, and the kinds that were new. */
const refusals = new Map<string, { total: number; readonly kinds: Set<string> }>();

/** The denials of this actor in the log. */
async function recorded(actorId: string): Promise<Denied[]> {
  const denied: Denied[] = [];
  let cursor = '';
  do {
    const { body } = await stack.operator.get(`/v1/audit-events?type=access.denied&limit=200${cursor}`);
    for (const { actor, requestId, detail } of body.data)
      if (actor.id === actorId) denied.push({ requestId, detail });
    cursor = body.nextCursor ? `&cursor=${body.nextCursor}` : '';
  } while (cursor);
  return denied;
}

/**
 * Each of these was refused and says nothing of the victim. The first of a kind (operation, code) has its event at once,
 * what came again is counted.
 */
async function expectDenied(actorId: string, answers: readonly (readonly [string, Answer])[]): Promise<void> {
  const known = refusals.get(actorId) ?? { total: 0, kinds: new Set<string>() };
  refusals.set(actorId, known);
  const firsts: [string, Answer][] = [];
  for (const [name, answer] of answers) {
    const { status, body, text } = answer;
    // The guide's API answers 400 for a record that is not there.
    const isRefused = [403, 404].includes(status) || body.code === 'verification_record.not_found';
    expect([name, status, body.code, isRefused]).toEqual([name, status, body.code, true]);
    expect(text).not.toMatch(/ada@example\.com|a state of the victim/);
    const kind = `${name.replace(/ with .*/, '')} ${body.code}`;
    if (!known.kinds.has(kind)) firsts.push([name, answer]);
    known.kinds.add(kind);
    known.total += 1;
  }
  const events = await recorded(actorId);
  const counts = firsts.map(([name, { body }]) => [
    name,
    body.code,
    events.filter(({ requestId }) => requestId === body.instance).length,
  ]);
  expect(counts).toEqual(firsts.map(([name, { body }]) => [name, body.code, 1]));
}

it('knows every place in which a route takes an id', () => {
  const names = operations.flatMap(({ description, query, body }) => {
    const parameters = (description.parameters ?? []) as { name: string; in: string }[];
    const placed = parameters.filter((one) => one.in !== 'query').map(({ name }) => name);
    return [...placed, ...[...query, ...body].filter((name) => /id$/i.test(name))];
  });
  expect([...new Set(names)].sort()).toEqual([
    'Idempotency-Key',
    'Prefer',
    'Valetkey-Base',
    'Valetkey-Connection',
    'Valetkey-User',
    'action',
    'agentId',
    'clientId',
    'connectionId',
    'connectorId',
    'id',
    'keyId',
    'operatorId',
    'path',
    'provider',
    'scheduleId',
    'target',
    'taskId',
    'userId',
    'verificationRecordId',
    'webhookId',
  ]);
});

it("refuses one user every route with another's ids, and records each time", async () => {
  const answers: [string, Answer][] = [];
  for (const operation of operations.filter(({ path }) => /\{(id|userId|keyId)\}/.test(path))) {
    for (const { kind, id } of stolen)
      answers.push([
        `${operation.name} with ${kind}`,
        await send(thief, filled(operation, id), bodyFor(operation)),
      ]);
  }
  expect(answers.length).toBeGreaterThan(150);
  await expectDenied('thief', answers);
  expect((await thief.get('/my-account/connections')).body.data).toEqual([]);
});

it('refuses a user who names another one in a query or a body', async () => {
  const queries = operations.filter(({ query, method }) => method === 'GET' && query.includes('userId'));
  const bodies = operations.filter(({ body }) => body.includes('userId'));
  expect(queries.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['GET /v1/connections', 'GET /v1/tasks', 'GET /v1/audit-events', 'GET /v1/tools']),
  );
  expect(bodies.length).toBeGreaterThanOrEqual(4);
  const answers: [string, Answer][] = [];
  for (const operation of queries)
    answers.push([operation.name, await send(thief, filled(operation, 'x'), {}, '?userId=victim')]);
  for (const operation of bodies)
    answers.push([operation.name, await send(thief, filled(operation, 'x'), { userId: 'victim' })]);
  await expectDenied('thief', answers);
});

it("refuses a user another's connection or record in a query or a body", async () => {
  // One of their own: of one actor's denials in a minute only the first hundred kinds are told apart.
  const burglar = await stack.user('burglar');
  const connectionId = idOf('connection');
  const verificationRecordId = idOf('verification record');
  const connectorData = { code: 'x', state: 'x', redirectUri: 'http://localhost:8080/callback' };
  const own = { userId: 'burglar', connectionId, input: {} };
  const listing = { ...own, action: 'google-calendar.events.list' };
  const calls: [string, Promise<Answer>][] = [
    ['query', burglar.get(`/my-account/identities/google/access-token?connectionId=${connectionId}`)],
    [
      'query, as Logto',
      burglar.get(`/api/my-account/identities/google/access-token?connectionId=${connectionId}`),
    ],
    ['proxy', burglar.get('/v1/proxy/github/user', { 'valetkey-user': 'victim' })],
    [
      'proxied connection',
      burglar.get('/v1/proxy/google-drive/files', { 'valetkey-connection': connectionId }),
    ],
    ['task', burglar.post('/v1/tasks', listing)],
    ['schedule', burglar.post('/v1/schedules', { ...listing, cron: '@daily' })],
    [
      'link',
      burglar.post('/v1/authorizations', { userId: 'burglar', target: 'google', scopes: [], connectionId }),
    ],
    [
      'verification',
      burglar.post('/api/verification/social', {
        connectorId: 'google',
        state: 'x',
        redirectUri: 'http://localhost:8080/callback',
        connectionId,
      }),
    ],
    ['action', burglar.post('/v1/actions/google-calendar.events.list', own)],
    ['verify', burglar.post('/api/verification/social/verify', { verificationRecordId, connectorData })],
    ['store', burglar.put('/my-account/identities/google/access-token', { verificationRecordId })],
  ];
  const answers: [string, Answer][] = [];
  for (const [name, call] of calls) answers.push([name, await call]);
  await expectDenied('burglar', answers);
});

it('lets an agent key on no operator route and to no thing of another agent, and records each time', async () => {
  const agent = await stack.createAgent('no rights');
  const answers: [string, Answer][] = [];
  for (const operation of operations.filter(({ path }) => path.startsWith('/v1/operator/')))
    if (!/\/(session(\/(?!proof)[\w/-]+)?|password-link)$/.test(operation.path))
      answers.push([operation.name, await send(agent.client, filled(operation, 'none'))]);
  expect(answers.length).toBeGreaterThan(20);
  const mine = `/my-account/connections/${idOf('connection')}`;
  answers.push(['check for users', await agent.client.post(`${mine}/check`)]);
  answers.push(['disconnect for users', await agent.client.delete(mine)]);
  const path = `/v1/connections/${idOf('connection')}/access-token`;
  answers.push([path, await agent.client.get(path)]);
  for (const [prefix, id] of [
    ['/v1/tasks/{id}', idOf('task')],
    ['/v1/schedules/{id}', idOf('schedule')],
    ['/v1/authorizations/{id}', idOf('authorization')],
  ] as const) {
    const ofKind = operations.filter((operation) => operation.path.startsWith(prefix));
    expect(ofKind.length).toBeGreaterThan(0);
    for (const operation of ofKind)
      answers.push([operation.name, await send(agent.client, filled(operation, id), bodyFor(operation))]);
  }
  await expectDenied(agent.id, answers);
  const { body: events } = await agent.client.get('/v1/audit-events?limit=200');
  const types = new Set(events.data.map(({ type }: { type: string }) => type));
  expect([...types].sort()).toEqual(['access.denied', 'agent.created']);
  await stack.operator.patch(`/v1/operator/agents/${agent.id}`, { disabled: true });
  expect((await agent.client.get('/v1/tasks')).status).toBe(401);
});

it('records no denial for what is no denial', async () => {
  const before = await recorded('victim');
  await victim.get('/my-account/identities/github/access-token');
  await victim.get('/v1/connections?userId=victim');
  await victim.get('/v1/connections?status=nonsense');
  await stack.operator.get('/v1/operator/users/nobody');
  expect(await recorded('victim')).toEqual(before);
});

it('has every refusal in the log, those that came again by their number', async () => {
  await stack.server.restart();
  for (const [actorId, { total }] of refusals) {
    const events = await recorded(actorId);
    const counted = events.reduce((sum, { detail }) => sum + (detail.count ?? 1), 0);
    expect([actorId, counted]).toEqual([actorId, total]);
  }
});

it('has changed nothing of the victim', async () => {
  const { body } = await victim.get('/my-account/connections');
  expect(body.data).toEqual([expect.objectContaining({ status: 'active' })]);
  expect(body.data[0]).not.toHaveProperty('alias');
});
