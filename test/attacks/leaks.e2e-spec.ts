import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TOKEN_MARKER, TWIN_CLIENT_SECRETS } from '@valetkey/twin';
import {
  inAMonth,
  connectAccount,
  hostedTrips,
  LeakHunt,
  OPERATOR_KEY,
  OPERATOR_PASSWORD,
  redisIsInstalled,
  startRedis,
  startStack,
  unfinishedTrips,
  until,
  untilTask,
  type Client,
  type Stack,
  type TestRedis,
} from '../kit/index.js';

const GOOGLE = 'https://www.googleapis.com/auth';
const EVENTS = `${GOOGLE}/calendar.events`;
const IMPORTED = `imported${TOKEN_MARKER}access`;
const CLIENT_SECRET = 'the-client-secret-that-an-operator-typed';

let stack: Stack;
let redis: TestRedis | undefined;
/** Tokens, codes and upload sessions of the twin are found by their marker. */
const hunt = new LeakHunt();

beforeAll(async () => {
  if (redisIsInstalled) redis = await startRedis();
  stack = await startStack({ env: { VALETKEY_LOG_LEVEL: 'debug' } });
  const known = {
    'a token, code or upload session of the twin': TOKEN_MARKER,
    "the operator's key": OPERATOR_KEY,
    "the operator's password": OPERATOR_PASSWORD,
    'the client secret of a new connector': CLIENT_SECRET,
    'the agent key': stack.agent.key,
    'the encryption key': readFileSync(join(stack.server.dataDir, 'encryption-keys'), 'utf8')
      .trim()
      .replace('dev:', ''),
  };
  for (const [name, secret] of Object.entries(known)) hunt.secrets.set(name, secret);
  for (const [id, secret] of Object.entries(TWIN_CLIENT_SECRETS))
    hunt.secrets.set(`client secret of ${id}`, secret);
  hunt.recordAnswers(stack.server.url);
  await liveThroughConnecting();
  await liveThroughOperating();
  if (redis) await liveThroughRedis(redis);
  await readEverything();
  hunt.stop();
});
afterAll(async () => {
  hunt.stop();
  await stack.close();
  await redis?.stop();
});

const connectionId = async (user: Client, target = 'google') =>
  (await user.get(`/my-account/connections?target=${target}`)).body.data[0].id as string;

async function knownUser(id: string): Promise<Client> {
  const user = await stack.user(id);
  hunt.secrets.set(`the user token of ${id}`, user.credential as string);
  return user;
}

const act = (action: string, input: object) =>
  stack.agent.client.post(`/v1/actions/${action}`, { userId: 'leak', input });

/** Connects, faults, refreshes, actions: everything that has a token in its hands. */
async function liveThroughConnecting(): Promise<void> {
  const { control } = stack.twin;
  const user = await knownUser('leak');
  await connectAccount(user, { target: 'google', scope: EVENTS });
  for (const target of ['github', 'github-app', 'dropbox']) await connectAccount(user, { target });
  await hostedTrips(stack, hunt, await knownUser('leak-hosted'), 'leak-hosted');
  await unfinishedTrips(hunt, user);
  const path = '/my-account/identities/google/access-token';
  for (const fault of [
    'html',
    'server_error',
    'malformed_json',
    'connection_reset',
    'invalid_grant',
  ] as const) {
    control.expireTokens();
    control.addFault({ provider: 'google', fault });
    await user.post(`/v1/connections/${await connectionId(user)}/refresh`);
    await act('google-calendar.events.list', {});
    control.clearFaults();
    await user.get(path);
    await user.get(`/api${path}`);
  }
  await connectAccount(user, { target: 'google', scope: `${EVENTS} ${GOOGLE}/drive.file` });
  await act('google-calendar.events.create', {
    summary: 'Leak',
    start: { date: '2027-01-01' },
    end: { date: '2027-01-02' },
  });
  await act('gmail.messages.send', { to: ['x@example.com'], subject: 'x', text: 'x' });
  const large = { name: 'large', base64: Buffer.alloc(5 * 1024 * 1024 + 1).toString('base64') };
  expect((await act('google-drive.files.upload', large)).status).toBe(200);
  control.addFault({
    provider: 'google',
    fault: 'server_error',
    times: 1,
    match: { path: '/upload/drive/v3/files', method: 'PUT' },
  });
  expect((await act('google-drive.files.upload', large)).status).toBe(200);
  control.clearFaults();
  const forward = () => stack.agent.client.get('/v1/proxy/google-drive/files', { 'valetkey-user': 'leak' });
  expect((await forward()).status).toBe(200);
  control.addFault({ provider: 'google', fault: 'server_error' });
  await forward();
  control.clearFaults();
}

