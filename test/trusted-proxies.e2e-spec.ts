import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OPERATOR_PASSWORD, startServer, type Server } from './kit/index.js';

let behindProxy: Server;
let direct: Server;
beforeAll(async () => {
  [behindProxy, direct] = await Promise.all([
    startServer({ env: { VALETKEY_TRUSTED_PROXIES: 'loopback, 10.0.0.0/8' } }),
    startServer({}),
  ]);
});
afterAll(() => Promise.all([behindProxy.destroy(), direct.destroy()]));

const from = (chain: string, more: Record<string, string> = {}) => ({ 'x-forwarded-for': chain, ...more });
const guess = (server: Server, headers: Record<string, string>, password = 'wrong') =>
  server.anonymous.post('/v1/operator/session', { email: 'owner@example.com', password }, headers);
const lastAddress = async (server: Server) =>
  (await server.operator.get('/v1/audit-events?type=operator.sign_in_failed')).body.data[0].ip;

describe('behind a proxy that is trusted', () => {
  it.each([
    ['203.0.113.1', '203.0.113.1'],
    ['1.1.1.1, 203.0.113.2', '203.0.113.2'],
    ['203.0.113.3, 10.0.0.1', '203.0.113.3'],
    ['[2001:db8::4]:443', '2001:db8::4'],
    ['not an address', '127.0.0.1'],
  ])('the log says for %s that %s came', async (chain, address) => {
    expect((await guess(behindProxy, from(chain))).status).toBe(401);
    expect(await lastAddress(behindProxy)).toBe(address);
  });

  it('an address is held up for itself, whatever it claims to come through', async () => {
    const own = (n: number) => guess(behindProxy, from(`198.51.100.${n}, 203.0.113.9`));
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => own(n)));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
    expect((await guess(behindProxy, from('203.0.113.10'), OPERATOR_PASSWORD)).status).toBe(200);
  });

  it('cookies are for https only when that is how the browser came', async () => {
    for (const [scheme, isSecure] of [
      ['https', true],
      ['http', false],
      ['javascript', false],
    ] as const) {
      const headers = from('203.0.113.11', { 'x-forwarded-proto': scheme });
      const answer = await guess(behindProxy, headers, OPERATOR_PASSWORD);
      expect([answer.status, answer.headers.get('set-cookie')?.includes('Secure')]).toEqual([200, isSecure]);
    }
  });
});

it('without one, whatever is forwarded is ignored', async () => {
  const headers = (n: number) => ({
    ...from(`203.0.113.${n}`, { 'x-forwarded-proto': 'https' }),
    forwarded: 'for=1.1.1.1',
  });
  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => guess(direct, headers(n))));
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
  expect(await lastAddress(direct)).toBe('127.0.0.1');
});
