import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Validator } from '@seriousme/openapi-schema-validator';
import { z } from 'zod';
import { inlined, operationsOf, startStack, type Client, type Operation, type Stack } from './kit/index.js';

/** Routes whose call may have to wait for a person. */
const mayWait = (name: string) =>
  ['POST /v1/actions/{action}', 'DELETE /v1/connections/{id}'].includes(name) || name.includes(' /v1/proxy/');

const SOURCES = fileURLToPath(new URL('../apps/api/src', import.meta.url));
const PUBLIC = [
  'GET /.well-known/audit-keys.json',
  'GET /.well-known/jwks.json',
  'GET /audit/checkpoint',
  'GET /audit/tile/{path}',
  'GET /health/live',
  'GET /health/ready',
  'GET /metrics',
  'GET /v1/operator/session/options',
  'POST /v1/operator/password-link',
  'POST /v1/operator/session/passkey',
  'POST /v1/operator/session/passkey/challenges',
  'POST /v1/operator/session/second-factor',
  'POST /v1/operator/session/second-factor/challenges',
  'POST /v1/operator/session/sso',
  'PUT /v1/operator/password-link',
  'POST /v1/operator/session',
];

interface Content {
  readonly schema?: object;
  readonly example?: unknown;
  readonly examples?: Readonly<
    Record<string, { readonly value: { readonly code: string; readonly detail: string } }>
  >;
}

interface Body {
  readonly content?: Readonly<Record<string, Content>>;
}