/** Tasks, imports, checks, connectors, policies, keys, ends: everything that operators and workers do. */
async function liveThroughOperating(): Promise<void> {
  const { operator } = stack;
  const user = await knownUser('leak');
  await runTask('google-calendar.events.list');
  await stack.agent.client.post('/v1/tasks', {
    userId: 'leak',
    action: 'google-calendar.events.list',
    runAt: inAMonth(),
  });
  const raw = await stack.createAgent('raw', { rawTokens: true });
  hunt.secrets.set('the key of the agent with raw tokens', raw.key);
  const read = await raw.client.get(`/v1/connections/${await connectionId(user)}/access-token`);
  expect(read.body.accessToken).toContain(TOKEN_MARKER);
  const tokens = {
    userId: 'leak',
    target: 'github',
    account: { id: 'x' },
    accessToken: IMPORTED,
    scopes: [],
  };
  expect((await operator.post('/v1/connections', tokens)).status).toBe(201);
  await operator.post('/v1/connections', { ...tokens, expiresAt: IMPORTED });
  const many = [
    { ...tokens, account: { id: 'y' } },
    { ...tokens, target: 'nowhere' },
  ];
  expect((await operator.post('/v1/connections/import', { tokenSets: many, check: true })).status).toBe(200);
  for (const target of ['google', 'dropbox'])
    await user.post(`/v1/connections/${await connectionId(user, target)}/check`);
  await stack.server.anonymous.as(`${stack.agent.key}x`).get('/v1/tasks');
  await stack.server.anonymous.as(`${user.credential}x`).get('/my-account/connections');
  await dashboard();
  await connectors();
  const policy = { name: 'no mail', text: 'forbid (principal, action in Action::"gmail", resource);' };
  expect((await operator.post('/v1/operator/policies', policy)).status).toBe(201);
  await act('gmail.messages.send', { to: ['x@example.com'], subject: 'x', text: 'x' });
  expect((await operator.post('/v1/operator/vault/rewraps')).status).toBe(201);
  await ends(user);
}

async function runTask(action: string): Promise<void> {
  const { body } = await stack.agent.client.post('/v1/tasks', { userId: 'leak', action });
  await untilTask(stack.agent.client, body.id);
  await stack.agent.client.get(`/v1/tasks/${body.id}`);
}

async function dashboard(): Promise<void> {
  const session = await stack.server.anonymous.post('/v1/operator/session', {
    email: 'owner@example.com',
    password: OPERATOR_PASSWORD,
  });
  const cookie = session.headers.get('set-cookie')?.split(';')[0] ?? '';
  hunt.secrets.set("the dashboard's session", cookie.replace('valetkey_session=', ''));
  hunt.secrets.set("the dashboard's CSRF token", session.body.csrfToken);
  await stack.server.anonymous.get('/v1/operator/overview', { cookie });
}

async function connectors(): Promise<void> {
  const connector = {
    target: 'spare',
    preset: 'github',
    displayName: 'Spare',
    clientId: 'spare',
    clientSecret: CLIENT_SECRET,
  };
  const { status, body } = await stack.operator.post('/v1/operator/connectors', connector);
  expect(status).toBe(201);
  await stack.operator.patch(`/v1/operator/connectors/${body.id}`, { clientSecret: `${CLIENT_SECRET}-new` });
  await stack.operator.patch(`/v1/operator/connectors/${body.id}`, { preset: CLIENT_SECRET });
}

/** A disconnect whose provider is down, and a user who goes. */
async function ends(user: Client): Promise<void> {
  stack.twin.control.addFault({ provider: 'dropbox', fault: 'server_error' });
  await user.delete(`/my-account/connections/${await connectionId(user, 'dropbox')}`);
  const { body } = await stack.operator.get('/v1/operator/revocations');
  await stack.operator.post(`/v1/operator/revocations/${body[0].id}/retry`);
  const gone = await knownUser('gone');
  await connectAccount(gone, { target: 'github' });
  expect((await stack.operator.delete('/v1/users/gone')).status).toBe(200);
}

