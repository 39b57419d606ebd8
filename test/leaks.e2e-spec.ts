import { createHash } from 'node:crypto';
import { answerConsent, TOKEN_MARKER, TWIN_CLIENT_SECRETS } from '@valetkey/twin';
import {
  APP_CALLBACK,
  Browser,
  connectAccount,
  hostedConnect,
  OPERATOR_KEY,
  OPERATOR_PASSWORD,
  query,
  signInAtPage,
  startStack,
  startVerification,
  untilTask,
  type Client,
  type Stack,
} from './kit/index.js';

const EVENTS = 'https://www.googleapis.com/auth/calendar.events';
const SEND = 'https://www.googleapis.com/auth/gmail.send';
const IMPORTED = `imported${TOKEN_MARKER}access`;

let stack: Stack;
/** Every secret whose value the specs know. Tokens and codes of the twin are found by their marker. */
const secrets = new Map<string, string>([
  ['a token or code of the twin', TOKEN_MARKER],
  ["the operator's key", OPERATOR_KEY],
  ["the operator's password", OPERATOR_PASSWORD],
  ...Object.entries(TWIN_CLIENT_SECRETS).map(([id, secret]): [string, string] => [
    `client secret of ${id}`,
    secret,
  ]),
]);
/** PKCE verifiers stay in the server: they are known by their SHA-256 only. */
const challenges = new Set<string>();
/** Everything that anybody could read, by where it was read. */
const places = new Map<string, string>();

beforeAll(async () => {
  stack = await startStack({ env: { VALETKEY_LOG_LEVEL: 'debug' } });
  secrets.set('the agent key', stack.agent.key);
  await liveThroughEverything();
  await readEverything();
});
afterAll(() => stack.close());

async function liveThroughEverything(): Promise<void> {
  const { control } = stack.twin;
  const user = await knownUser('leak');
  await connectAccount(user, { target: 'google', scope: EVENTS });
  for (const target of ['github', 'github-app', 'dropbox']) await connectAccount(user, { target });
  await hosted('leak-hosted', user);
  await unfinished(user);
  const act = (action: string, input: object) =>
    stack.agent.client.post(`/v1/actions/${action}`, { userId: 'leak', input });
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
  }
  await connectAccount(user, { target: 'google', scope: EVENTS });
  await act('google-calendar.events.create', {
    summary: 'Leak',
    start: { date: '2027-01-01' },
    end: { date: '2027-01-02' },
  });
  await act('gmail.messages.send', { to: ['x@example.com'], subject: 'x', text: 'x' });
  const { body: task } = await stack.agent.client.post('/v1/tasks', {
    userId: 'leak',
    action: 'google-calendar.events.list',
  });
  await untilTask(stack.agent.client, task.id);
  await stack.agent.client.post('/v1/tasks', {
    userId: 'leak',
    action: 'google-calendar.events.list',
    runAt: '2099-01-01T00:00:00Z',
  });
  const raw = await stack.createAgent('raw', { rawTokens: true });
  secrets.set('the key of the agent with raw tokens', raw.key);
  const read = await raw.client.get(`/v1/connections/${await connectionId(user)}/access-token`);
  expect(read.body.accessToken).toContain(TOKEN_MARKER);
  const imported = {
    userId: 'leak',
    target: 'github',
    account: { id: 'x' },
    accessToken: IMPORTED,
    scopes: [],
  };
  expect((await stack.operator.post('/v1/connections', imported)).status).toBe(201);
  await stack.operator.post('/v1/connections', { ...imported, expiresAt: IMPORTED });
  await stack.server.anonymous.as(`${stack.agent.key}x`).get('/v1/tasks');
  await stack.server.anonymous.as(`${user.credential}x`).get(path);
  const session = await stack.server.anonymous.post('/v1/operator/session', {
    email: 'owner@example.com',
    password: OPERATOR_PASSWORD,
  });
  secrets.set(
    "the dashboard's session",
    /valetkey_session=([^;]+)/.exec(session.headers.get('set-cookie') ?? '')?.[1] as string,
  );
  control.addFault({ provider: 'dropbox', fault: 'server_error' });
  const { body } = await user.get('/my-account/connections?target=dropbox');
  await user.delete(`/my-account/connections/${body.data[0].id}`);
}

const connectionId = async (user: Client) =>
  (await user.get('/my-account/connections?target=google')).body.data[0].id as string;

async function knownUser(id: string): Promise<Client> {
  const user = await stack.user(id);
  secrets.set(`the user token of ${id}`, user.credential as string);
  return user;
}

/** The hosted page to its end, and once more to the provider only. */
async function hosted(userId: string, agentUser: Client): Promise<void> {
  const user = await knownUser(userId);
  const link = async () =>
    (
      await agentUser
        .as(stack.agent.key)
        .post('/v1/authorizations', { userId, target: 'google', scopes: [SEND], redirectUri: APP_CALLBACK })
    ).body.authorizationUri as string;
  const { browser, callback } = await hostedConnect(await link(), user.credential as string);
  const begun = new Browser();
  const second = await link();
  await signInAtPage(begun, second, user.credential as string);
  const onward = new URL((await begun.submit(second, {}, stack.server.url)).location as string);
  challenges.add(onward.searchParams.get('code_challenge') as string);
  for (const [name, uri] of [
    ['finished', new URL(callback)],
    ['begun', onward],
  ] as const)
    secrets.set(`the state of a ${name} page`, uri.searchParams.get('state') as string);
  for (const jar of [browser, begun])
    secrets.set(
      'the secret of a browser',
      jar.cookiesOf(stack.server.url).get('valetkey_authorization') as string,
    );
}

