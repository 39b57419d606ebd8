/** The client against servers that misbehave: what it sends, how often, and where to. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { Valetkey } from './valetkey.js';

const KEY = 'vk_agent_a_key_that_must_not_leave';
const servers: Server[] = [];
let asked: { readonly method: string; readonly url: string; readonly headers: IncomingMessage['headers'] }[];

async function serving(answer: RequestListener): Promise<string> {
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    asked.push({ method, url, headers });
    request.resume();
    answer(request, response);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Answers one after the other, the last one again and again. */
function inTurn(
  ...answers: [status: number, headers: Record<string, string>, body: object][]
): RequestListener {
  let count = 0;
  return (_, response) => {
    const [status, headers, body] = answers[Math.min(count++, answers.length - 1)]!;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

const problem = (status: number, code: string) => ({ type: '', title: '', status, detail: code, code });
const BUSY = (after: string) => [503, { 'retry-after': after }, problem(503, 'unavailable')] as const;
const TASK = [202, {}, { id: 'tsk_1', status: 'queued' }] as const;

beforeEach(() => {
  asked = [];
});
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

describe('a request that fails for a while', () => {
  it('is sent again after Retry-After where it reads, or has an Idempotency-Key, which stays the same', async () => {
    const url = await serving(inTurn([...BUSY('1')], [...TASK]));
    const valetkey = new Valetkey({ url, key: KEY });
    const began = performance.now();
    await valetkey.tasks.get('tsk_1');
    expect(performance.now() - began).toBeGreaterThanOrEqual(990);
    expect(asked).toHaveLength(2);

    const again = await serving(inTurn([...BUSY('0')], [...BUSY('0')], [...TASK]));
    asked = [];
    const task = await new Valetkey({ url: again, key: KEY }).for('ada').tasks.create('github.issues.list', {
      owner: 'ada',
      repo: 'engine',
    });
    expect(task.id).toBe('tsk_1');
    expect(asked).toHaveLength(3);
    expect(new Set(asked.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  });

  it('is not sent twice where it could happen twice', async () => {
    const url = await serving(inTurn([...BUSY('0')]));
    const valetkey = new Valetkey({ url, key: KEY });
    const ada = valetkey.for('ada');
    const calls = [
      () => ada.act('github.issues.list', { owner: 'ada', repo: 'engine' }),
      () => ada.connect('google'),
      () => ada.token(),
      () => valetkey.connections.disconnect('con_1'),
    ];
    for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'unavailable' });
    expect(asked).toHaveLength(calls.length);
  });

  it('is given up after as many attempts as were asked for, or when the wait is long', async () => {
    const url = await serving(inTurn([...BUSY('0')]));
    await expect(new Valetkey({ url, key: KEY, maxRetries: 1 }).tasks.get('t')).rejects.toMatchObject({
      status: 503,
    });
    expect(asked).toHaveLength(2);
    const later = await serving(inTurn([...BUSY('600')]));
    asked = [];
    await expect(new Valetkey({ url: later, key: KEY }).tasks.get('t')).rejects.toMatchObject({
      retryAfterMs: 600_000,
    });
    expect(asked).toHaveLength(1);
  });
});

describe('time', () => {
  it('is limited for each attempt, the body included', async () => {
    const silent = await serving(() => undefined);
    const stuck = await serving((_, response) => void response.writeHead(200).write('{"id":'));
    for (const url of [silent, stuck]) {
      const valetkey = new Valetkey({ url, key: KEY, timeoutMs: 100, maxRetries: 0 });
      await expect(valetkey.tasks.get('tsk_1')).rejects.toMatchObject({
        name: 'TimeoutError',
        code: 'timed_out',
      });
    }
  });

  it('ends with the signal of the caller, with its reason', async () => {
    const reason = new Error('the user went away');
    const controller = new AbortController();
    const url = await serving(() => controller.abort(reason));
    const valetkey = new Valetkey({ url, key: KEY });
    await expect(valetkey.tasks.get('tsk_1', { signal: controller.signal })).rejects.toBe(reason);
    await expect(valetkey.tasks.get('tsk_1', { signal: controller.signal })).rejects.toBe(reason);
    expect(asked).toHaveLength(1);
  });
});

describe('the key', () => {
  it('goes to no other host, not on a redirect either', async () => {
    const other = await serving(inTurn([200, {}, {}]));
    const url = await serving(inTurn([307, { location: `${other}/v1/tasks/tsk_1` }, {}]));
    const valetkey = new Valetkey({ url, key: KEY });
    await expect(valetkey.tasks.get('tsk_1')).rejects.toMatchObject({ code: 'redirected' });
    const github = valetkey.for('ada').fetch('github');
    expect((await github('https://api.github.com/user')).status).toBe(307);
    expect(asked.map(({ url: path }) => path)).toEqual(['/v1/tasks/tsk_1', '/v1/proxy/github/user']);
    for (const place of [
      'https://attacker.example/user',
      'http://api.github.com/user',
      `${url}/v1/users/eve/tokens`,
    ])
      await expect(github(place)).rejects.toThrow(TypeError);
    expect(asked).toHaveLength(2);
  });

  it('is in no error and in nothing that is printed', async () => {
    const url = await serving((request) => void request.socket.destroy());
    const valetkey = new Valetkey({ url, key: KEY, maxRetries: 0 });
    const error = await valetkey.tasks.get('tsk_1').catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: 'unreachable' });
    const printed = inspect([valetkey, valetkey.for('ada'), error], { depth: 20, showHidden: true });
    expect(printed + JSON.stringify([valetkey, valetkey.for('ada')])).not.toContain(KEY);
  });

  it.each(['', 'two words', 'line\nbreak', 'ключ'])('is no %j', (key) => {
    expect(() => new Valetkey({ url: 'http://localhost', key })).toThrow('key: ');
  });
});

describe('addresses', () => {
  it.each([
    'ftp://localhost',
    'http://me:secret@localhost',
    'http://localhost/?a=1',
    'http://localhost/#a',
    'x',
  ])('refuses the server %s', (url) => {
    expect(() => new Valetkey({ url, key: KEY })).toThrow(TypeError);
  });

  it('keep an id one segment, below the path of the server', async () => {
    const url = await serving(inTurn([...TASK]));
    const valetkey = new Valetkey({ url: `${url}/behind/`, key: KEY });
    for (const id of ['../agents', 'a/b?c#d', '%2e%2e']) await valetkey.tasks.get(id);
    expect(asked.map(({ url: path }) => path)).toEqual([
      '/behind/v1/tasks/..%2Fagents',
      '/behind/v1/tasks/a%2Fb%3Fc%23d',
      '/behind/v1/tasks/%252e%252e',
    ]);
    for (const id of ['..', '.', '']) await expect(valetkey.tasks.get(id)).rejects.toThrow(TypeError);
    expect(asked).toHaveLength(3);
  });
});

it('tells what is in between from what the server says', async () => {
  const url = await serving((_, response) => void response.writeHead(500).end('<h1>nginx</h1>'));
  const valetkey = new Valetkey({ url, key: KEY });
  await expect(valetkey.tasks.get('t')).rejects.toMatchObject({ code: 'http_error', status: 500 });
  const page = await serving((_, response) => void response.end('<h1>Sign in</h1>'));
  await expect(new Valetkey({ url: page, key: KEY }).tasks.get('t')).rejects.toMatchObject({
    code: 'unreadable_answer',
  });
});
