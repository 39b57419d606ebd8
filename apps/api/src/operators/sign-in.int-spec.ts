import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { AuditModule } from '../audit/index.js';
import { createWorld, type TestDatabase, type TestApp, type World } from '../platform/testing/index.js';
import { OperatorsModule } from './operators.module.js';
import { OperatorsService } from './operators.service.js';

const EMAIL = 'grace@example.com';
const PASSWORD = 'correct horse battery staple';
const HOUR_MS = 3_600_000;

let world: World<readonly [TestApp, TestApp]>;
let database: TestDatabase;
beforeAll(async () => {
  const env = { VALETKEY_OPERATOR_EMAIL: EMAIL, VALETKEY_OPERATOR_PASSWORD: PASSWORD };
  world = await createWorld({ rooms: [OperatorsModule, AuditModule], env, processes: 2 });
  ({ database } = world);
  await world.apps[0].get(OperatorsService).ensureFirstOwner();
  // Attempts come back with time, however long the hashes take.
  world.clock.stop();
});
afterAll(() => world.close());
/** By then everybody may try as often as ever. */
afterEach(() => world.clock.advance(HOUR_MS));

interface Try {
  readonly from?: string;
  readonly email?: string;
  readonly password?: string;
  readonly cookie?: string;
  readonly process?: 0 | 1;
}

async function signIn({
  from = '192.0.2.1',
  email = EMAIL,
  password = 'wrong',
  cookie,
  process = 0,
}: Try = {}) {
  const answer = await world.apps[process].app.inject({
    method: 'POST',
    url: '/v1/operator/session',
    remoteAddress: from,
    headers: cookie === undefined ? {} : { cookie },
    payload: { email, password },
  });
  return {
    status: answer.statusCode,
    code: answer.json<{ code?: string }>().code,
    retryAfter: Number(answer.headers['retry-after']),
    cookies: [answer.headers['set-cookie'] ?? []].flat().map(String),
  };
}

const right = (more: Try) => signIn({ password: PASSWORD, ...more });
const times = (n: number, attempt: (index: number) => Try) =>
  Promise.all(Array.from({ length: n }, (_, index) => signIn(attempt(index))));
const judged = (answers: readonly { status: number }[]) =>
  answers.filter(({ status }) => status === 401).length;
const deviceOf = (cookies: readonly string[]) =>
  cookies.find((cookie) => cookie.includes('valetkey_device='))?.split(';')[0] ?? '';
async function knownDevice(): Promise<string> {
  const { status, cookies } = await right({ from: '198.51.100.77' });
  expect(status).toBe(200);
  return deviceOf(cookies);
}

describe('guesses sent at once', () => {
  it.each([
    ['300 from one address to one process', 300, () => ({}), 10],
    ['300 from one address to two processes', 300, (n: number) => ({ process: (n % 2) as 0 | 1 }), 10],
    ['300 from one address at as many accounts', 300, (n: number) => ({ email: `o${n}@example.com` }), 10],
    [
      '300 from the addresses of one IPv6 network',
      300,
      (n: number) => ({ from: `2001:db8:0:7::${n.toString(16)}` }),
      10,
    ],
    [
      '300 from one address written in two ways',
      300,
      (n: number) => ({ from: n % 2 ? '::ffff:192.0.2.9' : '192.0.2.9' }),
      10,
    ],
    [
      '300 in another spelling of the account',
      300,
      (n: number) => ({ email: n % 2 ? EMAIL : 'GRACE@Example.com' }),
      10,
    ],
    ['90 from as many addresses', 90, (n: number) => ({ from: `203.0.113.${n}` }), 30],
  ] as const)('are judged no more often than they may be: %s', async (_, count, attempt, most) => {
    const answers = await times(count, attempt);
    expect(judged(answers)).toBe(most);
    for (const { status, code, retryAfter } of answers.filter(({ status: each }) => each !== 401)) {
      expect([status, code]).toEqual([429, 'too_many_attempts']);
      expect(retryAfter).toBeGreaterThan(0);
      expect(retryAfter).toBeLessThanOrEqual(90);
    }
  });

  it('leave no more events than were judged', async () => {
    const failed = `SELECT count(*)::int AS n FROM audit_events WHERE type = 'operator.sign_in_failed'`;
    const [before] = await database.query<{ n: number }>(failed);
    await times(50, () => ({}));
    const [after] = await database.query<{ n: number }>(failed);
    expect((after?.n ?? 0) - (before?.n ?? 0)).toBe(10);
  });
});