/** The same server with its queue on Redis. */
async function liveThroughRedis(at: TestRedis): Promise<void> {
  await stack.server.restart({ REDIS_URL: at.url });
  await runTask('google-calendar.events.list');
  const later = { userId: 'leak', action: 'google-calendar.events.list', runAt: inAMonth() };
  await stack.agent.client.post('/v1/tasks', later);
  await until('jobs in Redis', () => at.cli('KEYS', '*').includes('tsk_'));
  hunt.addRedis(at);
}

/** Reads everything that the description lets an operator read: each list, and each of its items. */
async function readEverything(): Promise<void> {
  const { operator, server } = stack;
  const { body: description } = await operator.get('/openapi.json');
  const readable = Object.keys(description.paths).filter((path) => description.paths[path].get);
  for (const path of [...readable.filter((one) => !one.includes('{')), '/openapi.json', '/docs', '/'])
    hunt.add(`GET ${path}`, (await operator.get(path)).text);
  for (const path of readable.filter((one) => one.startsWith('/v1/operator/') && one.endsWith('/{id}'))) {
    const { body } = await operator.get(path.replace('/{id}', ''));
    for (const { id } of body) hunt.add(`GET ${path}`, (await operator.get(path.replace('{id}', id))).text);
  }
  await hunt.addDatabase(server.embeddedDatabaseUrl);
  await server.stop();
  hunt.add('stdout', server.output('stdout'));
  hunt.add('stderr', server.output('stderr'));
}

it('searches what it says it searches', () => {
  const places = [...hunt.places.keys()];
  const wanted = [
    'table public._prisma_migrations',
    'GET /metrics',
    'GET /openapi.json',
    'GET /docs',
    'GET /v1/operator/connections',
    'GET /v1/operator/connections/{id}',
    'GET /v1/operator/policies/{id}',
    'GET /v1/operator/revocations/{id}',
    'GET /v1/operator/vault/rewraps/{id}',
    'answer to POST /v1/connections/import',
    'answer to GET /v1/proxy/google-drive/files',
    'answer to POST /v1/actions/google-drive.files.upload',
    'answer to DELETE /v1/users/gone',
    'stdout',
    ...(redisIsInstalled ? ['redis'] : []),
  ];
  expect(wanted.filter((place) => !places.includes(place))).toEqual([]);
  expect(places.filter((place) => /^answer to GET \/connect\/aut_/.test(place)).length).toBeGreaterThan(1);
  expect(places.filter((place) => place.startsWith('table bullmq.')).length).toBeGreaterThan(0);
  for (const table of [
    'token_sets',
    'authorizations',
    'revocations',
    'audit_events',
    'tasks',
    'connectors',
    'agent_keys',
    'policies',
    'rewraps',
  ])
    expect([
      table,
      places.some((place) => place.startsWith(`table public.${table}`) && hunt.places.get(place) !== ''),
    ]).toEqual([table, true]);
  expect(hunt.places.get('stdout')).toContain('refresh failed for now');
  expect(hunt.findings('ada@example.com').length).toBeGreaterThan(0);
});

it('finds a secret however it is written', () => {
  const hex = Buffer.from(`a${TOKEN_MARKER}b`).toString('hex');
  const base64 = Buffer.from(`xx${OPERATOR_PASSWORD}yy`).toString('base64');
  hunt.places.set('planted', `\\x${hex} ${base64}`);
  expect(hunt.findings(TOKEN_MARKER)).toContainEqual(expect.stringContaining('planted'));
  expect(hunt.findings(OPERATOR_PASSWORD)).toContainEqual(expect.stringContaining('planted'));
  hunt.places.delete('planted');
});

it('finds no secret in clear in any table, job, log line, audit row, metric, description, page or answer', () => {
  const found = [...hunt.secrets].flatMap(([name, secret]) => {
    expect([name, (secret ?? '').length >= 6]).toEqual([name, true]);
    return hunt.findings(secret).map((where) => `${name} in ${where}`);
  });
  expect(found).toEqual([]);
});

it('finds no PKCE verifier either', () => {
  expect(hunt.challenges.size).toBe(2);
  expect(hunt.verifiers()).toEqual([]);
});
