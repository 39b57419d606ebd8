import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Caller } from '../../platform/testing/index.js';
import { OperatorPasswords } from '../operator-passwords.js';
import { EMAIL, OperatorWorld, PASSWORD } from '../testing/operator-world.js';

const STATUS = '/v1/operator/account/second-factor';
const TOTP = '/v1/operator/account/totp';
const SESSIONS = '/v1/operator/account/sessions';
const COMMAND = { actor: { type: 'system', id: 'operators-command' } } as const;

let world: OperatorWorld;
beforeAll(async () => {
  world = await OperatorWorld.start();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

describe('an authenticator app', () => {
  it('counts from the code on that confirms it, and ends all other sessions', async () => {
    const [browser, other] = [await world.signedIn(), await world.signedIn()];
    const { status, body } = await browser.send('POST', TOTP);
    expect([status, body.uri]).toEqual([
      201,
      expect.stringMatching(/^otpauth:\/\/totp\/Valetkey.*grace%40example\.com/),
    ]);
    expect((await browser.send('GET', STATUS)).body).toEqual({
      isRequired: false,
      methods: [],
      passkeys: [],
      provenBy: ['password'],
      recoveryCodesLeft: 0,
    });
    // Not confirmed: the password is all that is asked for.
    await world.signedIn();

    browser.secret = body.secret;
    expect((await browser.send('PUT', TOTP, { code: '000000' })).body.code).toBe('wrong_code');
    const confirmed = await browser.send('PUT', TOTP, { code: browser.code() });
    expect(confirmed.body.recoveryCodes).toHaveLength(10);
    expect((await browser.send('GET', STATUS)).body).toMatchObject({
      methods: ['totp', 'recovery_code'],
      totpSince: expect.any(String),
      recoveryCodesLeft: 10,
    });
    expect((await other.send('GET', SESSIONS)).status).toBe(401);
    expect((await browser.send('GET', SESSIONS)).body).toHaveLength(1);
    expect((await world.events('operator.factor_added')).at(-1)).toMatchObject({
      outcome: 'succeeded',
      detail: { factor: 'totp', endedSessions: 2 },
    });
  });

  it('is asked for after the password, and opens a session', async () => {
    const { browser } = await world.enrolled();
    const fresh = browser.another();
    const begun = await fresh.signIn(EMAIL, PASSWORD);
    expect(begun).toMatchObject({
      status: 401,
      body: { code: 'second_factor_required', methods: ['totp', 'recovery_code'] },
    });
    expect([...fresh.cookies.keys()]).toEqual(['valetkey_sign_in']);
    const { status, body } = await fresh.prove({ code: browser.nextCode() });
    expect([status, body.operator.email, body.mustEnrol]).toEqual([200, EMAIL, false]);
    expect([...fresh.cookies.keys()].sort()).toEqual(['valetkey_device', 'valetkey_session']);
    expect((await fresh.send('GET', SESSIONS)).status).toBe(200);
    expect((await world.events('operator.signed_in')).at(-1)?.detail).toMatchObject({
      secondFactor: 'totp',
    });
  });

  it('is begun anew as often as one likes, and only the last one can be confirmed', async () => {
    const browser = await world.signedIn();
    const first = (await browser.send('POST', TOTP)).body.secret;
    await browser.enrol();
    const second = browser.secret;
    expect(first).not.toBe(second);
    expect((await browser.send('POST', TOTP)).body.code).toBe('second_factor_exists');
  });

  it('is sealed: its secret is nowhere in the database, nor are recovery codes', async () => {
    const { browser, recoveryCodes } = await world.enrolled();
    const rows = await world.database.query(
      `SELECT t::text FROM operator_totp t UNION ALL SELECT t::text FROM operator_recovery_codes t
       UNION ALL SELECT detail::text FROM audit_events`,
    );
    const text = JSON.stringify(rows);
    expect(rows.length).toBeGreaterThan(11);
    for (const secret of [browser.secret, ...recoveryCodes]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(Buffer.from(secret).toString('hex'));
    }
  });

  it('is removed, with its recovery codes, and then no more asked for', async () => {
    const { browser } = await world.enrolled();
    expect((await browser.send('DELETE', TOTP)).status).toBe(204);
    expect((await browser.send('GET', STATUS)).body).toMatchObject({ methods: [], recoveryCodesLeft: 0 });
    expect((await browser.send('DELETE', TOTP)).body.code).toBe('no_second_factor');
    await world.signedIn();
    expect((await world.events('operator.factor_removed')).at(-1)?.detail).toMatchObject({ by: 'account' });
  });

  it('is no matter of operator keys, which have no account', async () => {
    expect((await Caller.operator(world.test.app).get(STATUS)).status).toBe(401);
    expect((await Caller.operator(world.test.app).post(TOTP)).status).toBe(401);
  });
});

describe('a recovery code', () => {
  it('stands in for the app, once, however it is typed', async () => {
    const { browser, recoveryCodes } = await world.enrolled();
    const recoveryCode = ` ${recoveryCodes[3]?.toUpperCase().replace('-', ' ')} `;
    expect((await (await world.pending(browser)).prove({ recoveryCode })).status).toBe(200);
    const again = await world.pending(browser);
    expect((await again.prove({ recoveryCode })).body.code).toBe('wrong_code');
    expect((await again.prove({ recoveryCode: recoveryCodes[4] })).status).toBe(200);
    expect((await browser.send('GET', STATUS)).body.recoveryCodesLeft).toBe(8);
    expect((await world.events('operator.signed_in')).at(-1)?.detail).toMatchObject({
      secondFactor: 'recovery_code',
    });
  });

  it('is over when a new set was made', async () => {
    const { browser, recoveryCodes } = await world.enrolled();
    const { status, body } = await browser.send('POST', '/v1/operator/account/recovery-codes');
    expect([status, body.recoveryCodes.length]).toEqual([201, 10]);
    const fresh = await world.pending(browser);
    expect((await fresh.prove({ recoveryCode: recoveryCodes[0] })).body.code).toBe('wrong_code');
    expect((await fresh.prove({ recoveryCode: body.recoveryCodes[0] })).status).toBe(200);
  });

  it('is made for those only who have a second factor', async () => {
    const browser = await world.signedIn();
    const { body } = await browser.send('POST', '/v1/operator/account/recovery-codes');
    expect(body.code).toBe('no_second_factor');
  });
});

describe('a reset on the machine', () => {
  it('removes the second factor when its link is used, and not before, on record', async () => {
    const { browser } = await world.enrolled();
    const { url } = await world.test.get(OperatorPasswords).reset(EMAIL, COMMAND);
    await world.pending(browser);
    const password = 'another password of mine';
    const set = { token: url.split('/').at(-1), password };
    expect((await browser.another().send('PUT', '/v1/operator/password-link', set)).status).toBe(204);
    const anew = browser.another();
    expect((await anew.signIn(EMAIL, password)).status).toBe(200);
    expect((await anew.send('GET', STATUS)).body).toMatchObject({ methods: [], recoveryCodesLeft: 0 });
    expect((await world.events('operator.factor_removed')).at(-1)?.detail).toMatchObject({ by: 'reset' });
  });
});
