import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Caller } from '../../platform/testing/index.js';
import { EMAIL, OperatorWorld, PASSWORD } from '../testing/operator-world.js';

const INVITE = '/v1/operator/operators';
const TOTP = '/v1/operator/account/totp';
const CODES = '/v1/operator/account/recovery-codes';
const PASSWORDS = '/v1/operator/account/password';
const MINUTE_MS = 60_000;

const ada = { email: 'ada@example.com', role: 'owner' };

let world: OperatorWorld;
beforeAll(async () => {
  world = await OperatorWorld.start();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

/** The session is open, and its last proof is too old. */
const later = () => world.clock.advance(10 * MINUTE_MS);

describe('something dangerous', () => {
  it('is done within ten minutes of the sign-in, and then wants the password again', async () => {
    const browser = await world.signedIn();
    world.clock.advance(9 * MINUTE_MS);
    expect((await browser.send('POST', INVITE, ada)).status).toBe(201);
    world.clock.advance(MINUTE_MS);
    const bob = { email: 'bob@example.com', role: 'owner' };
    expect(await browser.send('POST', INVITE, bob)).toMatchObject({
      status: 403,
      body: { code: 'step_up_required', maxAge: 600 },
    });
    expect(await world.denials()).toEqual([]);
    expect((await browser.stepUp({ password: 'not the password' })).status).toBe(403);
    expect(await world.denials()).toEqual(['wrong_password']);
    expect((await browser.stepUp({ password: PASSWORD })).status).toBe(204);
    expect((await browser.send('POST', INVITE, bob)).status).toBe(201);
    expect((await world.events('operator.reauthenticated')).at(-1)).toMatchObject({
      outcome: 'succeeded',
      detail: { method: 'password', sessionId: expect.any(String) },
    });
  });

  it('wants the second factor where there is one, and not the password', async () => {
    const { browser, recoveryCodes } = await world.enrolled();
    later();
    expect((await browser.send('DELETE', TOTP)).body.code).toBe('step_up_required');
    expect((await browser.stepUp({ password: PASSWORD })).body.code).toBe('invalid_input');
    expect((await browser.stepUp({ code: '000000' })).body.code).toBe('wrong_code');
    expect((await browser.send('POST', CODES)).body.code).toBe('step_up_required');
    expect((await browser.stepUp({ code: browser.nextCode() })).status).toBe(204);
    expect((await browser.send('POST', CODES)).status).toBe(201);
    later();
    expect((await browser.stepUp({ recoveryCode: recoveryCodes[0] })).body.code).toBe('wrong_code');
  });

  it('is not asked of an operator key, which has no person', async () => {
    expect((await Caller.operator(world.test.app).post(INVITE, ada)).status).toBe(201);
  });

  it('is not asked for what stops somebody', async () => {
    const browser = await world.signedIn();
    await world.add('eve@example.com', 'admin');
    const [eve] = await world.database.query<{ id: string }>(
      `SELECT id FROM operators WHERE email = 'eve@example.com'`,
    );
    later();
    const change = (body: object) => browser.send('PATCH', `${INVITE}/${eve?.id}`, body);
    expect((await change({ disabled: true })).status).toBe(200);
    expect((await change({ disabled: false })).body.code).toBe('step_up_required');
    expect((await change({ role: 'owner' })).body.code).toBe('step_up_required');
  });
});

describe('refused and on record', () => {
  it('is the proof of another session', async () => {
    const [mine, stolen] = [await world.signedIn(), await world.signedIn()];
    later();
    expect((await mine.stepUp({ password: PASSWORD })).status).toBe(204);
    expect((await stolen.send('POST', INVITE, ada)).body.code).toBe('step_up_required');
    expect((await mine.send('POST', INVITE, ada)).status).toBe(201);
  });

  it('is the factor of another operator', async () => {
    const { browser } = await world.enrolled();
    await world.add('ada@example.com');
    const other = await world.enrolled('ada@example.com');
    later();
    const code = other.browser.nextCode();
    expect((await browser.stepUp({ code })).body.code).toBe('wrong_code');
    expect((await browser.stepUp({ recoveryCode: other.recoveryCodes[0] })).body.code).toBe('wrong_code');
    expect(await world.denials()).toContain('wrong_code');
  });

  it('is a code that opened the session', async () => {
    const { browser } = await world.enrolled();
    const fresh = await world.pending(browser);
    const code = browser.nextCode();
    expect((await fresh.prove({ code })).status).toBe(200);
    expect((await fresh.stepUp({ code })).body.code).toBe('wrong_code');
  });

  it('is guessing with a stolen session, 100 times at once', async () => {
    const { browser } = await world.enrolled();
    later();
    const guesses = Array.from({ length: 100 }, (_, n) => ({ code: String(n).padStart(6, '0') }));
    const answers = await Promise.all(guesses.map((guess) => browser.stepUp(guess)));
    expect(answers.filter(({ body }) => body.code === 'wrong_code')).toHaveLength(5);
    expect(answers.filter(({ body }) => body.code === 'too_many_attempts')).toHaveLength(95);
  });

  it('is guessing the password with a stolen session, 50 times at once', async () => {
    const browser = await world.signedIn();
    later();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => browser.stepUp({ password: `guess ${n}` })),
    );
    expect(answers.filter(({ body }) => body.code === 'wrong_password')).toHaveLength(10);
  });

  it.each([
    ['removing the factor', 'DELETE', TOTP],
    ['new recovery codes', 'POST', CODES],
    ['a new app', 'POST', TOTP],
  ] as const)('is %s with a stolen session whose proof is old', async (_, method, url) => {
    const { browser } = await world.enrolled();
    later();
    expect((await browser.send(method, url)).body.code).toBe('step_up_required');
  });

  it('is changing the password with it and a session, without the factor', async () => {
    const { browser } = await world.enrolled();
    later();
    const change = { currentPassword: PASSWORD, newPassword: 'another password of mine' };
    expect((await browser.send('PUT', PASSWORDS, change)).body.code).toBe('step_up_required');
    await world.pending(browser);
  });

  it('is a proof without the CSRF token, or without a session', async () => {
    const browser = await world.signedIn();
    const copied = browser.another();
    for (const [name, value] of browser.cookies) copied.cookies.set(name, value);
    expect((await copied.stepUp({ password: PASSWORD })).body.code).toBe('csrf_token_invalid');
    expect((await browser.another().stepUp({ password: PASSWORD })).status).toBe(401);
  });
});

