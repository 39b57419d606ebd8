import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectorsFileFor } from '@valetkey/twin';
import {
  freePort,
  newDataDir,
  query,
  startStack,
  startUpstream,
  until,
  untilTask,
  type Stack,
  type Upstream,
} from './kit/index.js';

const SCOPE = 'https://www.googleapis.com/auth/drive.readonly';

let stack: Stack;
let upstream: Upstream;
let directory: string;
beforeAll(async () => {
  upstream = await startUpstream();
  stack = await startStack({ targets: ['google'] });
  directory = newDataDir();
  const file = connectorsFileFor(stack.twin.url, { targets: ['google'] });
  const connectorsFile = join(directory, 'connectors.json');
  const providers = {
    ...file.providers,
    'google-drive': { apiBaseUrl: upstream.url },
    'google-calendar': { apiBaseUrl: `http://127.0.0.1:${await freePort()}` },
  };
  writeFileSync(connectorsFile, JSON.stringify({ ...file, providers }));
  await stack.server.restart({ VALETKEY_CONNECTORS_FILE: connectorsFile });
  await stack.connected('ada', { target: 'google', scope: SCOPE });
});
afterAll(async () => {
  await stack.close();
  upstream.close();
  rmSync(directory, { recursive: true, force: true });
});
beforeEach(() => void upstream.received.splice(0));

const credentials = () => ({ authorization: `Bearer ${stack.agent.key}`, 'valetkey-user': 'ada' });

/** Sends a path exactly as written; `fetch` would tidy it up. */
async function send(path: string, headers: Record<string, string> = {}, body?: Buffer, method?: string) {
  const outgoing = request({
    host: '127.0.0.1',
    port: stack.server.port,
    path,
    method: method ?? (body ? 'POST' : 'GET'),
    headers: { ...credentials(), ...headers },
  });
  outgoing.end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: answer.statusCode, headers: answer.headers, answer };
}

it('carries large bodies of any type through, and hands on no header of ours', async () => {
  const body = Buffer.alloc(9 * 1024 * 1024, '{');
  const sent = await send(
    '/v1/proxy/google-drive/files?uploadType=media',
    { 'content-type': 'application/json', 'x-forwarded-for': '10.0.0.1', cookie: 'a=b', 'if-match': 'kept' },
    body,
  );
  expect(sent.status).toBe(200);
  const [arrived] = upstream.received;
  expect(arrived).toMatchObject({
    url: '/drive/v3/files?uploadType=media',
    bytes: body.length,
    headers: { 'content-type': 'application/json', 'if-match': 'kept' },
  });
  expect(Object.keys(arrived?.headers ?? {})).not.toEqual(
    expect.arrayContaining(['cookie', 'x-forwarded-for', 'valetkey-user']),
  );
  expect(arrived?.headers.authorization).toMatch(/^Bearer (?!vk_agent_)/);
});

it('says what became of a large body that the provider breaks off', async () => {
  const { status, answer } = await send(
    '/v1/proxy/google-drive/files/cut/copy',
    {},
    Buffer.alloc(9 * 1024 * 1024),
  );
  expect([status, (await buffer(answer)).toString()]).toEqual([
    503,
    expect.stringContaining('"code":"unavailable"'),
  ]);
});

it('takes the rest of a large body that it does not pass on, so that its sender reads why', async () => {
  const database = stack.server.embeddedDatabaseUrl;
  await query(database, 'ALTER TABLE audit_inbox RENAME TO audit_inbox_away');
  const outgoing = request({
    host: '127.0.0.1',
    port: stack.server.port,
    path: '/v1/proxy/google-drive/files',
    method: 'POST',
    headers: credentials(),
  });
  outgoing.end(Buffer.alloc(9 * 1024 * 1024));
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  await query(database, 'ALTER TABLE audit_inbox_away RENAME TO audit_inbox');
  expect([answer.statusCode, (await buffer(answer)).toString()]).toEqual([
    503,
    expect.stringContaining('audit_unavailable'),
  ]);
  await until('all of it is sent', () => outgoing.writableFinished, { withinMs: 10_000 });
  expect(upstream.received).toEqual([]);
});

it('hands on an answer as it comes, in a sandbox', async () => {
  const { answer, headers } = await send('/v1/proxy/google-drive/slow');
  const [first] = (await once(answer, 'data')) as [Buffer];
  expect(first.toString()).toBe('first');
  expect(headers['content-security-policy']).toContain('sandbox');
  expect((await buffer(answer)).toString()).toBe('last');
});