/** The faults of a body's examples. */
function exampleFaults(type: string, content: Content): string[] {
  // Problems, as which type ever they come.
  if (content.examples !== undefined) {
    return Object.entries(content.examples).flatMap(([code, { value }]) => [
      ...(value.code === code ? [] : [`${code} shows ${value.code}`]),
      ...(value.detail === 'What was wrong and what to do.' ? [`${code} has no example of its own`] : []),
    ]);
  }
  // A provider's response is forwarded unchanged.
  if (type === '*/*') return [];
  if (content.example === undefined) return [`no example of ${type}`];
  if (!content.schema || type !== 'application/json') return [];
  const { error } = z.fromJSONSchema(inlined(document, content.schema)).safeParse(content.example);
  return error ? [z.prettifyError(error).replaceAll('\n', ' ')] : [];
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a part of the description, judged by the specs
function problemExamples(description: any): { code: string; detail: string; message?: string }[] {
  return Object.values<Body>(description.responses).flatMap((response) =>
    Object.values(response.content?.['application/problem+json']?.examples ?? {}).map(({ value }) => value),
  );
}

let stack: Stack;
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the description, judged by the specs
let document: any;
let operations: Operation[];

beforeAll(async () => {
  stack = await startStack();
  ({ body: document } = await stack.server.anonymous.get('/openapi.json'));
  operations = operationsOf(document);
});
afterAll(() => stack.close());

/** The routes that the controllers declare, hosted pages for browsers aside. */
function declaredRoutes(): string[] {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.controller.ts'),
  );
  return files.flatMap((name) => {
    const text = readFileSync(join(SOURCES, name), 'utf8');
    if (text.includes('@Undocumented()')) return [];
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
    for (const { name, description, problems } of operations) {
      expect([name, description.summary]).toEqual([name, expect.stringMatching(/\w/)]);
      const statuses = Object.keys(description.responses);
      const good = statuses.filter((status) => status.startsWith('2'));
      const wanted = mayWait(name) ? ['200', '202'] : [expect.any(String)];
      expect([name, good]).toEqual([name, wanted]);
      for (const status of statuses.filter((one) => /^[45]/.test(one)))
        expect([name, status, problems.get(Number(status))]).toEqual([
          name,
          status,
          expect.arrayContaining([expect.any(String)]),
        ]);
      expect([name, problems.get(500)]).toEqual([name, ['internal_error']]);
    }
    expect(new Set(operations.map(({ description }) => description.operationId)).size).toBe(
      operations.length,
    );
  });

  it('has an example of every body, by its schema, and of every problem', () => {
    const faults: string[] = [];
    for (const { name, description } of operations) {
      const { requestBody, responses } = description;
      const bodies = [['request', requestBody], ...Object.entries(responses)] as [string, Body | undefined][];
      for (const [where, body] of bodies) {
        for (const [type, content] of Object.entries(body?.content ?? {}))
          faults.push(...exampleFaults(type, content).map((fault) => `${name} ${where}: ${fault}`));
      }
    }
    expect(faults).toEqual([]);
  });

  it('gives problems of the Account API the code and message of Logto', () => {
    const read = operations.find(
      ({ name }) => name === 'GET /api/my-account/identities/{target}/access-token',
    );
    expect(read?.problems.get(401)).toEqual(['auth.authorization_header_missing', 'auth.unauthorized']);
    expect(read?.problems.get(404)).toContain('secrets.third_party_token_set.token_not_found');
    for (const { path, description } of operations.filter((one) => one.path.startsWith('/api/'))) {
      for (const problem of problemExamples(description))
        expect([path, problem.code, problem.message]).toEqual([path, problem.code, problem.detail]);
    }
  });

  it('says that the guide reads null where no token is stored', async () => {
    const { description } =
      operations.find(({ name }) => name === 'GET /my-account/identities/{target}/access-token') ?? {};
    const { content, headers } = description.responses['404'];
    expect(content['application/json'].example).toBe(null);
    expect(headers).toHaveProperty(['Valetkey-Error']);
    const user = await stack.user('ada');
    const answer = await user.get('/my-account/identities/google/access-token');
    expect([answer.status, answer.text, answer.headers.get('valetkey-error')]).toEqual([
      404,
      'null',
      headers['Valetkey-Error'].example,
    ]);
  });

  it('holds nothing that looks like a secret', () => {
    const text = JSON.stringify(document);
    const prefixed =
      /\b(?:ya29\.|1\/\/0|gh[opsur]_|github_pat_|sl\.|sk-|xox|AKIA|vk_(?:agent|op)_)[\w-]{12,}/;
    expect(prefixed.exec(text)?.[0]).toBe(undefined);
    expect(/eyJ[\w-]{8,}\.|-----BEGIN/.exec(text)?.[0]).toBe(undefined);
    const random = (text.match(/[A-Za-z0-9+/_-]{24,}/g) ?? []).filter(
      (word) => /\d/.test(word) && /[a-z]/.test(word) && /[A-Z]/.test(word) && !/[/_-].*[/_-]/.test(word),
    );
    expect(random).toEqual([]);
  });

  it('describes each message to webhooks, with an example by its schema', () => {
    const webhooks = Object.entries<{ post: { requestBody: Body } }>(document.webhooks);
    expect(webhooks.map(([type]) => type)).toEqual(
      expect.arrayContaining(['connection.created', 'task.succeeded', 'agent.disabled', 'webhook.test']),
    );
    for (const [type, { post }] of webhooks) {
      const content = post.requestBody.content?.['application/json'] ?? {};
      expect([type, content.example]).toEqual([type, expect.objectContaining({ type })]);
      expect([type, exampleFaults('application/json', content)]).toEqual([type, []]);
    }
  });

  it('is what /docs shows', async () => {
    const docs = await stack.server.anonymous.get('/docs');
    expect([docs.status, docs.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('text/html'),
    ]);
    const parts = [...docs.text.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, path = '']) => path);
    expect(parts).toHaveLength(4);
    for (const path of parts) {
      const { status, headers } = await stack.server.anonymous.get(path);
      expect([path, status, headers.get('content-type')]).toEqual([
        path,
        200,
        expect.stringMatching(/javascript|css|png/),
      ]);
    }
    expect((await stack.server.anonymous.get('/docs/package.json')).status).toBe(404);
  });
});

/** Public, and 401 for what is sent here. */
const OF_SIGN_IN = ['POST /v1/operator/session', 'POST /v1/operator/session/second-factor/challenges'];

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
      if (answer.status !== 401 || OF_SIGN_IN.includes(operation.name)) open.push(operation.name);
      else
        expect([operation.name, answer.body.type]).toEqual([
          operation.name,
          expect.stringContaining('urn:valetkey:problem:'),
        ]);
      const isPublic = PUBLIC.includes(operation.name);
      const { security } = operation.description;
      expect([operation.name, security]).toEqual([
        operation.name,
        isPublic ? [] : expect.arrayContaining([expect.any(Object)]),
      ]);
    }
    expect(open.sort()).toEqual([...PUBLIC].sort());
  });

  it('answers an unknown path as a problem', async () => {
    const unknown = await stack.server.anonymous.get('/v1/nowhere');
    expect(unknown).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});
