import { inspect } from 'node:util';
import { googleDriveProvider as provider } from '../google-drive/index.js';
import {
  canaryToken,
  failureOf,
  httpTo,
  startAnsweringServer,
  type AnsweringServer,
} from '../testing/index.js';
import type { ProviderCall } from './create-provider-http.js';
import { sessionUrl } from './api-path.js';

const BASE = 'https://www.googleapis.com/upload/drive/v3';
const options = { base: 'uploadBaseUrl' } as const;

let server: AnsweringServer;
let elsewhere: AnsweringServer;
beforeAll(async () => {
  [server, elsewhere] = [await startAnsweringServer(), await startAnsweringServer()];
});
afterAll(() => Promise.all([server.close(), elsewhere.close()]));

const open = (calls: ProviderCall[] = []) =>
  httpTo(server.origin, provider, { onCall: (call) => calls.push(call) }).openSession(
    'POST',
    '/files',
    options,
  );

const sessionAt = (location: string) =>
  server.answerWith(({ method }) => (method === 'POST' ? { headers: { location } } : { body: { id: 'x' } }));

describe('the address of an upload session', () => {
  it.each([
    `${BASE}/files?uploadType=resumable&upload_id=abc`,
    `${BASE}/files/x1?upload_id=abc`,
    'https://www.googleapis.com:443/upload/drive/v3/files',
  ])('may be %s', (location) => {
    expect(sessionUrl('google-drive', BASE, location).origin).toBe('https://www.googleapis.com');
  });

  it.each([
    undefined,
    '',
    'files?upload_id=abc',
    '/upload/drive/v3/files?upload_id=abc',
    '//www.googleapis.com/upload/drive/v3/files',
    'http://www.googleapis.com/upload/drive/v3/files',
    'https://www.googleapis.com:8443/upload/drive/v3/files',
    'https://www.googleapis.com.evil.example/upload/drive/v3/files',
    'https://evil.example/upload/drive/v3/files',
    'https://evil.example#@www.googleapis.com/upload/drive/v3/files',
    'https://evil.example\\@www.googleapis.com/upload/drive/v3/files',
    'https://user@www.googleapis.com/upload/drive/v3/files',
    'https://www.googleapis.com/upload/drive/v3/files#x',
    'https://www.googleapis.com/upload/drive/v33/files',
    'https://www.googleapis.com/upload/drive/v3/../../../drive/v3/files',
    'https://www.googleapis.com/upload/drive/v3/..%2f..%2fdrive/v3/files',
    'https://www.googleapis.com/drive/v3/files',
    'https://169.254.169.254/upload/drive/v3/files',
    'http://localhost/upload/drive/v3/files',
    'file:///upload/drive/v3/files',
    'data:text/plain,x',
    'javascript:alert(1)',
    'gopher://www.googleapis.com/upload/drive/v3/files',
  ])('may not be %s', (location) => {
    const refused = () => sessionUrl('google-drive', BASE, location);
    expect(refused).toThrow(
      expect.objectContaining({ code: 'unexpected_response', reason: 'session_address' }),
    );
    try {
      refused();
    } catch (error) {
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('upload/drive');
    }
  });
});

describe('an upload session', () => {
  it('sends what it is given to its address, and nobody is told the address', async () => {
    const calls: ProviderCall[] = [];
    sessionAt(`${server.origin}/upload/drive/v3/files?upload_id=canary-session`);
    const session = await open(calls);
    const answer = await session.put({
      body: Buffer.from('hello'),
      headers: { 'content-range': 'bytes 0-4/5' },
    });
    expect(answer.json()).toEqual({ id: 'x' });
    const [, put] = server.requests;
    expect([put?.method, put?.rawBody, put?.query.get('upload_id')]).toEqual([
      'PUT',
      'hello',
      'canary-session',
    ]);
    expect(put?.headers['content-range']).toBe('bytes 0-4/5');
    expect(calls.map(({ path }) => path)).toEqual(['/upload/drive/v3/files', '/files (session)']);
    expect(inspect([session, answer, calls], { depth: 9, showHidden: true })).not.toContain('canary-session');
  });

  it('does not begin at a foreign address, and sends it neither content nor token', async () => {
    elsewhere.answerWith(() => ({ body: {} }));
    sessionAt(`${elsewhere.origin}/upload/drive/v3/files?upload_id=x`);
    expect(await failureOf(open())).toMatchObject({ code: 'unexpected_response', reason: 'session_address' });
    expect(elsewhere.requests).toEqual([]);
  });

  it.each([301, 302, 303, 307, 308])('does not follow a redirect with status %i', async (status) => {
    elsewhere.answerWith(() => ({ body: {} }));
    const session = `${server.origin}/upload/drive/v3/files?upload_id=x`;
    server.answerWith(({ method }) =>
      method === 'POST'
        ? { headers: { location: session } }
        : { status, headers: { location: `${elsewhere.origin}/upload/drive/v3/files` } },
    );
    const error = await failureOf((await open()).put({ body: Buffer.from('x') }));
    expect(error).toMatchObject({ code: 'unexpected_response', status });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(
      new RegExp(`upload_id|${canaryToken}`),
    );
    expect(elsewhere.requests).toEqual([]);
  });

  it('says what a refusal means, without the address', async () => {
    server.answerWith(({ method }) =>
      method === 'POST'
        ? { headers: { location: `${server.origin}/upload/drive/v3/files?upload_id=canary-session` } }
        : { status: 404, body: {} },
    );
    const error = await failureOf((await open()).put({}));
    expect(error).toMatchObject({ code: 'not_found', status: 404 });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('canary-session');
  });
});

describe('bytes in and out', () => {
  const http = () => httpTo(server.origin, provider);

  it('come as they are stored, with the few headers that an action may see', async () => {
    server.answerWith(() => ({
      status: 206,
      headers: {
        'content-type': 'image/png',
        'content-range': 'bytes 0-2/9',
        'set-cookie': 'a=b',
        location: '/x',
      },
      body: Buffer.from([0, 255, 1]),
    }));
    const answer = await http().bytes('GET', '/files/a', { headers: { range: 'bytes=0-2' } });
    expect([answer.status, [...answer.bytes]]).toEqual([206, [0, 255, 1]]);
    expect(answer.headers).toEqual({
      'content-type': 'image/png',
      'content-range': 'bytes 0-2/9',
      range: undefined,
      'dropbox-api-result': undefined,
    });
    expect(server.requests[0]?.headers['accept-encoding']).toBe('identity');
  });

  it('are cut off at the limit of the call', async () => {
    server.answerWith(() => ({ body: Buffer.alloc(101) }));
    await expect(http().bytes('GET', '/files/a', { maxBytes: 101 })).resolves.toBeDefined();
    expect(await failureOf(http().bytes('GET', '/files/a', { maxBytes: 100 }))).toMatchObject({
      code: 'unexpected_response',
      reason: 'unreadable_body',
    });
  });

  it('may be an answer that the action understands, though no success', async () => {
    server.answerWith(() => ({ status: 409, body: { offset: 7 } }));
    const understands = (answer: { json(): unknown }) => (answer.json() as { offset?: number }).offset === 7;
    await expect(http().bytes('POST', '/x', { understands })).resolves.toMatchObject({ status: 409 });
    server.answerWith(() => ({ status: 409, body: { offset: 8 } }));
    expect((await failureOf(http().bytes('POST', '/x', { understands }))).code).toBe('conflict');
  });
});