describe('where a second factor is required', () => {
  let strict: OperatorWorld;
  beforeAll(async () => {
    strict = await OperatorWorld.start({ VALETKEY_SECOND_FACTOR: 'required' });
    await strict.reset();
  });
  afterAll(() => strict.close());

  it('operators without one may do nothing but set it up', async () => {
    const browser = strict.browser();
    expect(await browser.signIn(EMAIL, PASSWORD)).toMatchObject({ status: 200, body: { mustEnrol: true } });
    for (const [method, url, body] of [
      ['GET', '/v1/operator/operators'],
      ['POST', INVITE, ada],
      ['GET', '/v1/operator/account/sessions'],
      ['PUT', PASSWORDS, { currentPassword: PASSWORD, newPassword: 'another password of mine' }],
    ] as const)
      expect((await browser.send(method, url, body)).body.code).toBe('second_factor_missing');
    expect(await strict.denials()).toContain('second_factor_missing');
    await browser.enrol();
    expect((await browser.send('GET', '/v1/operator/operators')).status).toBe(200);
    expect((await browser.send('GET', '/v1/operator/session')).body.mustEnrol).toBe(false);
  });

  it('operator keys go on: they have no account', async () => {
    expect((await Caller.operator(strict.test.app).get('/v1/operator/operators')).status).toBe(200);
  });
});
