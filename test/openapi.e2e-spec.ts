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
});
