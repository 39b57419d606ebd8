import { createHash, createHmac, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AuditModule } from '../audit/index.js';
import {
  Caller,
  createWorld,
  OPERATOR_KEY,
  signedInOperator,
  type TestApp,
  type TestDatabase,
  type World,
} from '../platform/testing/index.js';
import { OperatorsModule } from './operators.module.js';
import { OperatorsService } from './operators.service.js';

const EMAIL = 'grace@example.com';
const PASSWORD = 'correct horse battery staple';
const SESSION = '/v1/operator/session';

let world: World;
let database: TestDatabase;
let test: TestApp;
beforeAll(async () => {
  world = await createWorld({
    rooms: [OperatorsModule, AuditModule],
    env: { VALETKEY_OPERATOR_EMAIL: 'Grace@Example.com', VALETKEY_OPERATOR_PASSWORD: PASSWORD },
  });
  ({
    database,
    apps: [test],
  } = world);
  await test.get(OperatorsService).ensureFirstOwner();
});
afterAll(() => world.close());
beforeEach(() => {
  test.clock.stop();
  test.clock.advance(16 * 60_000);
});

const visitor = () => new Caller(test.app);
const signIn = (email: string, password: string) => visitor().post(SESSION, { email, password });

describe('the first owner', () => {
  it('is made once, with the e-mail in lower case', async () => {
    expect(await test.get(OperatorsService).ensureFirstOwner()).toBeUndefined();
    expect(await database.query('SELECT email, role FROM operators')).toEqual([
      { email: EMAIL, role: 'owner' },
    ]);
  });

  it('has a password that is stored as an Argon2id hash and nowhere in clear', async () => {
    const [row] = await database.query<{ password_hash: string }>('SELECT * FROM operators');
    expect(row?.password_hash).toMatch(/^\$argon2id\$v=19\$m=\d{5,},t=[2-9]/);
    expect(row?.password_hash).not.toContain(PASSWORD);
  });
});

describe('a session that somebody wrote into the database', () => {
  it.each([
    ['the SHA-256 of its cookie', (value: string) => createHash('sha256').update(value).digest()],
    ['the cookie itself', (value: string) => Buffer.from(value)],
    ['an HMAC under no key', (value: string) => createHmac('sha256', '').update(value).digest()],
    ['an HMAC under the cookie', (value: string) => createHmac('sha256', value).update(value).digest()],
    ['its SHA-512', (value: string) => createHash('sha512').update(value).digest()],
  ])('with %s signs nobody in', async (_, hash) => {
    const value = randomBytes(32).toString('base64url');
    await database.query(
      `INSERT INTO operator_sessions (token_hash, id, operator_id, last_used_at, expires_at, ip)
       SELECT $1, 'ops_' || md5(random()::text), id, now() + interval '1 year', now() + interval '10 years', '192.0.2.1'
       FROM operators LIMIT 1`,
      [hash(value)],
    );
    const headers = { cookie: `valetkey_session=${value}` };
    expect((await visitor().get(SESSION, headers)).status).toBe(401);
  });
});