/** Verifications that stop at each step. */
async function unfinished(user: Client): Promise<void> {
  const state = crypto.randomUUID();
  secrets.set('the state of a verification', state);
  const { body } = await user.post('/api/verification/social', {
    connectorId: 'google',
    state,
    redirectUri: APP_CALLBACK,
  });
  challenges.add(new URL(body.authorizationUri).searchParams.get('code_challenge') as string);
  await answerConsent(body.authorizationUri);
  const verified = await startVerification(user, { target: 'google' });
  await user.post('/api/verification/social/verify', verified);
  const refused = await startVerification(user, { target: 'google' });
  const connectorData = { ...refused.connectorData, code: `wrong${TOKEN_MARKER}code` };
  await user.post('/api/verification/social/verify', { ...refused, connectorData });
}

async function readEverything(): Promise<void> {
  const url = stack.server.embeddedDatabaseUrl;
  const tables = await query<{ schema: string; name: string }>(
    url,
    `SELECT table_schema AS schema, table_name AS name FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
  );
  for (const { schema, name } of tables) {
    const rows = await query<{ row: string }>(url, `SELECT t::text AS row FROM "${schema}"."${name}" t`);
    places.set(`table ${schema}.${name}`, rows.map(({ row }) => row).join('\n'));
  }
  const { body: description } = await stack.operator.get('/openapi.json');
  for (const path of [
    '/openapi.json',
    '/metrics',
    ...Object.keys(description.paths).filter(
      (name) => name.startsWith('/v1/') && !name.includes('{') && description.paths[name].get,
    ),
  ]) {
    places.set(`GET ${path}`, (await stack.operator.get(path)).text);
  }
  for (const resource of ['users', 'connections', 'connectors', 'agents', 'tasks', 'audit-events']) {
    const { body } = await stack.operator.get(`/v1/operator/${resource}`);
    for (const { id } of body)
      places.set(`${resource} ${id}`, (await stack.operator.get(`/v1/operator/${resource}/${id}`)).text);
  }
  await stack.server.stop();
  places.set('stdout', stack.server.output('stdout'));
  places.set('stderr', stack.server.output('stderr'));
}

/** The ways in which a secret could stand somewhere: plain, hex, and base64 at each of its three alignments. */
function writings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    return text.slice(Math.ceil((offset * 4) / 3), Math.floor(((offset + bytes.length) * 4) / 3));
  });
  return [
    secret,
    bytes.toString('hex'),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ];
}

/** Where a secret stands, with what is around it. */
function findings(secret: string): string[] {
  const all = new Set(writings(secret));
  return [...places].flatMap(([place, text]) =>
    [...all]
      .filter((writing) => text.includes(writing))
      .map(
        (writing) =>
          `${place}: …${text.slice(Math.max(0, text.indexOf(writing) - 80), text.indexOf(writing))}`,
      ),
  );
}

it('searches what it says it searches', () => {
  expect([...places.keys()]).toEqual(
    expect.arrayContaining([
      'table public.token_sets',
      'table public.audit_events',
      'table public.tasks',
      'table public.revocations',
      'GET /metrics',
      'GET /openapi.json',
      'GET /v1/operator/connections',
      'stdout',
    ]),
  );
  expect([...places.keys()].filter((place) => place.startsWith('table bullmq.')).length).toBeGreaterThan(0);
  for (const table of [
    'token_sets',
    'authorizations',
    'revocations',
    'audit_events',
    'tasks',
    'connectors',
    'agent_keys',
  ])
    expect(places.get(`table public.${table}`)).not.toBe('');
  expect(places.get('stdout')).toContain('refresh failed for now');
  expect(findings('ada@example.com').length).toBeGreaterThan(0);
  places.set(
    'planted',
    `\\x${Buffer.from(`a${TOKEN_MARKER}b`).toString('hex')} ${Buffer.from(`xx${OPERATOR_PASSWORD}yy`).toString('base64')}`,
  );
  expect(findings(TOKEN_MARKER)).toContainEqual(expect.stringContaining('planted'));
  expect(findings(OPERATOR_PASSWORD)).toContainEqual(expect.stringContaining('planted'));
  places.delete('planted');
});

it('finds no secret in clear in any table, job, log line, audit row, metric, description or operator answer', () => {
  const found = [...secrets].flatMap(([name, secret]) => {
    expect([name, (secret ?? '').length >= 6]).toEqual([name, true]);
    return findings(secret).map((where) => `${name} in ${where}`);
  });
  expect(found).toEqual([]);
});

it('finds no PKCE verifier either', () => {
  const hash = (text: string) => createHash('sha256').update(text).digest('base64url');
  const found = [...places].filter(([, text]) =>
    (text.match(/[A-Za-z0-9_-]{43,128}/g) ?? []).some((word) => challenges.has(hash(word))),
  );
  expect(challenges.size).toBe(2);
  expect(found.map(([place]) => place)).toEqual([]);
});
