import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectorsFileFor } from '@valetkey/twin';
import { newDataDir, startStack, until, type Stack } from './kit/index.js';

const SCOPE = 'https://www.googleapis.com/auth/drive.readonly';

/** Stands where Drive's API would be and tells what reached it. */
interface Upstream {
  readonly received: {
    readonly url: string;
    readonly headers: IncomingMessage['headers'];
    readonly bytes: number;
  }[];
  readonly url: string;
  close(): void;
}

async function startUpstream(): Promise<Upstream> {
  const received: Upstream['received'] = [];
  const server: Server = createServer((incoming, outgoing) => {
    let bytes = 0;
    incoming.on('data', (chunk: Buffer) => (bytes += chunk.length));
    incoming.on('end', () => {
      received.push({ url: incoming.url ?? '', headers: incoming.headers, bytes });
      if (incoming.url?.includes('/redirect')) {
        outgoing
          .writeHead(302, { location: 'http://169.254.169.254/latest/meta-data', 'set-cookie': 'a=b' })
          .end();
      } else if (incoming.url?.includes('/slow')) {
        outgoing.write('first');
        setTimeout(() => outgoing.end('last'), 1_000);
      } else {
        outgoing.writeHead(200, { 'content-type': 'text/html' }).end('<script>1</script>');
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { received, url: `http://127.0.0.1:${port}/drive/v3`, close: () => server.close() };
}

let stack: Stack;
let upstream: Upstream;
let directory: string;
beforeAll(async () => {
  upstream = await startUpstream();
  stack = await startStack({ targets: ['google'] });
  directory = newDataDir();
  const file = connectorsFileFor(stack.twin.url, { targets: ['google'] });
  const connectorsFile = join(directory, 'connectors.json');
  const providers = { ...file.providers, 'google-drive': { apiBaseUrl: upstream.url } };
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
    { 'content-type': 'application/json', 'x-forwarded-for': '10.0.0.1', cookie: 'a=b', 'x-custom': 'kept' },
    body,
  );
  expect(sent.status).toBe(200);
  const [arrived] = upstream.received;
  expect(arrived).toMatchObject({
    url: '/drive/v3/files?uploadType=media',
    bytes: body.length,
    headers: { 'content-type': 'application/json', 'x-custom': 'kept' },
  });
  expect(Object.keys(arrived?.headers ?? {})).not.toEqual(
    expect.arrayContaining(['cookie', 'x-forwarded-for', 'valetkey-user']),
  );
  expect(arrived?.headers.authorization).toMatch(/^Bearer (?!vk_agent_)/);
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
  await send('/v1/proxy/google-drive/files/1', { 'x-http-method-override': 'DELETE' }, Buffer.from('{}'));
  expect(upstream.received[0]?.headers).not.toHaveProperty('x-http-method-override');
  expect((await send('/v1/proxy/google-drive/files/1', {}, undefined, 'DELETE')).status).toBe(403);
  expect(upstream.received).toHaveLength(1);
});