describe('signing in', () => {
  it('opens a session whose cookie no script reads, and stores only hashes of it', async () => {
    const answer = await signIn('GRACE@example.com', PASSWORD);
    expect([answer.status, answer.body.operator.role]).toEqual([200, 'owner']);
    const [cookie = ''] = [answer.headers['set-cookie'] ?? []].flat().map(String);
    expect(cookie).toMatch(/^valetkey_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
    const value = cookie.slice('valetkey_session='.length).split(';')[0] ?? '';
    const rows = await database.query<{ row: string }>('SELECT s::text AS row FROM operator_sessions s');
    for (const secret of [value, answer.body.csrfToken as string]) {
      expect(JSON.stringify(rows)).not.toContain(secret);
      expect(JSON.stringify(rows)).not.toContain(Buffer.from(secret).toString('hex'));
    }
  });

  it.each([
    ['a form of another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['a page of a neighbouring host', { 'sec-fetch-site': 'same-site', origin: 'http://localhost:8080' }],
    ['a browser that names only the origin', { origin: 'https://evil.example' }],
    ['a page without an origin', { origin: 'null' }],
    ['a page of this host on another port', { origin: 'http://localhost:3001' }],
  ])('is refused to %s, whatever the password', async (_name, headers) => {
    const answer = await visitor().post(SESSION, { email: EMAIL, password: PASSWORD }, headers);
    expect([answer.status, answer.body.code]).toEqual([403, 'origin_not_allowed']);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it.each([
    ['our own page', { 'sec-fetch-site': 'same-origin', origin: 'http://localhost:3000' }],
    [
      'our own page under another name of this machine',
      { origin: 'http://192.0.2.7:3000', host: '192.0.2.7:3000' },
    ],
    ['an address that was typed', { 'sec-fetch-site': 'none' }],
    ['a program', {}],
  ])('works for %s', async (_name, headers) => {
    expect((await visitor().post(SESSION, { email: EMAIL, password: PASSWORD }, headers)).status).toBe(200);
  });

  it('gives a cookie that no other host can plant, where browsers use https', async () => {
    const https = await world.start({ env: { VALETKEY_PUBLIC_URL: 'https://keys.example' } });
    const visit = new Caller(https.app);
    const answer = await visit.post(SESSION, { email: EMAIL, password: PASSWORD });
    const [cookie = ''] = [answer.headers['set-cookie']].flat().map(String);
    expect(cookie).toMatch(
      /^__Host-valetkey_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
    const value = cookie.split(';')[0] ?? '';
    expect((await visit.get(SESSION, { cookie: value })).status).toBe(200);
    expect((await visit.get(SESSION, { cookie: value.replace('__Host-', '') })).status).toBe(401);
    await https.close();
  });

  it('fails for an unknown e-mail and for a wrong password in the same words', async () => {
    const [unknown, wrong] = [await signIn('nobody@example.com', PASSWORD), await signIn(EMAIL, 'wrong')];
    const { instance: _, ...one } = unknown.body;
    const { instance: __, ...two } = wrong.body;
    expect([unknown.status, one]).toEqual([401, two]);
  });

  it('takes as long for an unknown e-mail as for a wrong password', async () => {
    const time = async (email: string) => {
      const from = performance.now();
      await signIn(email, 'wrong');
      return performance.now() - from;
    };
    const median = (times: number[]) => times.sort((a, b) => a - b)[2] ?? 0;
    const [known, unknown]: [number[], number[]] = [[], []];
    for (let n = 0; n < 5; n++) {
      test.clock.advance(16 * 60_000);
      known.push(await time(EMAIL));
      unknown.push(await time(`nobody${n}@example.com`));
    }
    expect(median(unknown) / median(known)).toBeGreaterThan(0.4);
  });

  it('is put off after ten failures, also with the right password, and allowed again after a while', async () => {
    for (let n = 0; n < 10; n++) expect((await signIn(EMAIL, 'wrong')).status).toBe(401);
    const refused = await signIn(EMAIL, PASSWORD);
    expect([refused.status, refused.body.code]).toEqual([429, 'too_many_attempts']);
    const retryAfter = Number(refused.headers['retry-after']);
    expect(retryAfter).toBeGreaterThan(60);
    test.clock.advance(retryAfter * 1_000);
    expect((await signIn(EMAIL, PASSWORD)).status).toBe(200);
  });

  it('leaves a trace of success and of failure, without the password', async () => {
    await signIn(EMAIL, 'wrong-and-secret');
    const rows = await database.query<{ type: string; row: string }>(
      `SELECT type, a::text AS row FROM audit_events a ORDER BY seq DESC LIMIT 1`,
    );
    expect(rows[0]?.type).toBe('operator.sign_in_failed');
    expect(rows[0]?.row).not.toMatch(/wrong-and-secret/);
  });

  it('is refused when the audit log cannot be written', async () => {
    await database.breakAudit();
    const answer = await signIn(EMAIL, PASSWORD);
    await database.mendAudit();
    expect([answer.status, answer.headers['set-cookie']]).toEqual([503, undefined]);
  });
});

describe('a session', () => {
  const browser = async () => {
    const { cookie, csrfToken } = await signedInOperator(test.app, EMAIL, PASSWORD);
    return { cookie, csrfToken };
  };

  it('reads with its cookie alone, and hands out the CSRF token again', async () => {
    const { cookie, csrfToken } = await browser();
    const answer = await visitor().get(SESSION, { cookie });
    expect([answer.status, answer.body.csrfToken]).toEqual([200, csrfToken]);
  });

  it.each([
    ['no', () => ({})],
    ['a made-up', () => ({ 'valetkey-csrf': 'x' })],
    ["another session's", async () => ({ 'valetkey-csrf': (await browser()).csrfToken })],
  ])('changes nothing with %s CSRF token', async (_, header) => {
    const { cookie } = await browser();
    const answer = await visitor().delete(SESSION, {
      cookie,
      ...((await header()) as Record<string, string>),
    });
    expect([answer.status, answer.body.code]).toEqual([403, 'csrf_token_invalid']);
    expect((await visitor().get(SESSION, { cookie })).status).toBe(200);
  });

  it('ends with sign-out, at once', async () => {
    const { cookie, csrfToken } = await browser();
    expect((await visitor().delete(SESSION, { cookie, 'valetkey-csrf': csrfToken })).status).toBe(204);
    expect((await visitor().get(SESSION, { cookie })).status).toBe(401);
  });

  it('ends after twelve hours, however much it is used', async () => {
    const { cookie } = await browser();
    for (let n = 0; n < 12 * 3 - 1; n++) {
      test.clock.advance(20 * 60_000);
      expect((await visitor().get(SESSION, { cookie })).status).toBe(200);
    }
    test.clock.advance(20 * 60_000);
    expect((await visitor().get(SESSION, { cookie })).status).toBe(401);
  });

  it('ends after half an hour in which no person used it, though its page went on reading', async () => {
    const { cookie } = await browser();
    const unattended = { cookie, 'valetkey-unattended': '1' };
    test.clock.advance(20 * 60_000);
    expect((await visitor().get('/v1/operator/operators', unattended)).status).toBe(200);
    test.clock.advance(10 * 60_000);
    expect((await visitor().get('/v1/operator/operators', unattended)).status).toBe(401);
    expect((await visitor().get('/v1/operator/operators', { cookie })).status).toBe(401);
  });

  it('ends when its operator is disabled', async () => {
    const { cookie } = await browser();
    await database.query('UPDATE operators SET disabled_at = now()');
    expect((await visitor().get(SESSION, { cookie })).status).toBe(401);
    expect((await signIn(EMAIL, PASSWORD)).status).toBe(401);
    await database.query('UPDATE operators SET disabled_at = NULL');
  });

  it('of an auditor reads, and can be ended by its owner', async () => {
    const { cookie, csrfToken } = await browser();
    await database.query(`UPDATE operators SET role = 'auditor'`);
    expect((await visitor().get('/v1/operator/audit-events', { cookie })).status).toBe(200);
    const answer = await visitor().delete(SESSION, { cookie, 'valetkey-csrf': csrfToken });
    await database.query(`UPDATE operators SET role = 'owner'`);
    expect(answer.status).toBe(204);
    expect((await visitor().get(SESSION, { cookie })).status).toBe(401);
  });
});

describe('the key for automation', () => {
  it('needs no CSRF token, and nothing but itself will do', async () => {
    expect((await Caller.operator(test.app).get('/v1/operator/audit-events')).status).toBe(200);
    for (const key of [`${OPERATOR_KEY}x`, OPERATOR_KEY.slice(0, -1), OPERATOR_KEY.toUpperCase()]) {
      expect((await new Caller(test.app, key).get('/v1/operator/audit-events')).status).toBe(401);
    }
  });
});
