import { rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectorsFileFor } from '@valetkey/twin';
import { newDataDir, query, startStack, startUpstream, type Stack, type Upstream } from '../kit/index.js';

const SCOPE = 'https://www.googleapis.com/auth/drive.file';
const PROXY = '/v1/proxy/gmail/users/me/drafts';
const UPLOAD = '/v1/actions/google-drive.files.upload';
/** No attack may hold a connection for longer. */
const LONGEST_MS = 30_000;
const KIB = 1024;
const CONTENT = 'a'.repeat(600 * KIB);
const STEADY_BYTES_PER_S = 24 * KIB;

let stack: Stack;
let upstream: Upstream;
let directory: string;
/** Uploads that go on beside the attacks. */
let steady: Promise<Awaited<ReturnType<typeof steadily>>[]>;
beforeAll(async () => {
  upstream = await startUpstream();
  stack = await startStack({ targets: ['google'] });
  directory = newDataDir();
  const file = connectorsFileFor(stack.twin.url, { targets: ['google'] });
  const connectorsFile = join(directory, 'connectors.json');
  const providers = { ...file.providers, gmail: { apiBaseUrl: upstream.url } };
  writeFileSync(connectorsFile, JSON.stringify({ ...file, providers }));
  await stack.server.restart({ VALETKEY_CONNECTORS_FILE: connectorsFile });
  await stack.connected('ada', { target: 'google', scope: SCOPE });
  steady = Promise.all([
    steadily(UPLOAD, JSON.stringify({ userId: 'ada', input: { name: 'slow.txt', text: CONTENT } })),
    steadily(PROXY, CONTENT),
  ]);
  steady.catch(() => undefined);
});
afterAll(async () => {
  await stack.close();
  upstream.close();
  rmSync(directory, { recursive: true, force: true });
});

const credentials = () => [`authorization: Bearer ${stack.agent.key}`, 'valetkey-user: ada'];
const json = (length: number) => ['content-type: application/json', `content-length: ${length}`];
const chunked = ['content-type: application/json', 'transfer-encoding: chunked'];

/** Sends the beginning of a request, and then a byte every now and then, until the server has had enough. */
async function trickled(lines: readonly string[], drip: string) {
  const socket = connect(stack.server.port, '127.0.0.1');
  const startedAt = performance.now();
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  socket.on('error', () => undefined);
  socket.write(lines.join('\r\n'));
  const timer = setInterval(() => socket.write(drip), 900);
  // However it ends: a reset is an end as well, and no answer is lost to one.
  const { promise: closed, resolve } = Promise.withResolvers<boolean>();
  socket.once('close', resolve);
  await Promise.race([closed, sleep(2 * LONGEST_MS, undefined, { ref: false })]);
  clearInterval(timer);
  socket.destroy();
  return { text, ms: performance.now() - startedAt };
}

const post = (path: string, headers: readonly string[]) =>
  [`POST ${path} HTTP/1.1`, 'host: x', ...headers, '', ''] as const;

/** By name what trickles in, and what is answered. */
const ATTACKS: Record<string, () => [lines: readonly string[], drip: string, status: number]> = {
  'a body': () => [post('/v1/tasks', [...credentials(), ...json(1000)]), 'x', 408],
  'a body without a length': () => [post('/v1/tasks', [...credentials(), ...chunked]), '1\r\nx\r\n', 408],
  'a body of somebody unknown': () => [post('/v1/operator/session', json(1000)), 'x', 408],
  'a large body': () => [post(UPLOAD, [...credentials(), ...json(30 * KIB * KIB)]), 'x', 408],
  'a body that goes nowhere': () => [post('/v1/nowhere', json(1000)), 'x', 404],
  'a body of nobody': () => [post('/v1/tasks', json(1000)), 'x', 401],
  'a body to be passed on': () => [post(PROXY, [...credentials(), ...json(1000)]), 'x', 408],
  'an upload to be passed on': () => [post(PROXY, [...credentials(), ...chunked]), '1\r\nx\r\n', 408],
  'a body after its answer': () => [post('/v1/users/%zz', json(1000)), 'x', 400],
  'a body that nobody asked for': () => [
    ['GET /health/live HTTP/1.1', 'host: x', ...json(1000), '', ''],
    'x',
    200,
  ],
  headers: () => [['GET /health/live HTTP/1.1', 'host: x', 'x-long: '], 'x', 408],
  nothing: () => [[''], '', 408],
};

it('keep no connection for more than half a minute, whatever they trickle', async () => {
  const attacks = Object.entries(ATTACKS).map(async ([name, attack]) => {
    const [lines, drip, status] = attack();
    const { text, ms } = await trickled(lines, drip);
    const problem = status === 408 ? /"code":"(\w+)"/.exec(text)?.[1] : undefined;
    const type = /content-type: (\S+)/.exec(text)?.[1];
    const got = { name, status: Number(text.split(' ')[1]), problem, isOver: ms < LONGEST_MS };
    expect(text).toContain(status === 408 ? 'connection: close' : '');
    expect(type).toMatch(/^application\/(?:problem\+)?json/);
    return [got, { name, status, problem: status === 408 ? 'request_timeout' : undefined, isOver: true }];
  });
  const results = await Promise.all(attacks);
  expect(results.map(([got]) => got)).toEqual(results.map(([, wanted]) => wanted));
  const failed = await query<{ code: string }>(
    stack.server.embeddedDatabaseUrl,
    `SELECT detail->>'code' AS code FROM audit_events WHERE type = 'request.forwarded' AND outcome = 'failed'`,
  );
  expect(failed).toEqual([{ code: 'request_timeout' }]);
});

it('get through over a line that is slow and steady', async () => {
  const [uploaded, passed] = await steady;
  expect([uploaded?.status, uploaded?.text.includes('slow.txt')]).toEqual([200, true]);
  expect(passed?.status).toBe(200);
  expect(upstream.received.map(({ bytes }) => bytes)).toEqual([600 * KIB]);
});

/** Sends a body without a length, slowly. */
async function steadily(path: string, body: string) {
  const headers = {
    authorization: `Bearer ${stack.agent.key}`,
    'valetkey-user': 'ada',
    'content-type': 'application/json',
  };
  const outgoing = request({ host: '127.0.0.1', port: stack.server.port, path, method: 'POST', headers });
  const answered = once(outgoing, 'response');
  async function* pieces() {
    for (let at = 0; at < body.length; at += STEADY_BYTES_PER_S) {
      yield body.slice(at, at + STEADY_BYTES_PER_S);
      await sleep(1000);
    }
  }
  Readable.from(pieces()).pipe(outgoing);
  const [answer] = (await answered) as [IncomingMessage];
  return { status: answer.statusCode, text: (await answer.toArray()).join('') };
}
