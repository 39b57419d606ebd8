import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { gzipSync } from 'node:zlib';
import { startStack, type Stack } from '../kit/index.js';

const MIB = 1024 * 1024;
const SESSION = '/v1/operator/session';
const AGENTS = '/v1/agents';
const READ = '/v1/actions/google-calendar.calendars.list';
const UPLOAD = '/v1/actions/google-drive.files.upload';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ targets: ['google'] });
  await stack.connected('ada', { target: 'google', scope: 'https://www.googleapis.com/auth/drive.file' });
});
afterAll(() => stack.close());

/** Sends bytes as they are. */
async function send(
  path: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
  method = 'POST',
) {
  const sent = request({
    host: '127.0.0.1',
    port: stack.server.port,
    path,
    method,
    headers: { 'content-type': 'application/json', ...headers },
  });
  sent.on('error', () => undefined);
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const answered = await text(answer);
  return { status: answer.statusCode ?? 0, headers: answer.headers, text: answered };
}

const as = {
  nobody: () => ({}),
  agent: () => ({ authorization: `Bearer ${stack.agent.key}` }),
  operator: () => ({ authorization: `Bearer ${stack.server.operatorKey}` }),
};
type Who = keyof typeof as;

const members = (count: number) =>
  `{${Array.from({ length: count }, (_, index) => `"unknown member ${index}":1`).join()}}`;
const run = (input: string) => `{"userId":"ada","input":${input}}`;

/** Bodies, their senders, and the expected status. */
const STRUCTURES: [name: string, who: Who, path: string, body: () => string, status: number][] = [
  ['brackets to the sign-in', 'nobody', SESSION, () => '['.repeat(MIB), 413],
  ['a few brackets to the sign-in', 'nobody', SESSION, () => '['.repeat(4000), 400],
  [
    'a long password',
    'nobody',
    SESSION,
    () => JSON.stringify({ email: 'a@b.example', password: 'x'.repeat(5000) }),
    413,
  ],
  ['brackets of nobody', 'nobody', AGENTS, () => '['.repeat(MIB - 1), 401],
  ['brackets of a wrong kind', 'agent', AGENTS, () => '['.repeat(MIB - 1), 403],
  ['brackets', 'operator', AGENTS, () => '['.repeat(MIB - 1), 400],
  ['braces', 'operator', AGENTS, () => '{"a":'.repeat(200_000), 400],
  ['65 levels', 'operator', AGENTS, () => `${'['.repeat(65)}${']'.repeat(65)}`, 400],
  ['unknown members to an action', 'agent', READ, () => run(members(9_000)), 400],
  ['too many members to an action', 'agent', READ, () => run(members(30_000)), 400],
  ['31 MB to an action without a file', 'agent', READ, () => run(members(1_000_000)), 413],
  ['31 MB of members to an action with a file', 'agent', UPLOAD, () => run(members(1_000_000)), 400],
  ['empty objects', 'agent', '/v1/tasks', () => `{"a":[${'{},'.repeat(300_000)}1]}`, 400],
  ['a list in a filter', 'operator', `/v1/operator/agents?filter=${'['.repeat(7000)}`, () => '', 400],
  ['escapes in a file', 'agent', UPLOAD, () => run(`{"name":"x","base64":"${'\\"'.repeat(14 * MIB)}"}`), 400],
  ['blanks', 'agent', UPLOAD, () => ' '.repeat(31 * MIB), 400],
  ['a number', 'agent', UPLOAD, () => '1'.repeat(31 * MIB), 400],
  ['a file', 'agent', UPLOAD, () => run(`{"name":"x.bin","base64":"${'QUJD'.repeat(6 * MIB)}"}`), 200],
  [
    'a file that is no base64',
    'agent',
    UPLOAD,
    () => run(`{"name":"x.bin","base64":"${'='.repeat(27 * MIB)}"}`),
    400,
  ],
];

describe('a request', () => {
  // How long others wait meanwhile is measured: `npm run bench -- event-loop`.
  it.each(STRUCTURES)('of %s is answered in short', async (_, who, path, build, status) => {
    const body = build();
    const answer = await send(path, body, as[who](), body === '' ? 'GET' : 'POST');
    expect(answer.status).toBe(status);
    expect(answer.text.length).toBeLessThan(10_000);
    if (status < 400) return;
    const { detail, errors = [] } = JSON.parse(answer.text);
    expect(detail.length).toBeLessThanOrEqual(200);
    expect(errors.length).toBeLessThanOrEqual(20);
    for (const { message } of errors) expect(message.length).toBeLessThanOrEqual(200);
  });

  it('may be nested 64 levels deep', async () => {
    const nested = `${'{"a":'.repeat(62)}1${'}'.repeat(62)}`;
    const { text: answered } = await send(READ, run(nested), as.agent());
    expect(answered).not.toContain('levels deep');
  });
});

