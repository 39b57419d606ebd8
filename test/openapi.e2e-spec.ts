import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Validator } from '@seriousme/openapi-schema-validator';
import { startStack, type Client, type Stack } from './kit/index.js';

const SOURCES = fileURLToPath(new URL('../apps/api/src', import.meta.url));
const METHODS = ['get', 'put', 'post', 'patch', 'delete'] as const;
const PUBLIC = [
  'GET /.well-known/jwks.json',
  'GET /health/live',
  'GET /health/ready',
  'GET /metrics',
  'POST /v1/operator/session',
];

interface Operation {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a part of the description, judged by the specs
  readonly description: any;
}

let stack: Stack;
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the description, judged by the specs
let document: any;
let operations: Operation[];

beforeAll(async () => {
  stack = await startStack();
  ({ body: document } = await stack.server.anonymous.get('/openapi.json'));
  operations = Object.entries<Record<string, unknown>>(document.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      description: item[method],
    })),
  );
});
afterAll(() => stack.close());

/** The routes that the controllers declare, hosted pages for browsers aside. */
function declaredRoutes(): string[] {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.controller.ts'),
  );
  return files.flatMap((name) => {
    const text = readFileSync(join(SOURCES, name), 'utf8');
    if (text.includes('@ApiExcludeController()')) return [];
    const prefix = /@Controller\((?:'([^']*)')?\)/.exec(text)?.[1] ?? '';
    return [...text.matchAll(/@(Get|Put|Post|Patch|Delete|All)\(([^)]*)\)/g)].flatMap(
      ([, method = '', argument = '']) => {
        const paths = [...argument.matchAll(/'([^']*)'/g)].map(([, path = '']) => path);
        const methods = method === 'All' ? ['Get', 'Put', 'Post', 'Patch', 'Delete'] : [method];
        return (paths.length > 0 ? paths : ['']).flatMap((path) => {
          const full = [prefix, path].filter(Boolean).join('/');
          const shown = full.replace(/:(\w+)/g, '{$1}').replace(/\*$/, '{path}');
          return methods.map((one) => `${one.toUpperCase()} /${shown}`);
        });
      },
    );
  });
}

describe('/openapi.json', () => {
  it('is a valid description of version 3.1', async () => {
    const result = await new Validator().validate(structuredClone(document));
    expect(result.errors).toBeUndefined();
    expect(result.valid).toBe(true);
    expect(document.openapi).toMatch(/^3\.1\./);
  });

  it('holds every route that a controller declares, and no other', () => {
    expect(operations.map(({ name }) => name).sort()).toEqual([...new Set(declaredRoutes())].sort());
  });

  it('says of every operation what it does, what it answers and how it fails', () => {
    for (const { name, description } of operations) {
      expect([name, description.summary]).toEqual([name, expect.stringMatching(/\w/)]);
      const statuses = Object.keys(description.responses);
      expect([name, statuses.filter((status) => status.startsWith('2'))]).toEqual([
        name,
        [expect.any(String)],
      ]);
      const failures = statuses.filter((status) => /^[45]/.test(status));
      expect([name, failures.length >= 2]).toEqual([name, true]);
      for (const status of failures) {
        expect(description.responses[status].content).toHaveProperty([
          'application/problem+json',
          'examples',
        ]);
      }
    }
    expect(new Set(operations.map(({ description }) => description.operationId)).size).toBe(
      operations.length,
    );
  });

  it('is what /docs shows', async () => {
    const docs = await stack.server.anonymous.get('/docs');
    expect([docs.status, docs.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('text/html'),
    ]);
  });
});

