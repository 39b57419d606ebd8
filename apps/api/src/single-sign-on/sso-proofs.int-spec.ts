import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { JWTPayload } from 'jose';
import type { OperatorBrowser } from '../operators/testing/index.js';
import { ADA, SsoWorld } from './testing/sso-world.js';

let world: SsoWorld;
beforeAll(async () => {
  world = await SsoWorld.start();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

const nowS = () => Math.floor(Date.now() / 1000);
const DANGEROUS = ['POST', '/v1/operator/operator-keys', { name: 'nightly', role: 'admin' }] as const;

/** Signed in at the issuer a day ago. */
async function signedIn(claims: JWTPayload = ADA): Promise<OperatorBrowser> {
  const [, browser] = await world.signIn(claims);
  await browser.send('GET', '/v1/operator/session');
  await world.database.query(`UPDATE operator_sessions SET proven_at = now() - interval '1 day'`);
  return browser;
}

async function prove(browser: OperatorBrowser, claims: JWTPayload): Promise<string> {
  const { status, body } = await browser.send('POST', '/v1/operator/session/proof/sso');
  if (status !== 201) return `${status} ${body.code}`;
  const { searchParams: asked } = new URL(body.authorizationUri);
  expect([asked.get('prompt'), asked.get('max_age')]).toEqual(['login', '0']);
  return world.comeBack({ browser, back: world.issuer.authorize(body.authorizationUri, claims) });
}

const codeOf = async (browser: OperatorBrowser) => {
  const { status, body } = await browser.send(...DANGEROUS);
  return status === 201 ? 'done' : body.code;
};

describe('something dangerous', () => {
  it('is done once the issuer has asked the person again', async () => {
    const browser = await signedIn();
    expect(await codeOf(browser)).toBe('step_up_required');
    expect(await prove(browser, { ...ADA, auth_time: nowS() })).toBe('/confirmed/done');
    expect(await codeOf(browser)).toBe('done');
    expect((await world.operators.events('operator.reauthenticated')).at(-1)?.detail).toMatchObject({
      method: 'single_sign_on',
    });
  });

  it.each([
    ['the issuer did not ask', { auth_time: nowS() - 3600 }, 'not_asked_again'],
    ['the issuer does not say when it asked', {}, 'not_asked_again'],
    ['somebody else has signed in there', { sub: 'u-666', auth_time: nowS() }, 'other_person'],
    ['the person has no role any more', { groups: [], auth_time: nowS() }, 'no_role'],
  ])('is not done where %s', async (_, claims, reason) => {
    const browser = await signedIn();
    expect(await prove(browser, { ...ADA, ...claims })).toBe(`/confirmed/${reason}`);
    expect(await codeOf(browser)).not.toBe('done');
  });

  it('is done with the rights that the issuer says now, not those of before', async () => {
    const browser = await signedIn();
    const claims = { ...ADA, groups: ['ops'], auth_time: nowS() };
    expect(await prove(browser, claims)).toBe('/confirmed/done');
    expect(await codeOf(browser)).toBe('owner_required');
  });

  it('is not done by a sign-in in the same browser, nor by a proof whose session has ended', async () => {
    const browser = await signedIn();
    const { body } = await browser.send('POST', '/v1/operator/session/proof/sso');
    await browser.send('DELETE', '/v1/operator/session');
    const back = world.issuer.authorize(body.authorizationUri, { ...ADA, auth_time: nowS() });
    expect(await world.comeBack({ browser, back })).toBe('/login?refused=over');
    expect(browser.cookies.has('valetkey_session')).toBe(false);
  });
});

describe('an operator with a second factor of their own', () => {
  it('is asked for it after the issuer, and where something is dangerous', async () => {
    const browser = await signedIn();
    await prove(browser, { ...ADA, auth_time: nowS() });
    await browser.enrol();
    const another = browser.another();
    expect((await world.signIn(ADA, another))[0]).toBe('/login?methods=totp,recovery_code');
    expect(another.cookies.has('valetkey_session')).toBe(false);
    const wrong = await another.prove({ code: '000000' });
    expect([wrong.status, wrong.body.code]).toEqual([403, 'wrong_code']);
    await world.database.query('UPDATE operator_totp SET last_step = 0');
    expect((await another.prove({ code: another.code() })).status).toBe(200);
    expect(await prove(another, { ...ADA, auth_time: nowS() })).toBe('409 single_sign_on_off');
  });

  it('is not asked for it by us where the issuer says that it has asked for one', async () => {
    const browser = await signedIn();
    await prove(browser, { ...ADA, auth_time: nowS() });
    await browser.enrol();
    expect((await world.signIn({ ...ADA, amr: ['pwd', 'mfa'] }))[0]).toBe('/login?signed-in');
  });
});
