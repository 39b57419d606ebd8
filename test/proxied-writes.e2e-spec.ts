import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { connectorsFileFor } from '@valetkey/twin';
import {
  newDataDir,
  query,
  startStack,
  startUpstream,
  until,
  type Stack,
  type Upstream,
} from './kit/index.js';

const MIB = 1024 * 1024;

let stack: Stack;
let upstream: Upstream;
let directory: string;
beforeAll(async () => {
  upstream = await startUpstream();
  stack = await startStack({ targets: ['google'] });
  directory = newDataDir();
  const file = connectorsFileFor(stack.twin.url, { targets: ['google'] });
  const connectorsFile = join(directory, 'connectors.json');
  const uploads = {
    apiBaseUrl: upstream.url,
    uploadBaseUrl: upstream.url.replace('/drive', '/upload/drive'),
  };
  const providers = { ...file.providers, 'google-drive': uploads };
  writeFileSync(connectorsFile, JSON.stringify({ ...file, providers }));
  await stack.server.restart({ VALETKEY_CONNECTORS_FILE: connectorsFile });
  await stack.connected('ada', { target: 'google', scope: 'https://www.googleapis.com/auth/drive.file' });
});
afterAll(async () => {
  await stack.close();
  upstream.close();
  rmSync(directory, { recursive: true, force: true });
});
beforeEach(() => void upstream.received.splice(0));

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** In pieces, and without saying how many bytes there are. */
async function upload(method: string, path: string, type: string, body: Buffer) {
  const outgoing = request({
    host: '127.0.0.1',
    port: stack.server.port,
    path: `/v1/proxy/google-drive${path}`,
    method,
    headers: {
      authorization: `Bearer ${stack.agent.key}`,
      'valetkey-user': 'ada',
      'valetkey-base': 'upload',
      'content-type': type,
    },
  });
  outgoing.write(body.subarray(0, 100));
  outgoing.end(body.subarray(100));
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: answer.statusCode, text: (await buffer(answer)).toString() };
}

/** A description, and a file of 3 MiB. */
const related = (description: object) =>
  Buffer.concat([
    Buffer.from(`--b\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(description)}\r\n`),
    Buffer.from('--b\r\nContent-Type: text/plain\r\n\r\n'),
    Buffer.alloc(3 * MIB, 'x'),
    Buffer.from('\r\n--b--\r\n'),
  ]);
const MULTIPART = 'multipart/related; boundary=b';

it('hashes a body on its way, and has its digest on record once it has passed', async () => {
  const body = Buffer.alloc(9 * MIB, 'large');
  const sent = await upload('POST', '/files?uploadType=media', 'text/plain', body);
  expect([sent.status, upstream.received[0]?.sha256]).toEqual([200, sha256(body)]);
  const recorded = async () => {
    const sql = `SELECT outcome, detail->>'bodySha256' AS digest FROM audit_events
      WHERE type = 'request.forwarded' ORDER BY seq DESC LIMIT 2`;
    return query<{ outcome: string; digest: string | null }>(stack.server.embeddedDatabaseUrl, sql);
  };
  await until('the outcome is on record', async () => (await recorded())[0]?.outcome === 'succeeded');
  expect(await recorded()).toEqual([
    { outcome: 'succeeded', digest: sha256(body) },
    { outcome: 'intended', digest: null },
  ]);
});

it('lets a long upload through whole though its beginning was looked at', async () => {
  const body = related({ name: 'x' });
  const sent = await upload('PATCH', '/files/f1?uploadType=multipart', MULTIPART, body);
  expect([sent.status, upstream.received[0]?.sha256]).toEqual([200, sha256(body)]);
});

it('stops a long upload whose description moves the file to the bin, and that is too long to wait for a person', async () => {
  const body = related({ trashed: true });
  const sent = await upload('PATCH', '/files/f1?uploadType=multipart', MULTIPART, body);
  expect([sent.status, JSON.parse(sent.text).code, upstream.received]).toEqual([
    413,
    'payload_too_large',
    [],
  ]);
});
