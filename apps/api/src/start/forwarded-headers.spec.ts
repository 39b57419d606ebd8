import { afterEach, describe, expect, it } from '@jest/globals';
import fastify, { type FastifyInstance } from 'fastify';
import { dropUntrusted, trustedProxies } from './forwarded-headers.js';

let server: FastifyInstance | undefined;
afterEach(() => server?.close());

/** The origin of a request as a server sees it that trusts these proxies. */
async function seen(
  trusted: readonly string[],
  peer: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ ip: string; protocol: string; host: string }> {
  const isTrusted = trustedProxies(trusted);
  server = fastify({
    trustProxy: isTrusted,
    rewriteUrl: (request) => {
      dropUntrusted(isTrusted, request);
      return request.url ?? '/';
    },
  });
  server.get('/', ({ ip, protocol, host }) => ({ ip, protocol, host }));
  const answer = await server.inject({
    url: '/',
    remoteAddress: peer,
    headers: { host: 'own.example', ...headers },
  });
  return answer.json();
}

const PROXIES = ['loopback', '10.0.0.0/8', '2001:db8:aaaa::/48', '192.0.2.10'];

describe("the client's address", () => {
  it.each([
    ['as the proxy says', '127.0.0.1', '203.0.113.5', '203.0.113.5'],
    [
      'the nearest that no proxy of ours has, whatever stands to the left',
      '127.0.0.1',
      '1.1.1.1, 203.0.113.5',
      '203.0.113.5',
    ],
    ['over several of our proxies', '127.0.0.1', '203.0.113.5, 10.1.2.3, 192.0.2.10', '203.0.113.5'],
    ['not beyond a hop that is not ours', '127.0.0.1', '9.9.9.9, 198.51.100.1, 10.1.2.3', '198.51.100.1'],
    ['of IPv6', '::1', '2001:db8:bbbb::5', '2001:db8:bbbb::5'],
    ['of IPv6 behind a proxy of ours', '::1', '2001:db8:bbbb::5, 2001:db8:aaaa::1', '2001:db8:bbbb::5'],
    ['of IPv6 in brackets with a port', '127.0.0.1', '[2001:db8:bbbb::5]:4711', '2001:db8:bbbb::5'],
    ['of IPv4 with a port', '127.0.0.1', '203.0.113.5:4711', '203.0.113.5'],
    ['of IPv4 inside IPv6', '::ffff:127.0.0.1', '::ffff:203.0.113.5', '203.0.113.5'],
    ['with spaces about it', '127.0.0.1', '  203.0.113.5  ', '203.0.113.5'],
    ['a proxy that only ours are behind', '127.0.0.1', '10.0.0.7', '10.0.0.7'],
  ])('is the one %s', async (_, peer, chain, ip) => {
    expect((await seen(PROXIES, peer, { 'x-forwarded-for': chain })).ip).toBe(ip);
  });

  it.each([
    ['a word', 'unknown', '127.0.0.1'],
    ['markup', '<script>alert(1)</script>', '127.0.0.1'],
    ['nothing', '', '127.0.0.1'],
    ['commas', ',,,', '127.0.0.1'],
    ['a word, behind which an address stands', '203.0.113.5, unknown', '127.0.0.1'],
    ['a word before a proxy of ours', 'unknown, 10.1.2.3', '10.1.2.3'],
    ['a number', '2130706433', '127.0.0.1'],
    ['an octal address', '010.0.0.1', '127.0.0.1'],
    ['a short address', '127.1', '127.0.0.1'],
    ['half an address', '203.0.113', '127.0.0.1'],
    ['an address and more', '203.0.113.5;proto=https', '127.0.0.1'],
    ['a bracket that is not closed', '[2001:db8::1', '127.0.0.1'],
    ['a long list', Array(500).fill('x').join(','), '127.0.0.1'],
  ])('is the nearest that is known where the header holds %s', async (_, chain, ip) => {
    expect((await seen(PROXIES, '127.0.0.1', { 'x-forwarded-for': chain })).ip).toBe(ip);
  });

  it.each([
    ['one that is not named', PROXIES, '203.0.113.9'],
    ['anybody, where none is named', [], '127.0.0.1'],
    ['one beside the named block', ['10.0.0.0/9'], '10.200.0.1'],
    ['one of another kind', ['::/8'], '10.0.0.1'],
    ['one beside the named address', ['192.0.2.10'], '192.0.2.11'],
  ])('is the peer itself, and its words are gone, for %s', async (_, trusted, peer) => {
    const headers = {
      'x-forwarded-for': '1.1.1.1',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'evil.example',
      forwarded: 'for=1.1.1.1',
    };
    expect(await seen(trusted, peer, headers)).toEqual({ ip: peer, protocol: 'http', host: 'own.example' });
  });
});

it.each([
  ['https', 'https'],
  ['HTTPS', 'https'],
  ['http', 'http'],
  ['http, https', 'https'],
  ['javascript', 'http'],
  ['', 'http'],
])('takes the scheme %j that a proxy tells for %s', async (told, protocol) => {
  expect((await seen(PROXIES, '127.0.0.1', { 'x-forwarded-proto': told })).protocol).toBe(protocol);
});