it('does not follow a redirect, and does not tell where it leads elsewhere', async () => {
  const { status, headers } = await send('/v1/proxy/google-drive/redirect');
  expect([status, headers.location, headers['set-cookie']]).toEqual([302, undefined, undefined]);
  expect(upstream.received).toHaveLength(1);
});

describe('a provider that sends the token back', () => {
  const seen: string[] = [];
  const tokenSent = () => upstream.received.at(-1)?.headers.authorization?.replace('Bearer ', '') ?? '';
  const expectNone = (text: string) => {
    const token = tokenSent();
    expect(token.length).toBeGreaterThan(15);
    const middle = Buffer.from(token).subarray(3, -3).toString('base64').slice(4, -4);
    for (const writing of [token, encodeURIComponent(token), middle]) expect(text).not.toContain(writing);
    seen.push(token);
  };

  it.each(['echo', 'echo?pieces', 'echo?gzip', 'echo-302', 'echo-400', 'echo-403', 'echo-404', 'echo-500'])(
    'at /%s does not hand it to an agent',
    async (path) => {
      const { answer, status, headers } = await send(`/v1/proxy/google-drive/${path}`);
      const body = (await buffer(answer)).toString();
      expect(status).toBe(Number(/\d+/.exec(path)?.[0] ?? 200));
      expect(body).toContain('"error"');
      expectNone(`${JSON.stringify(answer.rawHeaders)} ${JSON.stringify(headers)} ${body}`);
    },
  );

  it.each([
    ['finds in a name', 'echo'],
    ['reads in an error', 'echo-403'],
  ])('does not show it in what an action %s, nor in a task', async (_, answer) => {
    const action = 'google-drive.files.search';
    const run = { userId: 'ada', input: { pageToken: answer } };
    const { client } = stack.agent;
    expectNone((await client.post(`/v1/actions/${action}`, run)).text);
    const { body: task } = await client.post('/v1/tasks', { ...run, action });
    await untilTask(client, task.id);
    expectNone((await client.get(`/v1/tasks/${task.id}`)).text);
  });

  it('leaves it in no log line, audit event or task either', async () => {
    const url = stack.server.embeddedDatabaseUrl;
    const rows = await Promise.all(
      ['audit_events', 'tasks', 'task_events', 'connections'].map((table) =>
        query<{ row: string }>(url, `SELECT t::text AS row FROM "${table}" t`),
      ),
    );
    const kept =
      rows
        .flat()
        .map(({ row }) => row)
        .join() + stack.server.output();
    expect(new Set(seen).size).toBeGreaterThan(0);
    for (const token of new Set(seen)) expect(kept).not.toContain(token);
  });
});

it('drops what Connection names, for either side, but not the token', async () => {
  await send('/v1/proxy/google-drive/files', {
    connection: 'close, x-secret, authorization, valetkey-user',
    'x-secret': 'a',
    'accept-language': 'b',
    te: 'trailers',
    'proxy-authorization': 'Basic x',
  });
  const { headers = {} } = upstream.received[0] ?? {};
  expect(headers).toMatchObject({ 'accept-language': 'b', 'accept-encoding': 'identity' });
  expect(headers.authorization).toMatch(/^Bearer (?!vk_agent_)/);
  for (const name of ['x-secret', 'te', 'proxy-authorization', 'valetkey-user'])
    expect(headers).not.toHaveProperty(name);
});

