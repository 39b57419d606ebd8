import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { request, type Agent } from 'undici';
import { loadSettings } from '../../config/index.js';
import { Log } from '../log/log.js';
import { Outgoing, PRIVATE_ADDRESS } from './outgoing.js';

/** Of the 6bone, given back in 2006: a public address at which nobody is. */
const PUBLIC = '3ffe::1';

let here: Server;
let port: number;
let arrived: number;
beforeAll(async () => {
  here = createServer((_request, response) => response.end('a secret of this machine'));
  here.on('connection', () => (arrived += 1));
  here.listen(0, '127.0.0.1');
  await once(here, 'listening');
  port = (here.address() as AddressInfo).port;
});
afterAll(() => {
  here.closeAllConnections();
  here.close();
});

let answers: string[][];
let asked: number;
let pool: Agent | undefined;
beforeEach(() => {
  answers = [];
  asked = 0;
  arrived = 0;
});
afterEach(() => pool?.destroy());

/** A process to which the name server gives the answers of the spec, one after another, the last one for good. */
function connections(privateHosts = ''): Agent {
  const outgoing = new Outgoing(loadSettings({ VALETKEY_PRIVATE_HOSTS: privateHosts }), new Log('silent'));
  outgoing.resolve = (_hostname, _options, callback) => {
    const answer = answers[Math.min(asked, answers.length - 1)] ?? [];
    asked += 1;
    callback(
      null,
      answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  return (pool = outgoing.agent({ connectMs: 400 }));
}

const get = (host: string, dispatcher: Agent) =>
  request(`http://${host}:${port}/`, { dispatcher }).then(
    async ({ body }) => body.text(),
    (error: { code?: string }) => error.code,
  );

describe('a connection to the server of somebody else', () => {
  it('is not made once its name, public at first, has been bound to an address of ours', async () => {
    const bound = [
      '127.0.0.1',
      '::1',
      '::ffff:127.0.0.1',
      '10.0.0.1',
      '169.254.169.254',
      '0.0.0.0',
      'fd00:ec2::254',
    ];
    answers = [[PUBLIC], ...bound.map((address) => [address])];
    const agent = connections();
    expect(await get('rebind.example', agent)).not.toBe(PRIVATE_ADDRESS);
    for (const address of bound)
      expect([address, await get('rebind.example', agent)]).toEqual([address, PRIVATE_ADDRESS]);
    expect([asked, arrived]).toEqual([bound.length + 1, 0]);
  });

  it('takes only the public one of several addresses', async () => {
    answers = [[PUBLIC, '127.0.0.1', '::1']];
    expect(await get('both.example', connections())).not.toBe('a secret of this machine');
    expect(arrived).toBe(0);
  });

  it.each([
    '0.0.0.0',
    '0',
    '169.254.169.254',
    '10.0.0.1',
    '2852039166',
    '0xa9fea9fe',
    '[::ffff:127.0.0.1]',
    '[::]',
  ])('is not made to %s, for which no name server is asked', async (host) => {
    expect(await get(host, connections())).toBe(PRIVATE_ADDRESS);
    expect([asked, arrived]).toEqual([0, 0]);
  });

  it('is made to this machine where it is called that, and nowhere else by that name', async () => {
    expect(await get('127.0.0.1', connections())).toBe('a secret of this machine');
    answers = [['127.0.0.1'], ['10.0.0.1']];
    const agent = connections();
    expect(await get('localhost', agent)).toBe('a secret of this machine');
    here.closeAllConnections();
    expect(await get('localhost', agent)).toBe(PRIVATE_ADDRESS);
  });

  it('is made into a private network where the operator says so, never to credentials of the machine', async () => {
    answers = [['127.0.0.1'], ['169.254.169.254']];
    const agent = connections('git.corp.example');
    expect(await get('git.corp.example', agent)).toBe('a secret of this machine');
    here.closeAllConnections();
    expect(await get('git.corp.example', agent)).toBe(PRIVATE_ADDRESS);
    expect(await get('other.corp.example', agent)).toBe(PRIVATE_ADDRESS);
  });
});
