import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AuditModule } from '../audit/index.js';
import {
  Caller,
  createWorld,
  signedInOperator,
  type TestApp,
  type TestDatabase,
  type World,
} from '../platform/testing/index.js';
import { OperatorPasswords } from './operator-passwords.js';
import { OperatorsModule } from './operators.module.js';
import { OperatorsService } from './operators.service.js';

const EMAIL = 'grace@example.com';
const FIRST = 'correct horse battery staple';
const SECOND = 'another password of mine';
const PASSWORD = '/v1/operator/account/password';
const SESSIONS = '/v1/operator/account/sessions';

let world: World;
let database: TestDatabase;
let test: TestApp;
beforeAll(async () => {
  world = await createWorld({
    rooms: [OperatorsModule, AuditModule],
    env: { VALETKEY_OPERATOR_EMAIL: EMAIL, VALETKEY_OPERATOR_PASSWORD: FIRST },
  });
  ({
    database,
    apps: [test],
  } = world);
});
afterAll(() => world.close());
beforeEach(async () => {
  test.clock.advance(16 * 60_000);
  await database.query('DELETE FROM operators');
  await test.get(OperatorsService).ensureFirstOwner();
});

const visitor = () => new Caller(test.app);
async function browser(password = FIRST) {
  const { cookie, csrfToken } = await signedInOperator(test.app, EMAIL, password);
  return { cookie, 'valetkey-csrf': csrfToken };
}
const changePassword = (by: Record<string, string>, currentPassword: string, newPassword = SECOND) =>
  visitor().put(PASSWORD, { currentPassword, newPassword }, by);

describe('the own password', () => {
  it('is changed with the old one, and ends every other session', async () => {
    const [mine, other] = [await browser(), await browser()];
    expect((await changePassword(mine, FIRST)).status).toBe(204);
    expect((await visitor().get(SESSIONS, mine)).status).toBe(200);
    expect((await visitor().get(SESSIONS, other)).status).toBe(401);
    await expect(browser(FIRST)).rejects.toThrow('invalid_credentials');
    await browser(SECOND);
  });

  it('is not changed without the old one, and guessing is slowed down as at sign-in', async () => {
    const mine = await browser();
    const codes = [];
    for (let n = 0; n < 12; n++) codes.push((await changePassword(mine, 'a guess')).body.code);
    expect(codes).toEqual([...Array(10).fill('wrong_password'), 'too_many_attempts', 'too_many_attempts']);
    await database.query('DELETE FROM sign_in_attempts');
    await browser(FIRST);
  });

  it('is not changed by a key, which has no account, or without the CSRF token', async () => {
    const { cookie } = await browser();
    const body = { currentPassword: FIRST, newPassword: SECOND };
    expect((await Caller.operator(test.app).put(PASSWORD, body)).status).toBe(401);
    expect((await visitor().put(PASSWORD, body, { cookie })).status).toBe(403);
  });

  it('is changed once when two change it at the same moment', async () => {
    const [mine, other] = [await browser(), await browser()];
    const answers = await Promise.all([
      changePassword(mine, FIRST, 'the first of two passwords'),
      changePassword(other, FIRST, 'the second of two passwords'),
    ]);
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
  });

  it('is changed by an auditor as well', async () => {
    const mine = await browser();
    await database.query(`UPDATE operators SET role = 'auditor'`);
    expect((await changePassword(mine, FIRST)).status).toBe(204);
  });
});

