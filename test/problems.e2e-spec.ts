import { request as httpRequest } from 'node:http';
import {
  addOperator,
  operationsOf,
  OPERATOR_PASSWORD,
  query,
  startStack,
  type Answer,
  type Client,
  type Operation,
  type Stack,
} from './kit/index.js';

/**
 * Problems that any route of a kind can answer: each is provoked wherever the description lists it, and nowhere else.
 */
const PROVOKED = [
  'authentication_required',
  'invalid_credential',
  'wrong_credential_kind',
  'csrf_token_invalid',
  'read_only_role',
  'other_user',
  'payload_too_large',
  'unsupported_media_type',
];
const IS_PROXY = /^\/v1\/proxy\//;
const TOO_LARGE = String(64 * 1024 * 1024);

let stack: Stack;
let operations: readonly Operation[];
/** `METHOD /path code` of everything general that was seen. */
const seen = new Set<string>();
/** Errors that their operation does not know. */
const undocumented: string[] = [];

beforeAll(async () => {
  stack = await startStack();
  operations = operationsOf((await stack.server.anonymous.get('/openapi.json')).body);
});
afterAll(() => stack.close());

const takesBody = ({ method }: Operation) => method !== 'GET';
const withUser = ({ path }: Operation, userId: string) =>
  path
    .replace('{userId}', userId)
    .replace('{provider}', 'github')
    .replace(/\{\w+\}/g, 'none');
const ownCode = (code: string) =>
  ({
    'auth.authorization_header_missing': 'authentication_required',
    'auth.unauthorized': 'invalid_credential',
    'auth.forbidden': 'wrong_credential_kind',
  })[code] ?? code.replace(/^(auth|guard|request)\./, '');

type Answered = Pick<Answer, 'status' | 'body' | 'headers'>;

/** Keeps what was answered, and notes an error that the description does not tell of. */
function judge(operation: Operation, answer: Answered): void {
  const { status, body } = answer;
  // The guide's sample reads null where no token is stored.
  if (status < 400 || (body === null && saysNull(operation, status))) return;
  const code = String(body.code);
  seen.add(`${operation.name} ${ownCode(code)}`);
  if (!isDocumented(operation, answer)) undocumented.push(`${operation.name}: ${status} ${code}`);
  if (operation.path.startsWith('/api/') && body.message !== body.detail)
    undocumented.push(`${operation.name}: ${status} ${code} has no message`);
}

const saysNull = ({ description }: Operation, status: number) =>
  description.responses[status].content['application/json']?.example === null;

const isDocumented = ({ problems, description }: Operation, { status, body, headers }: Answered) =>
  Object.keys(description.responses[status]?.content ?? {}).some((type) =>
    headers.get('content-type')?.startsWith(type),
  ) && problems.get(status)?.includes(body.code) === true;

async function send(client: Client, operation: Operation, path: string, body: object = {}, headers = {}) {
  judge(
    operation,
    await client.request(operation.method, path, { headers, ...(takesBody(operation) ? { body } : {}) }),
  );
}

/** Announces a body that is too large and sends none of it. */
function announce({ credential }: Client, operation: Operation, path: string): Promise<undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const headers = {
    authorization: `Bearer ${credential}`,
    'content-type': 'application/json',
    'content-length': TOO_LARGE,
  };
  const sent = httpRequest(new URL(path, stack.server.url), { method: operation.method, headers });
  sent.on('response', async (response) => {
    const chunks = await response.toArray();
    sent.destroy();
    const told = new Headers({ 'content-type': response.headers['content-type'] ?? '' });
    const text = Buffer.concat(chunks).toString();
    judge(operation, { status: response.statusCode ?? 0, body: JSON.parse(text), headers: told });
    resolve(undefined);
  });
  sent.on('error', reject);
  sent.flushHeaders();
  return promise;
}

async function dashboard(email: string): Promise<{ cookie: string; csrfToken: string }> {
  const { headers, body } = await stack.server.anonymous.post('/v1/operator/session', {
    email,
    password: OPERATOR_PASSWORD,
  });
  return { cookie: headers.get('set-cookie')?.split(';')[0] ?? '', csrfToken: body.csrfToken };
}

/** Where a code is documented, as the specs name it. */
function documentedAt(code: string): string[] {
  return operations
    .filter(({ problems }) => [...problems.values()].flat().some((one) => ownCode(one) === code))
    .map(({ name }) => name)
    .sort();
}

it('are documented wherever a wrong caller meets them', async () => {
  const user = await stack.user('ada');
  for (const operation of operations) {
    const path = withUser(operation, 'alan');
    await send(stack.server.anonymous, operation, path);
    await send(stack.server.anonymous.as('vk_agent_of_nobody'), operation, path);
    await send(stack.agent.client, operation, path);
    const names = operation.query.includes('userId') ? '?userId=alan' : '';
    const body = operation.body.includes('userId') ? { userId: 'alan' } : {};
    const headers = IS_PROXY.test(path) ? { 'valetkey-user': 'alan' } : {};
    await send(user, operation, `${path}${names}`, body, headers);
  }
  // Kept for the last: an operator may do what the others may not.
  const harmless = operations.filter(({ method, path }) => method === 'GET' || path.includes('{'));
  for (const operation of harmless) await send(stack.operator, operation, withUser(operation, 'alan'));
  for (const operation of operations.filter(({ name }) => name === 'POST /v1/tasks'))
    await send(stack.operator, operation, operation.path);
  expect(undocumented).toEqual([]);
});