describe('text that is none', () => {
  const task = (input: object) =>
    ['/v1/tasks', { userId: 'ada', action: 'gmail.messages.send', input }] as const;
  const act = (input: object) => [READ, { userId: 'ada', input }] as const;
  it.each([
    ['input.q', ...act({ q: 'cut \ud83d' })],
    ['input.q', ...act({ q: '\udc00' })],
    ['input.subject', ...task({ subject: 'cut \ud83d' })],
    ['input.to.1', ...task({ to: ['a@b.example', 'x\u0000'] })],
    ['input.a.b.0.c', ...task({ a: { b: [{ c: '\ud83d\ud83d' }] } })],
    ['userId', ...([READ, { userId: 'a\ud83d', input: {} }] as const)],
    ['name', AGENTS, { name: 'half \ud83d' }],
    ['name', AGENTS, { name: 'NUL \u0000' }],
  ])('is refused and %s is named', async (member, path, body) => {
    const { status, text: answered } = await send(
      path,
      JSON.stringify(body),
      as[path === AGENTS ? 'operator' : 'agent'](),
    );
    expect([status, JSON.parse(answered).errors[0].path]).toEqual([400, member]);
  });

  it.each([
    ['userId', '/v1/tasks?userId=a%00'],
    ['from', '/v1/audit-events?from=0000-01-01T00:00:00Z'],
    ['to', '/v1/audit-events?to=9999-12-31T23:59:59-23:59'],
    ['from', '/v1/audit-events?from=0001-01-01T00:00:00%2B23:59'],
    ['filter', `/v1/operator/agents?filter=${encodeURIComponent('{"q":"\\ud83d"}')}`],
    ['filter', `/v1/operator/agents?filter=${encodeURIComponent('{"q":"\\u0000"}')}`],
  ])('is refused and %s is named in the query of %s', async (member, path) => {
    const { status, body } = await stack.operator.get(path);
    expect([status, body.errors?.[0].path.split('.')[0]]).toEqual([400, member]);
  });

  it.each([
    ['runAt', { runAt: '0000-01-01T00:00:00Z', userId: 'ada', action: 'google-calendar.calendars.list' }],
    [
      'input.timeMin',
      { userId: 'ada', action: 'google-calendar.events.list', input: { timeMin: '0000-06-01T00:00:00Z' } },
    ],
  ])('is refused where %s has the year 0', async (member, body) => {
    const answer = await stack.agent.client.post('/v1/tasks', body);
    expect([answer.status, answer.body.errors?.map(({ path }: { path: string }) => path)]).toEqual([
      400,
      expect.arrayContaining([member]),
    ]);
  });
});

describe('the manners of HTTP', () => {
  it.each([
    ['PUT', '/v1/tasks', 'GET, HEAD, POST'],
    ['DELETE', '/v1/agents', 'POST'],
    ['POST', '/health/live', 'GET, HEAD'],
    ['PATCH', '/openapi.json', 'GET, HEAD'],
    ['POST', '/v1/tasks/tsk_1', 'GET, HEAD'],
    ['GET', '/v1/actions/github.issues.list', 'POST'],
  ])('answer %s %s with 405 and what it allows', async (method, path, allow) => {
    const { status, headers, body } = await stack.operator.request(method, path);
    expect([status, headers.get('allow'), body.code]).toEqual([405, allow, 'method_not_allowed']);
  });

  it.each([
    ['/nothing/here', 'text/html,application/xhtml+xml,*/*;q=0.8', 'text/html; charset=utf-8'],
    ['/nothing/here', '*/*', 'application/problem+json'],
    ['/nothing/here', 'application/json', 'application/json'],
    ['/v1/nothing', 'text/html', 'application/problem+json'],
  ])('answer 404 for %s to who accepts %s as %s', async (path, accept, type) => {
    const { status, headers } = await fetch(`${stack.server.url}${path}`, { headers: { accept } });
    expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
      404,
      expect.stringContaining(type),
      'no-store',
    ]);
  });

  it('show an unknown address to people as text', async () => {
    const address = `${stack.server.url}/"><script>alert(1)</script>//evil.example`;
    const page = await fetch(address, { headers: { accept: 'text/html' } });
    expect(await page.text()).not.toMatch(/<script|href="(https?:)?\/\//);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it.each(['/v1/providers/', '/v1/actions/', '/health/live/', '/openapi.json/', '/docs/'])(
    'take %s as written without its last slash',
    async (path) => expect((await stack.agent.client.get(path)).status).toBe(200),
  );

  it.each([
    ['gzip', gzipSync('{"name":"x"}')],
    ['br', Buffer.from('{"name":"x"}')],
    ['GZIP', gzipSync('{"name":"x"}')],
    ['identity, gzip', gzipSync('{"name":"x"}')],
    ['none', Buffer.from('{"name":"x"}')],
  ])('refuse a body in %s', async (encoding, body) => {
    const { status, headers } = await send(AGENTS, body, { ...as.operator(), 'content-encoding': encoding });
    expect([status, headers['accept-encoding']]).toEqual([415, 'identity']);
  });

  it.each([
    ['a byte order mark', '\uFEFF{"name":"with a mark"}', 201],
    ['the encoding identity', '{"name":"as it is"}', 201],
    ['UTF-8', '{"name":"naïve 日本"}', 201],
  ])('take a body with %s', async (_, body, status) => {
    const answer = await send(AGENTS, body, { ...as.operator(), 'content-encoding': 'identity' });
    expect(answer.status).toBe(status);
  });

  it('refuse JSON that is not written in UTF-8', async () => {
    expect((await send(AGENTS, Buffer.from('{"name":"ï"}', 'latin1'), as.operator())).status).toBe(400);
  });
});
