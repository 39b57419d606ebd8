import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { githubProvider as provider } from '../github/index.js';
import { googleCalendarProvider } from '../google-calendar/index.js';
import {
  canaryToken,
  failureOf,
  httpTo,
  startAnsweringServer,
  type AnsweringServer,
} from '../testing/index.js';
import { effectiveBaseUrls } from './base-urls.js';
import { createProviderHttp, type ProviderCall } from './create-provider-http.js';

let server: AnsweringServer;
beforeAll(async () => {
  server = await startAnsweringServer();
});
afterAll(() => server.close());

const response = z.object({ ok: z.literal(true) });
const http = (options: Parameters<typeof httpTo>[2] = {}) => httpTo(server.origin, provider, options);

describe('the provider http', () => {
  it('shows its token to nobody who looks through it, before a call and after', async () => {
    server.answerWith(() => ({ body: { ok: true } }));
    const client = http();
    const seen = () => {
      const levels: object[] = [];
      for (let level: object | null = client; level; level = Object.getPrototypeOf(level) as object | null)
        levels.push(level);
      const members = levels.flatMap((level) =>
        Reflect.ownKeys(level).flatMap((key) => Object.getOwnPropertyDescriptor(level, key) ?? []),
      );
      return (
        inspect([client, members], { showHidden: true, getters: true, depth: 20 }) + JSON.stringify(client)
      );
    };
    expect(seen()).not.toContain(canaryToken);
    await client.get('/notes', { response });
    expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${canaryToken}`);
    expect(seen()).not.toContain(canaryToken);
  });

  it('sends query, JSON body and allowed headers, and tells of the call without the query', async () => {
    server.answerWith(() => ({ body: { ok: true } }));
    const calls: ProviderCall[] = [];
    const client = http({ onCall: (call) => calls.push(call) });
    await client.post('/notes', {
      query: { q: 'secret words', tag: ['a', 'b'], none: undefined },
      body: { a: 1 },
      headers: { 'if-match': 'x' },
      response,
    });
    const [request] = server.requests;
    expect(request?.query.toString()).toBe('q=secret+words&tag=a&tag=b');
    expect(request?.body).toEqual({ a: 1 });
    expect(request?.headers['if-match']).toBe('x');
    expect(calls).toEqual([{ method: 'POST', path: '/notes', status: 200, durationMs: expect.any(Number) }]);
    expect([client.lastStatus, client.requestCount]).toEqual([200, 1]);
  });

  it.each([
    'https://evil.example/x',
    '//evil.example/x',
    '/\\evil.example',
    '/..',
    '/a/../b',
    '/a/%2e%2e/b',
    '/a/.%2E/b',
    '/a/%252e%252e/b',
    '/x%2f..%2fy',
    '/x%5c..%5cy',
    '/a//b',
    '/a?b=c',
    '/a#b',
    '/a\r\nb',
    '/a b',
    'a',
    '',
    '@evil.example/x',
    '/',
    '/\t/evil.example',
  ])('refuses the path %j before anything is sent', async (path) => {
    server.answerWith(() => ({ body: { ok: true } }));
    const error = await failureOf(http().get(path, { response }));
    expect(error).toMatchObject({ code: 'invalid_request', mayHaveHappened: false });
    expect(server.requests).toEqual([]);
  });

  it.each([
    ['authorization', 'Bearer other'],
    ['Host', 'evil.example'],
    ['cookie', 'a=b'],
    ['if-match', 'x\r\nauthorization: y'],
  ])('refuses the header %s: %j', async (name, value) => {
    const error = await failureOf(http().get('/x', { headers: { [name]: value }, response }));
    expect(error.code).toBe('invalid_request');
  });

  it('gives up after its time, and says that a request on its way may have acted', async () => {
    server.answerWith(() => 'hang');
    const error = await failureOf(http({ timeoutMs: 50 }).post('/x', { response }));
    expect(error).toMatchObject({
      code: 'unavailable',
      reason: 'timeout',
      retryable: true,
      mayHaveHappened: true,
    });
  });

  it('stops when its caller does', async () => {
    server.answerWith(() => 'hang');
    const controller = new AbortController();
    const call = failureOf(http({ signal: controller.signal }).get('/x', { response }));
    controller.abort();
    expect(await call).toMatchObject({ code: 'unavailable', reason: 'canceled' });
  });

  it('does not know what a line that was cut has done', async () => {
    server.answerWith(() => 'drop');
    expect(await failureOf(http().post('/x', { response }))).toMatchObject({
      code: 'unavailable',
      mayHaveHappened: true,
    });
  });

  it('knows that nothing happened when nobody listens', async () => {
    const gone = await startAnsweringServer();
    await gone.close();
    const error = await failureOf(httpTo(gone.origin, provider).post('/x', { response }));
    expect(error).toMatchObject({ code: 'unavailable', reason: 'ECONNREFUSED', mayHaveHappened: false });
  });

  it('opens gzip, but neither a long answer nor a small one that grows', async () => {
    const packed = (body: Uint8Array) => ({ headers: { 'content-encoding': 'gzip' }, body: gzipSync(body) });
    server.answerWith(() => packed(Buffer.from('{"ok":true}')));
    await expect(http().get('/x', { response })).resolves.toEqual({ ok: true });
    server.answerWith(() => packed(Buffer.alloc(20_000_000, 32)));
    expect(await failureOf(http().get('/x', { response }))).toMatchObject({ code: 'unexpected_response' });
    server.answerWith(() => ({ body: Buffer.alloc(1001, 32) }));
    const error = await failureOf(http({ maxResponseBytes: 1000 }).get('/x', { response }));
    expect(error).toMatchObject({ code: 'unexpected_response', reason: 'unreadable_body' });
  });

  it('gives the beginning of a long answer where that is wanted, and says so', async () => {
    server.answerWith(() => ({ body: 'x'.repeat(1001) }));
    const options = { maxBytes: 10, cut: true };
    expect(await http().bytes('GET', '/x', options)).toMatchObject({ isCut: true, bytes: { length: 10 } });
    server.answerWith(() => ({ body: 'short' }));
    expect(await http().bytes('GET', '/x', options)).toMatchObject({ isCut: false, bytes: { length: 5 } });
  });

  it('refuses an encoding that it did not ask for', async () => {
    server.answerWith(() => ({ headers: { 'content-encoding': 'zstd' }, body: 'x' }));
    expect(await failureOf(http().get('/x', { response }))).toMatchObject({ reason: 'unreadable_body' });
  });

  it('takes an empty answer where none is expected', async () => {
    server.answerWith(() => ({ status: 204 }));
    await expect(http().delete('/x', { response: z.undefined() })).resolves.toBeUndefined();
  });

  it('does not take text for an empty answer', async () => {
    server.answerWith(() => ({ body: '<h1>sign in</h1>' }));
    const error = await failureOf(http().delete('/x', { response: z.undefined() }));
    expect(error).toMatchObject({ code: 'unexpected_response', reason: 'not_json', mayHaveHappened: true });
  });

  it('gives the parameters of the next page, and its address to nobody', async () => {
    const link = '<https://elsewhere.example/x?page=3&after=Y3Vyc29y>; rel="next", </x?page=9>; rel="last"';
    server.answerWith(({ query }) => ({
      body: { ok: true },
      ...(query.get('page') === '3' ? {} : { headers: { link } }),
    }));
    const first = await http().getPage('/x', { response });
    expect(first).toEqual({ body: { ok: true }, next: { page: '3', after: 'Y3Vyc29y' } });
    const last = await http().getPage('/x', { query: { ...first.next }, response });
    expect(last.next).toBeUndefined();
  });

  it('does not show its token to whoever looks into it', async () => {
    const { inspect } = await import('node:util');
    expect(inspect(http(), { depth: 10, showHidden: true })).not.toContain(canaryToken);
    expect(JSON.stringify(http())).not.toContain(canaryToken);
  });
});

describe('base URLs', () => {
  it.each([
    'http://api.example.com',
    'ftp://127.0.0.1',
    'https://user:pw@api.example.com',
    'https://api.example.com/?a=b',
    'https://api.example.com/#a',
    'not a url',
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
    'http://[::2]',
  ])('refuses %s', (apiBaseUrl) => {
    expect(() => effectiveBaseUrls(provider, { apiBaseUrl })).toThrow(/^github\.apiBaseUrl /);
    const limits = { timeoutMs: 1, maxResponseBytes: 1 };
    expect(() =>
      createProviderHttp({ provider, baseUrls: { apiBaseUrl }, accessToken: 'x', ...limits }),
    ).toThrow(TypeError);
  });

  it.each([
    ['http://127.0.0.1:4001', 'http://127.0.0.1:4001/calendar/v3'],
    ['http://[::1]:4001/', 'http://[::1]:4001/calendar/v3'],
    ['http://localhost:4001/google/calendar/', 'http://localhost:4001/google/calendar'],
    ['https://proxy.example.com/calendar/v3', 'https://proxy.example.com/calendar/v3'],
  ])('takes %s as %s', (apiBaseUrl, effective) => {
    expect(effectiveBaseUrls(googleCalendarProvider, { apiBaseUrl })).toEqual({ apiBaseUrl: effective });
  });

  it('refuses a base URL that the provider does not have', () => {
    expect(() => effectiveBaseUrls(provider, { contentBaseUrl: 'https://a.example' })).toThrow(
      'does not exist',
    );
  });
});
