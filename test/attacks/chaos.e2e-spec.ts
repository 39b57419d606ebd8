import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { connectorsFileFor } from '@valetkey/twin';
import { newDataDir, startRawUpstream, startStack, type RawUpstream, type Stack } from '../kit/index.js';

const SCOPE = 'https://www.googleapis.com/auth/drive.readonly';
const HUGE = 300 * 1024 * 1024;
const JSON_TYPE = 'content-type: application/json';

const head = (status: string, ...headers: string[]) =>
  `HTTP/1.1 ${status}\r\n${headers.join('\r\n')}\r\n\r\n`;
const whole = (body: string | Buffer, status: string, ...headers: string[]) =>
  Buffer.concat([
    Buffer.from(head(status, `content-length: ${Buffer.byteLength(body)}`, ...headers)),
    Buffer.from(body),
  ]);
const encoded = (encoding: string, body: string | Buffer = '{"id":"x"}') =>
  whole(body, '200 OK', JSON_TYPE, `content-encoding: ${encoding}`);
const FILE = '{"id":"x","name":"x","mimeType":"text/plain","size":"3"}';

type Play = (socket: Socket) => void;
const says =
  (bytes: string | Buffer): Play =>
  (socket) =>
    void socket.write(bytes);
const cuts =
  (bytes: string | Buffer): Play =>
  (socket) =>
    void socket.end(bytes);
const resets =
  (bytes: string | Buffer): Play =>
  (socket) =>
    void socket.write(bytes, () => socket.resetAndDestroy());

/** Responses of the provider, by name. */
const ANSWERS: Record<string, Play> = {
  whole: says(whole(FILE, '200 OK', JSON_TYPE)),
  'no encoding called none': says(encoded('none')),
  'no encoding called UTF-8': says(encoded('UTF-8')),
  identity: says(encoded('identity')),
  'an unknown encoding': says(encoded('zstd')),
  'a name that objects have': says(encoded('constructor')),
  '1,501 encodings': says(encoded(Array.from({ length: 1501 }, () => 'gzip').join())),
  gzip: says(encoded('gzip', gzipSync(FILE))),
  'gzip that is none': says(encoded('gzip', 'plain')),
  'gzip cut off': says(encoded('gzip', gzipSync(FILE).subarray(0, 20))),
  'a length that is huge': says(head('200 OK', `content-length: ${HUGE}`)),
  'a huge length and a reset': resets(head('200 OK', `content-length: ${HUGE}`)),
  'a length that is too long': cuts(`${head('200 OK', 'content-length: 500', JSON_TYPE)}{"id"`),
  'a long length that is too long': cuts(`${head('200 OK', 'content-length: 500000')}abc`),
  'a length that is too short': says(`${head('200 OK', 'content-length: 2', JSON_TYPE)}{} and more`),
  'a reset after the headers': resets(head('200 OK', 'content-length: 500', JSON_TYPE)),
  'a reset in the body': resets(`${head('200 OK', 'transfer-encoding: chunked')}3\r\nabc\r\n`),
  'chunks that are none': says(`${head('200 OK', 'transfer-encoding: chunked')}nonsense\r\n`),
  'chunks cut off': cuts(`${head('200 OK', 'transfer-encoding: chunked')}ff\r\nabc`),
  '204 with a length': says(head('204 No Content', `content-length: ${HUGE}`, 'content-encoding: none')),
  '304 with an encoding': says(head('304 Not Modified', 'content-encoding: zstd', 'content-length: 10')),
  'the status 999': says(whole('denied', '999 Denied')),
  'the status 600': says(whole('{}', '600 X', JSON_TYPE)),
  '401 in chunks': resets(`${head('401 Unauthorized', 'transfer-encoding: chunked', JSON_TYPE)}2\r\n{}\r\n`),
  '403 cut off': cuts(`${head('403 Forbidden', 'content-length: 500', JSON_TYPE)}{"error"`),
  '429 in an unknown encoding': says(whole('{}', '429 Slow', JSON_TYPE, 'content-encoding: zstd')),
  'no HTTP': cuts('hello\r\n'),
  nothing: (socket) => void socket.resetAndDestroy(),
  'deep JSON': says(whole('['.repeat(200_000), '200 OK', JSON_TYPE)),
};

