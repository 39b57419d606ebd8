import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CALLBACK, TwinVisitor } from '../../testing/twin-visitor.js';
import type { Twin } from '../../twin.js';
import { startTwin } from '../../twin.js';

const UPLOAD = '/google/upload/drive/v3/files';
const GRAIN = 256 * 1024;

let twin: Twin;
let app: TwinVisitor;
let token: string;
beforeEach(async () => {
  twin = await startTwin({ redirectUris: [CALLBACK] });
  app = new TwinVisitor(twin, 'google');
  token = (await app.connect({ scope: 'https://www.googleapis.com/auth/drive.file' })).access_token;
});
afterEach(() => twin.close());

async function open(metadata: object = { name: 'big' }): Promise<string> {
  const path = `${UPLOAD}?uploadType=resumable&fields=id,name,size`;
  const { status, headers } = await app.api(token, path, { method: 'POST', json: metadata });
  expect(status).toBe(200);
  return headers.get('location')?.slice(twin.url.length) ?? '';
}

const put = (session: string, range: string, body: Buffer = Buffer.alloc(0)) =>
  app.api('', session, { method: 'PUT', headers: { 'content-range': range }, body: new Uint8Array(body) });

describe('a resumable upload', () => {
  it('goes piece by piece, says how far it got, and needs no token', async () => {
    const session = await open();
    const size = 2 * GRAIN + 5;
    expect((await put(session, `bytes */${size}`)).headers.get('range')).toBeNull();
    const first = await put(session, `bytes 0-${GRAIN - 1}/${size}`, Buffer.alloc(GRAIN));
    expect([first.status, first.headers.get('range')]).toEqual([308, `bytes=0-${GRAIN - 1}`]);
    expect((await put(session, `bytes 0-${GRAIN - 1}/${size}`, Buffer.alloc(GRAIN))).status).toBe(400);
    const uneven = await put(session, `bytes ${GRAIN}-${GRAIN + 4}/${size}`, Buffer.alloc(5));
    expect(uneven.status).toBe(400);
    const last = await put(session, `bytes ${GRAIN}-${size - 1}/${size}`, Buffer.alloc(GRAIN + 5));
    expect(last.body).toEqual({ id: expect.any(String), name: 'big', size: String(size) });
    expect((await put(session, `bytes */${size}`)).body).toEqual(last.body);
  });

  it('keeps a part of a piece, or forgets the session, on request', async () => {
    const session = await open();
    twin.control.addFault({ provider: 'google', fault: 'short_chunk', keepBytes: 7, times: 1 });
    const short = await put(session, `bytes 0-${GRAIN - 1}/${2 * GRAIN}`, Buffer.alloc(GRAIN));
    expect([short.status, short.headers.get('range')]).toEqual([308, 'bytes=0-6']);
    twin.control.addFault({ provider: 'google', fault: 'session_gone', times: 1 });
    expect((await put(session, `bytes */${2 * GRAIN}`)).status).toBe(404);
    expect((await put(session, `bytes */${2 * GRAIN}`)).status).toBe(404);
  });

  it('shows the address of the session to nobody who watches the twin', async () => {
    const session = await open();
    const id = new URL(session, twin.url).searchParams.get('upload_id') ?? '';
    expect(id).toContain('-twin-');
    await put(session, 'bytes */1');
    expect(JSON.stringify([twin.control.calls(), twin.control.state()])).not.toContain(id);
  });

  it('wants ids that Drive has generated, and folders that are there', async () => {
    const bad = { method: 'POST', json: { id: 'mine', name: 'x' } };
    expect((await app.api(token, '/google/drive/v3/files', bad)).status).toBe(400);
    const path = `${UPLOAD}?uploadType=resumable`;
    const lost = await app.api(token, path, { method: 'POST', json: { parents: ['nowhere'] } });
    expect(lost.status).toBe(404);
  });
});