describe('who is let in', () => {
  const fill = (path: string, values: Record<string, string> = {}) =>
    path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? 'none'));

  const call = (
    client: Client,
    { method, path }: Operation,
    values: Record<string, string> = {},
    body: object = {},
  ) => client.request(method, fill(path, values), ['GET', 'DELETE'].includes(method) ? {} : { body });

  it('asks everyone for a credential, with few exceptions', async () => {
    const open: string[] = [];
    for (const operation of operations) {
      const answer = await call(stack.server.anonymous, operation);
      if (answer.status !== 401 || operation.name === 'POST /v1/operator/session') open.push(operation.name);
      else
        expect([operation.name, answer.body.type]).toEqual([
          operation.name,
          expect.stringContaining('urn:valetkey:problem:'),
        ]);
      const isPublic = PUBLIC.includes(operation.name);
      expect([operation.name, (operation.description.security ?? []).length > 0]).toEqual([
        operation.name,
        !isPublic,
      ]);
    }
    expect(open.sort()).toEqual([...PUBLIC].sort());
  });

  it('answers an unknown path as a problem', async () => {
    const unknown = await stack.server.anonymous.get('/v1/nowhere');
    expect(unknown).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  it("gives one user nothing of another's, whichever ids they know", async () => {
    const ids = await idsOfVictim();
    const thief = await stack.user('thief');
    for (const operation of operations.filter(
      ({ path, name }) => path.includes('{') && !name.startsWith('POST /v1/actions'),
    )) {
      for (const values of Object.values(ids)) {
        const body = { verificationRecordId: values.id };
        const answer = await call(thief, operation, { ...values, target: 'google', keyId: values.id }, body);
        const isRefused =
          [403, 404].includes(answer.status) ||
          // An id of another kind is no id here.
          ['verification_record.not_found', 'invalid_input'].includes(answer.body.code);
        expect([operation.name, values.id, answer.status, isRefused]).toEqual([
          operation.name,
          values.id,
          answer.status,
          true,
        ]);
        expect(answer.text).not.toContain('ada@example.com');
      }
    }
    await expectNothingIn(thief, ids.connection.id);
  });

  it('lets a user name no other user in a query or a body', async () => {
    const ids = await idsOfVictim();
    const thief = await stack.user('thief');
    for (const path of [
      '/v1/connections',
      '/my-account/connections',
      '/v1/tasks',
      '/v1/audit-events',
      '/my-account/audit-events',
    ]) {
      const { status, body } = await thief.get(`${path}?userId=victim`);
      expect([path, status]).toEqual([path, 200]);
      expect(body.data.filter(({ userId }: { userId?: string }) => userId !== 'thief')).toEqual([]);
    }
    const { body: tools } = await thief.get('/v1/actions?userId=victim');
    expect(tools.data.map(({ readiness }: { readiness: string }) => readiness)).not.toContain('callable');
    const forVictim = [
      thief.post('/v1/authorizations', { userId: 'victim', target: 'google', scopes: ['openid'] }),
      thief.post('/v1/tasks', { userId: 'victim', action: 'google-calendar.events.list' }),
      thief.post('/v1/actions/google-calendar.events.list', { userId: 'victim' }),
      thief.post('/v1/users/victim/tokens', {}),
    ];
    for (const answer of forVictim) expect((await answer).status).toBe(403);
    const named = await thief.get(
      `/my-account/identities/google/access-token?connectionId=${ids.connection.id}`,
    );
    expect(named.status).toBe(404);
  });

  it('lets an agent without rights read no token and see no other agent', async () => {
    const ids = await idsOfVictim();
    const agent = await stack.createAgent('no rights');
    expect(await agent.client.get(`/v1/connections/${ids.connection.id}/access-token`)).toMatchObject({
      status: 403,
      body: { code: 'raw_tokens_denied' },
    });
    expect((await agent.client.get(`/v1/tasks/${ids.task.id}`)).status).toBe(404);
    expect((await agent.client.get(`/v1/authorizations/${ids.authorization.id}`)).status).toBe(404);
    const { body: events } = await agent.client.get('/v1/audit-events');
    expect(events.data.map(({ type }: { type: string }) => type)).toEqual(['agent.created']);
    for (const operation of operations.filter(
      ({ path }) => path.startsWith('/v1/operator/') && !path.endsWith('/session'),
    )) {
      expect([operation.name, (await call(agent.client, operation)).status]).toEqual([operation.name, 403]);
    }
    await stack.operator.patch(`/v1/operator/agents/${agent.id}`, { disabled: true });
    expect((await agent.client.get('/v1/tasks')).status).toBe(401);
  });
});

let known:
  | Promise<
      Record<
        'connection' | 'task' | 'authorization' | 'user' | 'agent' | 'event',
        { id: string; userId: string; action: string }
      >
    >
  | undefined;

/** One of everything that belongs to somebody else. */
function idsOfVictim() {
  known ??= (async () => {
    const victim = await stack.connected('victim', { target: 'google' });
    const agent = stack.agent.client;
    const { body: connections } = await victim.get('/my-account/connections');
    const { body: task } = await agent.post('/v1/tasks', {
      userId: 'victim',
      action: 'google-calendar.events.list',
      runAt: '2099-01-01T00:00:00Z',
    });
    const { body: authorization } = await agent.post('/v1/authorizations', {
      userId: 'victim',
      target: 'google',
      scopes: ['openid'],
    });
    const { body: events } = await victim.get('/my-account/audit-events');
    const of = (id: string) => ({ id, userId: 'victim', action: 'google-calendar.events.list' });
    return {
      connection: of(connections.data[0].id),
      task: of(task.id),
      authorization: of(authorization.id),
      user: of('victim'),
      agent: of(stack.agent.id),
      event: of(events.data[0].id),
    };
  })();
  return known;
}

/** The sweep has changed nothing either. */
async function expectNothingIn(thief: Client, connectionId: string): Promise<void> {
  expect((await thief.get('/my-account/connections')).body.data).toEqual([]);
  const victim = await stack.user('victim');
  expect((await victim.get(`/v1/connections/${connectionId}`)).body).toMatchObject({ status: 'active' });
}
