import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OperatorPasswords } from '../operator-passwords.js';
import type { OperatorBrowser } from '../testing/operator-browser.js';
import { EMAIL, OperatorWorld, PASSWORD } from '../testing/operator-world.js';
import { SoftAuthenticator, type Deviation } from '../testing/soft-authenticator.js';

const ADA = 'ada@example.com';
const STATUS = '/v1/operator/account/second-factor';
const PASSKEYS = '/v1/operator/account/passkeys';
const CREATION = `${PASSKEYS}/challenges`;
const SESSION = '/v1/operator/session';
const SIGN_IN = `${SESSION}/passkey/challenges`;
const FACTOR = `${SESSION}/second-factor/challenges`;
const PROOF = `${SESSION}/proof/challenges`;

let world: OperatorWorld;
beforeAll(async () => {
  world = await OperatorWorld.start();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

async function challenge(browser: OperatorBrowser, url: string): Promise<{ challenge: string }> {
  const { status, body } = await browser.send('POST', url);
  if (status !== 201) throw new Error(`${status} ${body.code}`);
  return body;
}

async function add(browser: OperatorBrowser, name = 'Laptop', device = new SoftAuthenticator()) {
  const response = device.create(await challenge(browser, CREATION));
  const answer = await browser.send('POST', PASSKEYS, { name, response });
  return { device, ...answer };
}

/** Signs in with a passkey alone. */
async function alone(browser: OperatorBrowser, device: SoftAuthenticator, deviation: Deviation = {}) {
  const passkey = device.get(await challenge(browser, SIGN_IN), deviation);
  return browser.send('POST', `${SESSION}/passkey`, { passkey });
}

async function withPasskey(email = EMAIL) {
  const browser = await world.signedIn(email);
  const { device, status, body } = await add(browser);
  if (status !== 201) throw new Error(`${status} ${body.code}`);
  return { browser, device, id: body.passkey.id as string, recoveryCodes: body.recoveryCodes as string[] };
}

describe('a passkey', () => {
  it('is added with a name, brings recovery codes with the first, and ends all other sessions', async () => {
    const [browser, other] = [await world.signedIn(), await world.signedIn()];
    const { status, body } = await add(browser);
    expect([status, body.passkey.name, body.recoveryCodes.length]).toEqual([201, 'Laptop', 10]);
    expect((await other.send('GET', SESSION)).status).toBe(401);
    const second = await add(browser, 'Phone');
    expect([second.status, second.body.recoveryCodes]).toEqual([201, []]);
    expect((await browser.send('GET', STATUS)).body).toMatchObject({
      methods: ['passkey', 'recovery_code'],
      passkeys: [{ name: 'Laptop' }, { name: 'Phone' }],
      recoveryCodesLeft: 10,
    });
    expect((await world.events('operator.factor_added')).at(-1)?.detail).toMatchObject({
      factor: 'passkey',
      endedSessions: 0,
    });
  });

  it('is the second factor after the password, beside the app', async () => {
    const { browser, device } = await withPasskey();
    await browser.enrol();
    const fresh = browser.another();
    expect((await fresh.signIn(EMAIL, PASSWORD)).body.methods).toEqual(['passkey', 'totp', 'recovery_code']);
    // A key without a PIN will do: the password was given.
    const passkey = device.get(await challenge(fresh, FACTOR), { isVerified: false });
    expect((await fresh.prove({ passkey })).status).toBe(200);
    expect((await world.events('operator.signed_in')).at(-1)?.detail).toMatchObject({
      secondFactor: 'passkey',
    });
    expect((await browser.send('GET', STATUS)).body.passkeys[0].lastUsedAt).toEqual(expect.any(String));
  });

  it('signs in by itself when its device has verified its person', async () => {
    const { browser, device, id } = await withPasskey();
    const { body } = await browser.send('GET', SESSION);
    const fresh = browser.another();
    const answer = await alone(fresh, device, { userHandle: body.operator.id });
    expect([answer.status, answer.body.operator.email]).toEqual([200, EMAIL]);
    expect([...fresh.cookies.keys()].sort()).toEqual(['valetkey_device', 'valetkey_session']);
    expect((await world.events('operator.signed_in')).at(-1)?.detail).toMatchObject({ passkeyId: id });
  });

  it('proves who one is, before something dangerous', async () => {
    const { browser, device, id } = await withPasskey();
    world.clock.advance(10 * 60_000);
    expect((await browser.send('DELETE', `${PASSKEYS}/${id}`)).body.code).toBe('step_up_required');
    expect((await browser.stepUp({ passkey: device.get(await challenge(browser, PROOF)) })).status).toBe(204);
    expect((await browser.send('DELETE', `${PASSKEYS}/${id}`)).status).toBe(204);
    expect((await browser.send('GET', STATUS)).body).toMatchObject({ methods: [], recoveryCodesLeft: 0 });
    await world.signedIn();
  });

  it('is renamed and removed by its operator and nobody else', async () => {
    await world.add(ADA);
    const [{ browser, id }, ada] = [await withPasskey(), await world.signedIn(ADA)];
    const named = { name: 'Old laptop' };
    expect((await ada.send('PATCH', `${PASSKEYS}/${id}`, named)).status).toBe(404);
    expect((await ada.send('DELETE', `${PASSKEYS}/${id}`)).status).toBe(404);
    expect((await browser.send('PATCH', `${PASSKEYS}/${id}`, named)).status).toBe(204);
    expect((await browser.send('GET', STATUS)).body.passkeys).toEqual([
      { id, name: 'Old laptop', createdAt: expect.any(String) },
    ]);
  });

  it('is removed by a reset on the machine, when its link is used', async () => {
    const { browser, device } = await withPasskey();
    const by = { actor: { type: 'system', id: 'operators-command' } } as const;
    const { url } = await world.test.get(OperatorPasswords).reset(EMAIL, by);
    const set = { token: url.split('/').at(-1), password: 'another password of mine' };
    await browser.another().send('PUT', '/v1/operator/password-link', set);
    expect((await alone(browser.another(), device)).body.code).toBe('wrong_passkey');
    expect((await browser.another().signIn(EMAIL, set.password)).status).toBe(200);
    expect((await world.events('operator.factor_removed')).at(-1)?.detail).toMatchObject({
      factor: 'passkey',
      by: 'reset',
    });
  });

  it('is one of twenty at most', async () => {
    const browser = await world.signedIn();
    for (let n = 0; n < 20; n++) expect((await add(browser, `Key ${n}`)).status).toBe(201);
    expect((await add(browser)).body.code).toBe('too_many_passkeys');
  });
});

describe('refused, without a session, and on record', () => {
  it.each<[string, Deviation]>([
    ['an answer of a page of another site', { origin: 'https://valetkey.example.evil' }],
    ['an answer of another port of this host', { origin: 'http://localhost:4000' }],
    ['an answer for another site', { rpId: 'example.evil' }],
    ['an answer without the person verified', { isVerified: false }],
    ['an answer to a challenge that was never given', { challenge: 'A'.repeat(43) }],
    ['an answer that is of another kind', { type: 'webauthn.create' }],
    ['an answer that names another person', { userHandle: 'opr_somebody' }],
  ])('alone: %s', async (_, deviation) => {
    const { browser, device } = await withPasskey();
    const thief = browser.another('198.51.100.9');
    expect((await alone(thief, device, deviation)).body.code).toBe('wrong_passkey');
    expect((await thief.send('GET', SESSION)).status).toBe(401);
    expect((await world.events('operator.sign_in_failed')).at(-1)).toMatchObject({
      outcome: 'denied',
      detail: { code: 'wrong_passkey' },
    });
  });

  it('a signature of a key that has counted further elsewhere: it was copied', async () => {
    const { browser, device } = await withPasskey();
    expect((await alone(browser.another(), device, { counter: 7 })).status).toBe(200);
    expect((await alone(browser.another(), device, { counter: 7 })).body.code).toBe('wrong_passkey');
    expect((await alone(browser.another(), device, { counter: 8 })).status).toBe(200);
  });

  it('an answer that was given before, in the same browser and in another', async () => {
    const { browser, device } = await withPasskey();
    const fresh = browser.another();
    const passkey = device.get(await challenge(fresh, SIGN_IN), { counter: 0 });
    const copied = browser.another();
    for (const [name, value] of fresh.cookies) copied.cookies.set(name, value);
    const finish = (one: OperatorBrowser) => one.send('POST', `${SESSION}/passkey`, { passkey });
    expect((await finish(fresh)).status).toBe(200);
    expect((await finish(copied)).body.code).toBe('wrong_passkey');
  });

  it('one answer in ten requests at once opens one session', async () => {
    const { browser, device } = await withPasskey();
    const fresh = browser.another();
    const passkey = device.get(await challenge(fresh, SIGN_IN));
    const copies = Array.from({ length: 10 }, () => browser.another());
    for (const copy of copies) for (const [name, value] of fresh.cookies) copy.cookies.set(name, value);
    const answers = await Promise.all(
      copies.map((copy) => copy.send('POST', `${SESSION}/passkey`, { passkey })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('an answer from another browser, or after five minutes', async () => {
    const { browser, device } = await withPasskey();
    const [fresh, thief] = [browser.another(), browser.another()];
    const passkey = device.get(await challenge(fresh, SIGN_IN));
    await challenge(thief, SIGN_IN);
    expect((await thief.send('POST', `${SESSION}/passkey`, { passkey })).body.code).toBe('wrong_passkey');
    const cookieless = browser.another();
    expect((await cookieless.send('POST', `${SESSION}/passkey`, { passkey })).body.code).toBe('sign_in_over');
    world.clock.advance(5 * 60_000);
    expect((await fresh.send('POST', `${SESSION}/passkey`, { passkey })).body.code).toBe('wrong_passkey');
  });

  it('the passkey of another operator, as the second factor and as a proof', async () => {
    await world.add(ADA);
    const [grace, ada] = [await withPasskey(), await withPasskey(ADA)];
    const thief = await world.pending(grace.browser, '198.51.100.9');
    const passkey = ada.device.get(await challenge(thief, FACTOR));
    expect((await thief.prove({ passkey })).body.code).toBe('wrong_passkey');
    const proof = { passkey: ada.device.get(await challenge(grace.browser, PROOF)) };
    expect((await grace.browser.stepUp(proof)).body.code).toBe('wrong_passkey');
    expect(await world.denials()).toContain('wrong_passkey');
  });

  it('a challenge for one purpose, or of another session, answered for another', async () => {
    const { browser, device } = await withPasskey();
    const second = await world.pending(browser);
    const forSignIn = device.get(await challenge(second, SIGN_IN));
    expect((await second.prove({ passkey: forSignIn })).body.code).toBe('wrong_passkey');
    const forFactor = device.get(await challenge(second, FACTOR));
    expect((await browser.stepUp({ passkey: forFactor })).body.code).toBe('wrong_passkey');
    expect((await second.prove({ passkey: device.get(await challenge(second, FACTOR)) })).status).toBe(200);
    const forOther = device.get(await challenge(second, PROOF));
    expect((await browser.stepUp({ passkey: forOther })).body.code).toBe('wrong_passkey');
  });

  it('a passkey added without a challenge of this session, or twice', async () => {
    await world.add(ADA);
    const [grace, ada] = [await world.signedIn(), await world.signedIn(ADA)];
    const device = new SoftAuthenticator();
    const response = device.create(await challenge(ada, CREATION));
    const planted = await grace.send('POST', PASSKEYS, { name: 'Planted', response });
    expect(planted.body.code).toBe('wrong_passkey');
    expect((await add(grace, 'Mine', device)).status).toBe(201);
    expect((await add(ada, 'Hers too', device)).body.code).toBe('wrong_passkey');
    expect((await ada.send('GET', STATUS)).body.passkeys).toEqual([]);
  });

  it('more challenges than thirty at once, of 100 that one address asks for: each is a row', async () => {
    const ask = (address: string) => world.browser(address).send('POST', SIGN_IN);
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask('198.51.100.9')));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(30);
    expect(answers.filter(({ body }) => body.code === 'too_many_attempts')).toHaveLength(70);
    expect((await ask('198.51.100.10')).status).toBe(201);
  });

  it('a passkey added with a stolen session whose proof is old', async () => {
    const browser = await world.signedIn();
    world.clock.advance(10 * 60_000);
    expect((await browser.send('POST', CREATION)).body.code).toBe('step_up_required');
  });

  it('a passkey of an operator who was disabled, or that was removed meanwhile', async () => {
    const { browser, device } = await withPasskey();
    await world.database.query('UPDATE operators SET disabled_at = now()');
    expect((await alone(browser.another(), device)).body.code).toBe('wrong_passkey');
    await world.database.query('UPDATE operators SET disabled_at = NULL');
    const fresh = browser.another();
    const passkey = device.get(await challenge(fresh, SIGN_IN));
    await world.database.query('DELETE FROM operator_passkeys');
    expect((await fresh.send('POST', `${SESSION}/passkey`, { passkey })).body.code).toBe('wrong_passkey');
  });

  it.each([
    ['no object', 'passkey'],
    ['empty', {}],
    [
      'huge',
      {
        id: 'a',
        rawId: 'a',
        type: 'public-key',
        clientExtensionResults: {},
        response: { x: 'a'.repeat(30_000) },
      },
    ],
    ['not base64', { ...new SoftAuthenticator().get({ challenge: 'a' }), id: '<script>' }],
  ])('input that is %s, before anything is looked at', async (_, passkey) => {
    const fresh = world.browser();
    await challenge(fresh, SIGN_IN);
    expect((await fresh.send('POST', `${SESSION}/passkey`, { passkey })).body.code).toBe('invalid_input');
  });
});