it.each([
  ['another host', { host: 'evil.example' }],
  ['a forwarded host', { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' }],
  ['another path', { 'x-original-url': '/evil', 'x-rewrite-url': '/evil' }],
])('sends to the provider alone, whatever %s in a header says', async (_, headers) => {
  expect((await send('/v1/proxy/google-drive/files', headers)).status).toBe(200);
  expect(upstream.received).toHaveLength(1);
  expect(upstream.received[0]?.url).toBe('/drive/v3/files');
  expect(upstream.received[0]?.headers.host).toBe(new URL(upstream.url).host);
});

it.each([
  '/v1/proxy/google-drive/../../secret',
  '/v1/proxy/google-drive/%2e%2e/%2e%2e/secret',
  '/v1/proxy/google-drive/.%2e/secret',
  '/v1/proxy/google-drive/%252e%252e/secret',
  '/v1/proxy/google-drive/a%2f..%2f..%2fsecret',
  '/v1/proxy/google-drive/..%5c..%5csecret',
  '/v1/proxy/google-drive//evil.example/',
  '/v1/proxy/google-drive///evil.example/',
  '/v1/proxy/google-drive/\\evil.example/',
  '/v1/proxy/google-drive/https://evil.example/',
  '/v1/proxy/google-drive/a#b',
  '/v1/proxy/google-drive/a?b#c',
  '/v1/proxy/google-drive@evil.example/x',
  '/v1/proxy/google-drive:80@evil.example/x',
  '/v1/proxy/google-drive.evil.example/x',
  '/v1/proxy/evil.example/x',
  '/v1/proxy/169.254.169.254/latest',
  '/v1/proxy/[::1]/x',
  '/v1/proxy/%67oogle-drive/x',
  '/v1/proxy/google-drive%2f..%2fgmail/x',
  '//evil.example/v1/proxy/google-drive/files',
  'http://evil.example/x',
  '/v1/proxy/[::ffff:169.254.169.254]/latest',
  '/v1/proxy/[fd00:ec2::254]/latest',
  '/v1/proxy/0x7f000001/x',
  '/v1/proxy/2130706433/x',
  '/v1/proxy/localhost/x',
  '/v1/proxy/google-drive/http:/evil.example//',
  '/v1/proxy/google-drive/gopher://evil.example/',
  '/v1/proxy/google-drive/file:///etc/passwd',
  '/v1/proxy/google-drive//@evil.example/',
  '/v1/proxy/google-drive/%2e%2e%2fsecret',
  '/v1/proxy/google-drive/a/%2E./secret',
  '/v1/proxy/google-drive/a/..%2f..%2f..%2f',
  '/v1/proxy/google-drive/a/%25252e%25252e/secret',
  '/v1/proxy/google-drive/a/..%255csecret',
  '/v1/proxy/google-drive/a%0d%0aHost:evil.example/../..',
])('refuses %s, and nothing leaves', async (path) => {
  const { status } = await send(path);
  expect([400, 404]).toContain(status);
  expect(upstream.received).toEqual([]);
});

it.each([
  ['two lengths', 'Content-Length: 5\r\nContent-Length: 6'],
  ['a length and chunks', 'Content-Length: 5\r\nTransfer-Encoding: chunked'],
  ['a length that is none', 'Content-Length: +5'],
  ['chunks in disguise', 'Transfer-Encoding: xchunked'],
  ['chunks after something else', 'Transfer-Encoding: identity, chunked, x'],
  ['a header that is folded', 'X-A: b\r\n Transfer-Encoding: chunked'],
  ['a space before the colon', 'Transfer-Encoding : chunked'],
  ['a bare carriage return in a value', 'X-A: b\rTransfer-Encoding: chunked'],
  ['a null in a value', 'X-A: b\0c'],
  ['a name with a space', 'X A: b'],
  ['a negative length', 'Content-Length: -1'],
  ['a hexadecimal length', 'Content-Length: 0x5'],
  ['a list of lengths', 'Content-Length: 5, 6'],
])('takes no request with %s', async (_, lines) => {
  const socket = connect(stack.server.port, '127.0.0.1');
  const auth = Object.entries(credentials()).map(([name, value]) => `${name}: ${value}`);
  socket.write(
    [
      'POST /v1/proxy/google-drive/files HTTP/1.1',
      'Host: x',
      ...auth,
      lines,
      '',
      '0\r\n\r\nGET /x HTTP/1.1\r\n\r\n',
    ].join('\r\n'),
  );
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  socket.on('error', () => undefined);
  await until('an answer', () => text.includes('HTTP/1.1') || socket.destroyed);
  socket.destroy();
  expect(text.startsWith('HTTP/1.1 400') || text === '').toBe(true);
  expect(upstream.received).toEqual([]);
});

it('does not let a method be overridden', async () => {
  await send('/v1/proxy/google-drive/files', { 'x-http-method-override': 'DELETE' }, Buffer.from('{}'));
  expect(upstream.received[0]?.headers).not.toHaveProperty('x-http-method-override');
  expect((await send('/v1/proxy/google-drive/files/1', {}, undefined, 'DELETE')).status).toBe(202);
  expect(upstream.received).toHaveLength(1);
});

it('says that nothing was sent where the provider could not be reached', async () => {
  const { status, answer } = await send('/v1/proxy/google-calendar/users/me/calendarList');
  const problem = JSON.parse((await buffer(answer)).toString());
  const detail = 'The provider could not be reached; nothing was sent.';
  expect([status, problem]).toMatchObject([503, { code: 'unavailable', detail, reason: 'ECONNREFUSED' }]);
});