describe('the own sessions', () => {
  it('are listed with their device and place, the one that asks marked', async () => {
    const other = await visitor().post(
      '/v1/operator/session',
      { email: EMAIL, password: FIRST },
      { 'user-agent': 'Mozilla/5.0 (iPhone) Safari/605' },
    );
    expect(other.status).toBe(200);
    test.clock.advance(60_000);
    const mine = await browser();
    const { body } = await visitor().get(SESSIONS, mine);
    expect(body).toEqual([
      expect.objectContaining({ isCurrent: true, ip: '127.0.0.1' }),
      expect.objectContaining({ isCurrent: false, userAgent: 'Mozilla/5.0 (iPhone) Safari/605' }),
    ]);
    expect(JSON.stringify(body)).not.toContain(mine.cookie.split('=')[1]);
  });

  it('are ended one by one, or all others at once; never those of another operator', async () => {
    const [mine, second, third] = [await browser(), await browser(), await browser()];
    await database.query(
      `INSERT INTO operators (id, email, password_hash, role)
       SELECT 'opr_ada', 'ada@example.com', password_hash, 'owner' FROM operators`,
    );
    const { cookie, csrfToken } = await signedInOperator(test.app, 'ada@example.com', FIRST);
    const ada = { cookie, 'valetkey-csrf': csrfToken };
    const [hers] = (await visitor().get(SESSIONS, ada)).body;
    expect((await visitor().delete(`${SESSIONS}/${hers.id}`, mine)).status).toBe(404);
    const own = (await visitor().get(SESSIONS, second)).body.find(
      ({ isCurrent }: { isCurrent: boolean }) => isCurrent,
    );
    expect((await visitor().delete(`${SESSIONS}/${own.id}`, mine)).status).toBe(204);
    expect((await visitor().get(SESSIONS, second)).status).toBe(401);
    expect((await visitor().delete(SESSIONS, mine)).status).toBe(204);
    expect((await visitor().get(SESSIONS, third)).status).toBe(401);
    expect((await visitor().get(SESSIONS, mine)).body).toHaveLength(1);
    expect((await visitor().get(SESSIONS, ada)).body).toHaveLength(1);
  });

  it('are ended by an owner, all at once', async () => {
    const [mine, { body }] = [await browser(), await visitor().get('/v1/operator/session', await browser())];
    const at = `/v1/operator/operators/${body.operator.id}/sessions`;
    expect((await Caller.operator(test.app).get(at)).body).toHaveLength(2);
    expect((await Caller.operator(test.app).delete(at)).status).toBe(204);
    expect((await visitor().get(SESSIONS, mine)).status).toBe(401);
  });

  it('opened by a browser that brings a cookie of its own choosing get another one', async () => {
    const planted = `valetkey_session=${'A'.repeat(43)}`;
    const credentials = { email: EMAIL, password: FIRST };
    const { status, headers } = await visitor().post('/v1/operator/session', credentials, {
      cookie: planted,
    });
    expect([status, String(headers['set-cookie'])]).toEqual([200, expect.not.stringContaining(planted)]);
    expect((await visitor().get(SESSIONS, { cookie: planted })).status).toBe(401);
  });
});

describe('a reset on the machine', () => {
  it('gives a link that sets a password once and ends all sessions, and is on record', async () => {
    const mine = await browser();
    const by = { actor: { type: 'system', id: 'operators command' } } as const;
    const { url } = await test.get(OperatorPasswords).reset('Grace@example.com', by);
    const token = url.split('/').at(-1);
    expect((await visitor().get(SESSIONS, mine)).status).toBe(200);
    const { body } = await visitor().post('/v1/operator/password-link', { token });
    expect(body).toMatchObject({ email: EMAIL, purpose: 'reset' });
    const set = { token, password: SECOND };
    expect((await visitor().put('/v1/operator/password-link', set)).status).toBe(204);
    expect((await visitor().get(SESSIONS, mine)).status).toBe(401);
    await browser(SECOND);
    const [event] = await database.query<{ actor_id: string }>(
      `SELECT actor_id FROM audit_events WHERE type = 'operator.password_reset'`,
    );
    expect(event?.actor_id).toBe('operators command');
  });

  it('is over when the password is changed meanwhile', async () => {
    const by = { actor: { type: 'system', id: 'operators command' } } as const;
    const { url } = await test.get(OperatorPasswords).reset(EMAIL, by);
    await changePassword(await browser(), FIRST);
    const set = { token: url.split('/').at(-1), password: 'the password of a thief' };
    expect((await visitor().put('/v1/operator/password-link', set)).status).toBe(410);
  });
});
