import { findEntry, useOwnEntries } from './catalogue.js';
import { importedAction } from '../openapi/imported-action.js';
import { importedOperation } from '../openapi/imported-operation.js';
import { createProviderHttp } from '../core/create-provider-http.js';
import { findProvider, findShippedProvider } from '../registry.js';
import type { Provider } from '../core/provider.js';
import { failureOf, startAnsweringServer, type AnsweringServer } from '../testing/index.js';

let server: AnsweringServer;
beforeAll(async () => void (server = await startAnsweringServer()));
afterAll(async () => {
  useOwnEntries([]);
  await server.close();
});

/** Sends a message by an action, as an import would have it. */
function send(id = 'slack') {
  const provider = findShippedProvider(id) as Provider;
  const operation = importedOperation.parse({
    ...{ name: 'chat.post', method: 'POST', path: '/chat.postMessage', title: 'Send', summary: 'Sends.' },
    ...{ effect: 'write', scopes: ['chat:write'], places: {} },
    input: { type: 'object', properties: {} },
  });
  const baseUrls = { apiBaseUrl: `${server.origin}/api` };
  const limits = { timeoutMs: 5_000, maxResponseBytes: 100_000 };
  const http = createProviderHttp({ provider, baseUrls, accessToken: 'the-token-of-the-user', ...limits });
  const call = { input: {}, http, effectId: 'eff_0123456789abcdef', signal: new AbortController().signal };
  return importedAction(provider, operation).run(call);
}

const meaningOf = (id: string, status: number, body: unknown, headers = {}) =>
  findProvider(id)?.classifyFailure({ status, body, headers, now: 0 });

describe('a success that tells a failure', () => {
  it.each([
    ['missing_scope', { code: 'insufficient_scope', reason: 'missing_scope', mayHaveHappened: false }],
    ['not_authed', { code: 'reauthorization_required', mayHaveHappened: false }],
    ['token_revoked', { code: 'reauthorization_required' }],
    ['ratelimited', { code: 'rate_limited', retryable: true, mayHaveHappened: false }],
    ['channel_not_found', { code: 'not_found' }],
    ['internal_error', { code: 'unavailable', mayHaveHappened: true }],
    ['msg_too_long', { code: 'invalid_request', reason: 'msg_too_long', mayHaveHappened: false }],
    ['Some prose, with <b>marks</b>.', { code: 'invalid_request', reason: undefined }],
  ])('fails the action: %s', async (error, expected) => {
    server.answerWith(() => ({ body: { ok: false, error } }));
    expect(await failureOf(send())).toMatchObject({ ...expected, provider: 'slack', status: 200 });
  });

  it('names the scopes that are missing: as the provider does, else those of the action', async () => {
    const error = { ok: false, error: 'missing_scope' };
    server.answerWith(() => ({ body: { ...error, needed: 'groups:history,im:history', provided: 'x' } }));
    expect(await failureOf(send())).toMatchObject({ missingScopes: ['groups:history', 'im:history'] });
    server.answerWith(() => ({ body: { ...error, needed: { a: 1 } } }));
    expect(await failureOf(send())).toMatchObject({ missingScopes: ['chat:write'] });
    server.answerWith(() => ({ body: { ...error, needed: 'x,'.repeat(1000) } }));
    expect((await failureOf(send())).missingScopes).toHaveLength(20);
  });

  it('is looked for where the entry says so, and nowhere else', async () => {
    server.answerWith(() => ({ body: { ok: true, ts: '1' } }));
    expect(await send()).toEqual({ body: { ok: true, ts: '1' } });
    server.answerWith(() => ({ body: [{ error: 'x' }] }));
    expect(await send()).toEqual({ body: [{ error: 'x' }] });
    server.answerWith(() => ({ body: { error: 'x', code: 'y' } }));
    expect(await send('notion')).toEqual({ body: { error: 'x', code: 'y' } });
  });
});

describe("the provider's word for a failure", () => {
  it('goes before the status', () => {
    expect(meaningOf('notion', 400, { code: 'object_not_found' })).toMatchObject({ code: 'not_found' });
    expect(meaningOf('notion', 400, { code: 'conflict_error' })).toMatchObject({ code: 'conflict' });
    expect(meaningOf('notion', 409, { code: 'other' })).toEqual({ code: 'conflict', reason: 'other' });
    expect(meaningOf('notion', 404, undefined)).toMatchObject({ code: 'not_found' });
    expect(meaningOf('notion', 429, {}, { 'retry-after': '3' })).toMatchObject({ retryAfterMs: 3000 });
  });

  it('is no name of something that every object has', () => {
    expect(meaningOf('notion', 400, { code: 'constructor' })).toMatchObject({ code: 'invalid_request' });
  });

  it('says whether a status that means several things is a limit', () => {
    const linear = findEntry('linear');
    if (!linear?.api) throw new Error('no entry linear');
    const failures = { word: 'errors.0.extensions.code', words: { RATELIMITED: 'rate_limited' } } as const;
    const api = { ...linear.api, failures: { ...failures, withStatus200: true } };
    useOwnEntries([{ ...linear, id: 'acme', api }]);
    const told = (code?: string) => ({ errors: [{ extensions: { code } }] });
    const reset = { 'x-ratelimit-requests-reset': '5000' };
    expect(meaningOf('acme', 400, told('RATELIMITED'), reset)).toMatchObject({
      ...{ code: 'rate_limited', retryAfterMs: 5000 },
    });
    expect(meaningOf('acme', 400, told('INPUT_ERROR'))).toMatchObject({ code: 'invalid_request' });
    expect(meaningOf('acme', 400, told())).toMatchObject({ code: 'rate_limited' });
    expect(findProvider('acme')?.failsInside?.test('/graphql')).toBe(true);
  });
});