describe('the owner', () => {
  it('is let in elsewhere whatever one address does', async () => {
    await times(100, () => ({ from: '203.0.113.66' }));
    expect((await right({ from: '203.0.113.66' })).status).toBe(429);
    expect((await right({ from: '198.51.100.1' })).status).toBe(200);
    expect((await right({ from: '198.51.100.1', process: 1 })).status).toBe(200);
  });

  it('waits a while and not for ever: seconds, while many addresses guess', async () => {
    await times(60, (n) => ({ from: `203.0.113.${n}` }));
    const refused = await right({ from: '198.51.100.2' });
    expect(refused.status).toBe(429);
    expect(refused.retryAfter).toBeLessThanOrEqual(30);
    world.clock.advance(refused.retryAfter * 1_000);
    expect((await right({ from: '198.51.100.2' })).status).toBe(200);
  });

  it('does not wait on a device that has signed in before, also behind the address of who guesses', async () => {
    const cookie = await knownDevice();
    await times(60, (n) => ({ from: `203.0.113.${n}` }));
    await times(20, () => ({ from: '198.51.100.3' }));
    expect((await right({ from: '198.51.100.3' })).status).toBe(429);
    expect((await right({ from: '198.51.100.3', cookie })).status).toBe(200);
  });

  it('who signs in again and again is not held up by that', async () => {
    for (let n = 0; n < 15; n++) expect((await right({ from: '198.51.100.4' })).status).toBe(200);
  });
});

describe("a known device's proof", () => {
  it('is a cookie that no script and no other site gets, and holds no secret of the account', async () => {
    const { cookies } = await right({});
    expect(cookies.find((cookie) => cookie.includes('valetkey_device'))).toMatch(
      /^(__Host-)?valetkey_device=[\w-]+\.[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly;( Secure;)? SameSite=Strict$/,
    );
  });

  it('does not make its holder guess more often', async () => {
    const cookie = await knownDevice();
    expect(judged(await times(100, (n) => ({ cookie, from: `203.0.113.${n}` })))).toBe(10);
  });

  it.each([
    ['made up', () => 'valetkey_device=AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['cut', (cookie: string) => cookie.slice(0, -1)],
    ['changed', (cookie: string) => cookie.replace('=', '=A')],
    ['without its proof', (cookie: string) => cookie.split('.')[0] ?? ''],
    ['empty', (cookie: string) => `${cookie.split('=')[0]}=`],
  ])('is worth nothing when it is %s', async (_, change) => {
    const cookie = change(await knownDevice());
    await times(20, () => ({ from: '198.51.100.5' }));
    expect((await right({ from: '198.51.100.5', cookie })).status).toBe(429);
  });

  it('is worth nothing for another account, nor after the password has changed', async () => {
    const cookie = await knownDevice();
    await times(20, () => ({ from: '198.51.100.6' }));
    expect((await signIn({ from: '198.51.100.6', cookie, email: 'nobody@example.com' })).status).toBe(429);
    const [row] = await database.query<{ hash: string }>('SELECT password_hash AS hash FROM operators');
    await database.query(`UPDATE operators SET password_hash = password_hash || 'x'`);
    expect((await signIn({ from: '198.51.100.6', cookie })).status).toBe(429);
    await database.query('UPDATE operators SET password_hash = $1', [row?.hash]);
  });
});

it('forgets those who may try as often as ever', async () => {
  await times(5, (n) => ({ from: `203.0.113.${n}` }));
  world.clock.advance(HOUR_MS);
  await signIn();
  const [row] = await database.query<{ n: number }>('SELECT count(*)::int AS n FROM sign_in_attempts');
  expect(row?.n).toBe(2);
});