it('are documented wherever a body cannot be read', async () => {
  for (const operation of operations.filter(takesBody)) {
    const path = withUser(operation, 'alan');
    const xml = { 'content-type': 'application/xml' };
    // Callers who are not admitted are told so, and none of their body is read.
    for (const client of [stack.operator, stack.agent.client, await stack.user('alan')]) {
      await send(client, operation, path, {}, xml);
      if (!IS_PROXY.test(path)) await announce(client, operation, path);
    }
  }
  expect(undocumented).toEqual([]);
});

it('are documented wherever a session of the dashboard meets them', async () => {
  await addOperator(stack.server.embeddedDatabaseUrl, 'auditor@example.com', 'auditor');
  const { cookie, csrfToken } = await dashboard('auditor@example.com');
  for (const operation of operations) {
    const path = withUser(operation, 'alan');
    await send(stack.server.anonymous, operation, path, {}, { cookie });
    if (!operation.name.endsWith('DELETE /v1/operator/session'))
      await send(stack.server.anonymous, operation, path, {}, { cookie, 'valetkey-csrf': csrfToken });
  }
  expect(undocumented).toEqual([]);
});

it.each(PROVOKED)('%s is documented nowhere else', (code) => {
  const met = [...seen]
    .filter((one) => one.endsWith(` ${code}`))
    .map((one) => one.slice(0, -code.length - 1));
  const documented = documentedAt(code).filter(
    (name) => code !== 'payload_too_large' || !name.includes('/v1/proxy/'),
  );
  expect(documented.length).toBeGreaterThan(5);
  expect([code, met.sort()]).toEqual([code, documented]);
});

it('are documented wherever the audit log cannot be written, and nothing is done then', async () => {
  const connected = await stack.connected('ada', { target: 'google' });
  const { body } = await connected.get('/my-account/connections');
  const id = body.data[0].id as string;
  const raw = await stack.createAgent('raw', { rawTokens: true });
  const database = stack.server.embeddedDatabaseUrl;
  await query(database, 'ALTER TABLE audit_inbox RENAME TO audit_inbox_away');
  const social = { connectorId: 'google', state: 'x', redirectUri: 'http://localhost:8080/callback' };
  const run = { userId: 'ada', input: {} };
  const calls: [Client, string, string, object?][] = [
    [connected, 'GET', '/my-account/identities/google/access-token'],
    [connected, 'GET', '/api/my-account/identities/google/access-token'],
    [connected, 'POST', '/api/verification/social', social],
    [connected, 'DELETE', `/my-account/connections/${id}`],
    [raw.client, 'GET', `/v1/connections/${id}/access-token`],
    [raw.client, 'PATCH', `/v1/connections/${id}`, { alias: 'mine' }],
    [raw.client, 'POST', '/v1/users/ada/tokens', {}],
    [raw.client, 'POST', '/v1/authorizations', { userId: 'ada', target: 'google', scopes: ['openid'] }],
    [raw.client, 'POST', '/v1/tasks', { ...run, action: 'google-calendar.events.list' }],
    [raw.client, 'POST', '/v1/actions/google-calendar.calendars.list', run],
    [stack.operator, 'POST', '/v1/agents', { name: 'unrecorded' }],
    [
      stack.operator,
      'POST',
      '/v1/operator/policies',
      { name: 'x', text: 'permit (principal, action, resource);' },
    ],
    [stack.operator, 'POST', '/v1/operator/vault/rewraps'],
    [stack.operator, 'DELETE', '/v1/users/ada'],
    [
      stack.server.anonymous,
      'POST',
      '/v1/operator/session',
      { email: 'owner@example.com', password: OPERATOR_PASSWORD },
    ],
  ];
  for (const [client, method, path, sent] of calls) {
    const answer = await client.request(method, path, sent ? { body: sent } : {});
    const operation = operations.find((one) => one.matches(method, path));
    expect([method, path, answer.status, operation?.problems.get(503)]).toEqual([
      method,
      path,
      503,
      expect.arrayContaining([answer.body.code]),
    ]);
    expect(ownCode(answer.body.code)).toBe('audit_unavailable');
  }
  await query(database, 'ALTER TABLE audit_inbox_away RENAME TO audit_inbox');
  expect((await connected.get('/my-account/connections')).body.data).toMatchObject([
    { id, status: 'active' },
  ]);
  expect((await stack.operator.get('/v1/operator/agents?filter={"q":"unrecorded"}')).body).toEqual([]);
  expect((await connected.get('/my-account/identities/google/access-token')).status).toBe(200);
});

it('has the shape of problem details under every path, also where there is no route', async () => {
  for (const path of [
    '/v1/nowhere',
    '/api/nowhere',
    '/my-account/nowhere',
    '/api/%zz',
    '/v1/tasks/%ff',
    '/v1/users/%00',
  ]) {
    const { status, body, headers } = await stack.operator.get(path);
    expect([path, status, headers.get('content-type')]).toEqual([
      path,
      expect.any(Number),
      expect.stringContaining('application/problem+json'),
    ]);
    expect([400, 404, 405]).toContain(status);
    expect(body).toMatchObject({ status, code: expect.any(String), detail: expect.any(String) });
    if (path.startsWith('/api/')) expect(body.message).toBe(body.detail);
  }
});