/** Behaviours of the client after it has sent its request. */
const CLIENTS: Record<string, { method: string; play: (sent: ClientRequest) => unknown; drive?: boolean }> = {
  'reads all': { method: 'GET', play: readAll },
  'asks for the head': { method: 'HEAD', play: readAll },
  'sends a body': { method: 'POST', play: (sent) => readAll(sent.end('{"a":1}')) },
  'leaves at once': { method: 'GET', play: (sent) => void setTimeout(() => sent.destroy(), 5) },
  'leaves with the headers': {
    method: 'GET',
    play: (sent) => void sent.once('response', () => sent.destroy()),
  },
  'leaves in the middle of its body': {
    method: 'POST',
    play: (sent) => void sent.write('{"a', () => setTimeout(() => sent.destroy(), 5)),
  },
};

async function readAll(sent: ClientRequest): Promise<number | undefined> {
  if (!sent.writableEnded) sent.end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  await answer.toArray().catch(() => undefined);
  return answer.statusCode;
}

let stack: Stack;
let upstream: RawUpstream;
let directory: string;
let played: Play = ANSWERS['whole']!;
/** Called each time that it was played. */
let afterwards = () => {};
beforeAll(async () => {
  upstream = await startRawUpstream((path, socket) => {
    if (path.includes('calm')) return ANSWERS['whole']!(socket);
    played(socket);
    afterwards();
  });
  stack = await startStack({ targets: ['google'] });
  directory = newDataDir();
  const file = connectorsFileFor(stack.twin.url, { targets: ['google'] });
  const connectorsFile = join(directory, 'connectors.json');
  const providers = { ...file.providers, 'google-drive': { apiBaseUrl: `${upstream.url}/drive/v3` } };
  writeFileSync(connectorsFile, JSON.stringify({ ...file, providers }));
  await stack.server.restart({ VALETKEY_CONNECTORS_FILE: connectorsFile });
  await stack.connected('ada', { target: 'google', scope: SCOPE });
});
afterAll(async () => {
  await stack.close();
  upstream.close();
  rmSync(directory, { recursive: true, force: true });
});

function send(method: string, path: string): ClientRequest {
  const sent = request({
    host: '127.0.0.1',
    port: stack.server.port,
    path: `/v1/proxy/google-drive/${path}`,
    method,
    headers: { authorization: `Bearer ${stack.agent.key}`, 'valetkey-user': 'ada', ...BODY[method] },
  });
  return sent.on('error', () => undefined);
}

const BODY: Record<string, Record<string, string>> = { POST: { 'content-length': '7' } };

/** A request that goes well keeps the provider's circuit closed, so that the next one reaches it. */
const calm = () => readAll(send('GET', 'calm'));

it.each(Object.keys(ANSWERS))(
  'no provider that answers with %s ends the process, whatever clients do',
  async (name) => {
    const { pid } = stack.server;
    played = ANSWERS[name]!;
    for (const { method, play } of Object.values(CLIENTS)) {
      const sent = send(method, 'files/x?alt=media');
      const { promise: closed, resolve } = Promise.withResolvers<undefined>();
      sent.once('close', () => resolve(undefined));
      const unfinished = givenUp().then(() => sent.destroy());
      if (!sent.writableEnded && method !== 'POST') sent.end();
      await Promise.race([play(sent), closed, unfinished]);
      expect(await calm()).toBe(200);
    }
    const { client } = stack.agent;
    for (const [action, input] of [
      ['google-drive.files.download', { fileId: 'x' }],
      ['google-drive.files.search', {}],
    ] as const) {
      const answered = client.post(`/v1/actions/${action}`, { userId: 'ada', input });
      const left = givenUp().then(() => ({ status: 0 }));
      const { status } = await Promise.race([answered, left]);
      expect(status).not.toBe(500);
      expect(await calm()).toBe(200);
    }
    expect([stack.server.isRunning(), stack.server.pid]).toEqual([true, pid]);
    expect(stack.server.output()).not.toContain('request failed');
  },
);

/** Ends a while after the provider has answered: callers wait no longer for what it does not finish. */
function givenUp(): Promise<undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  afterwards = () => void setTimeout(resolve, 300, undefined);
  return promise;
}

it.each([
  ['no encoding called none', 'GET', 200],
  ['no encoding called UTF-8', 'GET', 200],
  ['an unknown encoding', 'GET', 502],
  ['a name that objects have', 'GET', 502],
  ['1,501 encodings', 'GET', 502],
  ['a length that is huge', 'GET', 502],
  ['a length that is huge', 'HEAD', 200],
  ['an unknown encoding', 'HEAD', 200],
  ['204 with a length', 'GET', 204],
  ['304 with an encoding', 'GET', 304],
  ['the status 999', 'GET', 502],
])('an answer with %s to %s is told as %i', async (name, method, status) => {
  played = ANSWERS[name]!;
  expect(await readAll(send(method, 'files/x'))).toBe(status);
  await calm();
});
