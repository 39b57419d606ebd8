/** Where a provider's library is led by answers, and what goes along. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Valetkey } from '../valetkey.js';

interface Asked {
  readonly call: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
type Answer = readonly [status: number, location?: string];

let server: Server;
let github: typeof fetch;
let asked: Asked[];
let answers: Answer[];
beforeEach(async () => {
  asked = [];
  answers = [];
  server = createServer(async (request, response) => {
    asked.push({
      call: `${request.method} ${request.url}`,
      headers: request.headers,
      body: await text(request),
    });
    const [status, location] = answers.shift() ?? [200];
    response.writeHead(status, location === undefined ? {} : { location }).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  github = new Valetkey({ url, key: 'vk_agent_1' }).for('ada é%').fetch('github', { connectionId: 'con_1' });
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const calls = () => asked.map(({ call }) => call);
const BELOW = '/v1/proxy/github';

it('says who asks, for whom, over which connection, whatever the library says', async () => {
  const headers = { authorization: 'token x', 'Valetkey-User': 'eve', accept: 'application/vnd.github+json' };
  await github('https://api.github.com/repos/a/b%2Fc?per_page=1&q=%20#x', { headers });
  expect(calls()).toEqual([`GET ${BELOW}/repos/a/b%2Fc?per_page=1&q=%20`]);
  expect(asked[0]?.headers).toMatchObject({
    authorization: 'Bearer vk_agent_1',
    'valetkey-user': 'ada%20%C3%A9%25',
    'valetkey-connection': 'con_1',
    accept: 'application/vnd.github+json',
  });
});

it('takes a Request as fetch does', async () => {
  const request = new Request('https://api.github.com/user', { method: 'PATCH', body: '{"name":"Ada"}' });
  await github(request);
  await github(request.url, { method: 'PUT', body: new Blob(['in parts']).stream() });
  expect(asked.map(({ call, body }) => [call, body])).toEqual([
    [`PATCH ${BELOW}/user`, '{"name":"Ada"}'],
    [`PUT ${BELOW}/user`, 'in parts'],
  ]);
});

it.each<[Answer[], string, string[]]>([
  [[[301, `${BELOW}/repositories/1`]], 'GET', ['GET /user', 'GET /repositories/1']],
  [[[302, `https://public.example${BELOW}/next?page=2`]], 'GET', ['GET /user', 'GET /next?page=2']],
  [[[307, 'https://api.github.com/other']], 'POST', ['POST /user', 'POST /other']],
  [[[303, `${BELOW}/done`]], 'POST', ['POST /user', 'GET /done']],
  [[[302, 'https://attacker.example/user']], 'GET', ['GET /user']],
  [[[302, 'http://api.github.com/user']], 'GET', ['GET /user']],
  [[[302, '/v1/proxy/gmail/messages']], 'GET', ['GET /user']],
  [[[302, `${BELOW}/../../agents`]], 'GET', ['GET /user']],
  [[[308]], 'PUT', ['PUT /user']],
])('after %j to %s asks no other place: %j', async (some, method, expected) => {
  answers = [...some];
  const body = method === 'GET' ? null : 'body';
  await github('https://api.github.com/user', { method, body });
  expect(calls()).toEqual(expected.map((call) => call.replace('/', `${BELOW}/`)));
  expect(asked.at(-1)?.body).toBe(calls().at(-1)?.startsWith('GET') ? '' : 'body');
});

it('hands a redirect back where the library wants it, cannot be repeated, or goes in circles', async () => {
  const url = 'https://api.github.com/user';
  const again: Answer = [307, `${BELOW}/user`];
  answers = [again];
  expect((await github(url, { redirect: 'manual' })).status).toBe(307);
  answers = [again];
  const stream = new Blob(['in parts']).stream();
  expect((await github(url, { method: 'PUT', body: stream })).status).toBe(307);
  answers = Array.from({ length: 20 }, () => again);
  asked = [];
  expect((await github(url)).status).toBe(307);
  expect(asked).toHaveLength(6);
});

it('is for providers whose hosts are known', async () => {
  const ada = new Valetkey({ url: 'http://localhost:1', key: 'k' }).for('ada');
  expect(() => ada.fetch('acme-notes')).toThrow('Name the hosts of acme-notes');
  await expect(
    ada.fetch('acme-notes', { hosts: ['api.acme.example'] })('https://evil.example/'),
  ).rejects.toThrow('evil.example is no host of acme-notes');
});
