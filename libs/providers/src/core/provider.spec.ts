import { z } from 'zod';
import { callTo, failureOf } from '../testing/index.js';
import { classifyByStatus } from './failure.js';
import type { ActionHeaders } from './provider-http.js';
import { describeProvider } from './provider.js';
import { requestRules } from '../requests/request-rules.js';

const noRoutes = requestRules(
  { source: 'spec', version: '1', date: '2026-01-01', read: [], write: [], destructive: [] },
  {},
);

const acme = describeProvider({
  id: 'acme',
  displayName: 'Acme',
  summary: 'Notes.',
  connector: 'github',
  apiBaseUrl: 'https://api.acme.example',
  scopes: {
    read: { description: 'Read your notes.' },
    write: { description: 'Write your notes.', implies: ['read'] },
  },
});

const facts = {
  name: 'notes.list',
  title: 'List notes',
  summary: 'Lists your notes.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['read'],
  input: z.strictObject({ limit: z.int() }),
  output: z.object({ count: z.int() }),
} as const;

/** Never run: `tsc -b` fails when one of these compiles. */
export const typeTests = () => {
  acme.action({ ...facts, run: async ({ input }) => ({ count: input.limit }) });
  // @ts-expect-error an undeclared scope
  acme.action({ ...facts, scopes: ['admin'], run: async () => ({ count: 1 }) });
  // @ts-expect-error no scope at all
  acme.action({ ...facts, scopes: [], run: async () => ({ count: 1 }) });
  // @ts-expect-error an undeclared scope for recovery
  acme.action({ ...facts, recoverScopes: ['admin'], run: async () => ({ count: 1 }) });
  // @ts-expect-error an action gets no token
  acme.action({ ...facts, run: async ({ accessToken }) => ({ count: accessToken.length }) });
  // @ts-expect-error nor does its http show one
  acme.action({ ...facts, run: async ({ http }) => ({ count: http.accessToken.length }) });
  const { output: response } = facts;
  // @ts-expect-error authorization is not a header that an action may set
  const headers: ActionHeaders = { authorization: 'x' };
  acme.action({ ...facts, run: ({ http }) => http.get('/x', { headers, response }) });
  // @ts-expect-error an unknown input field
  acme.action({ ...facts, run: async ({ input }) => ({ count: input.offset }) });
  // @ts-expect-error an answer of another shape
  acme.action({ ...facts, run: async () => ({ total: 1 }) });
  describeProvider({
    ...acme.definition,
    // @ts-expect-error implies a scope that is not declared
    scopes: { read: { description: 'Read your notes.', implies: ['admin'] } },
  });
};

describe('a built action', () => {
  const call = (limit: number) =>
    callTo(
      'http://127.0.0.1:9',
      acme.with({ actions: [], classifyFailure: classifyByStatus, requests: noRoutes }),
      { limit },
    );

  it('has the full id and gives back only what its output declares', async () => {
    const run = async () => ({ count: 1, secret: 'x' });
    const action = acme.action({ ...facts, run });
    expect(action.id).toBe('acme.notes.list');
    await expect(action.run(call(1) as never)).resolves.toEqual({ count: 1 });
  });

  it('blames the provider when the answer is not what the action declares', async () => {
    const action = acme.action({ ...facts, run: async ({ input }) => ({ count: input.limit }) });
    expect(await failureOf(action.run(call(0.5) as never))).toMatchObject({ code: 'unexpected_response' });
  });
});
