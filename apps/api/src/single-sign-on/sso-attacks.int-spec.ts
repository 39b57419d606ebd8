import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ADA, SsoWorld, type Trip } from './testing/sso-world.js';
import type { Manners } from './testing/test-issuer.js';

let world: SsoWorld;
beforeAll(async () => {
  world = await SsoWorld.start();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

const IN = '/login?signed-in';
const OVER = '/login?refused=over';
const MALLORY = { ...ADA, sub: 'u-666', email: 'mallory@example.com' };

async function expectNobody(trip: Trip, page: string): Promise<void> {
  expect(await world.comeBack(trip)).toBe(page);
  expect(trip.browser.cookies.has('valetkey_session')).toBe(false);
}

describe('an answer of the issuer', () => {
  it('counts once', async () => {
    const trip = await world.trip();
    expect(await world.comeBack(trip)).toBe(IN);
    trip.browser.cookies.delete('valetkey_session');
    await expectNobody(trip, OVER);
  });

  it('counts in the browser that asked for it only, and is not used up elsewhere', async () => {
    const trip = await world.trip();
    const cookieless = world.operators.browser();
    await expectNobody({ ...trip, browser: cookieless }, OVER);
    const { browser: other } = await world.trip(MALLORY);
    await expectNobody({ ...trip, browser: other }, OVER);
    expect(await world.comeBack(trip)).toBe(IN);
  });

  it('does not sign a victim in as its sender (login CSRF)', async () => {
    const { back } = await world.trip(MALLORY);
    const victim = await world.trip();
    await expectNobody({ browser: victim.browser, back }, OVER);
  });

  it('is worth nothing with a code of another trip (code injection)', async () => {
    const stolen = await world.trip();
    const mallory = await world.trip(MALLORY);
    mallory.back.searchParams.set('code', stolen.back.searchParams.get('code') ?? '');
    await expectNobody(mallory, '/login?refused=bad_answer');
  });

  it('is over ten minutes later', async () => {
    const trip = await world.trip();
    await world.database.query(`UPDATE operator_sso_requests SET expires_at = now() - interval '1 second'`);
    await expectNobody(trip, OVER);
  });

  it.each([['state'], ['code']])('is worth nothing without its %s', async (name) => {
    const trip = await world.trip();
    trip.back.searchParams.delete(name);
    await expectNobody(trip, name === 'state' ? OVER : '/login?refused=bad_answer');
  });

  it('is worth nothing with parameters twice, or longer than any', async () => {
    const twice = await world.trip();
    twice.back.searchParams.append('state', 'another');
    await expectNobody(twice, OVER);
    const long = await world.trip();
    long.back.searchParams.set('code', 'x'.repeat(5000));
    await expectNobody(long, OVER);
  });

  it('that it refused the person is told in our words, not in those of the address', async () => {
    const trip = await world.trip();
    trip.back.searchParams.delete('code');
    trip.back.searchParams.set('error', 'access_denied');
    trip.back.searchParams.set('error_description', 'Call +1 555 0100 at once');
    await expectNobody(trip, '/login?refused=denied');
  });

  it('leads to our own pages only', async () => {
    const trip = await world.trip();
    for (const name of ['redirect', 'returnTo', 'next', 'redirect_uri'])
      trip.back.searchParams.set(name, 'https://evil.example/');
    const { location } = await trip.browser.visit(trip.back.pathname + trip.back.search);
    expect(location).toBe(`${world.operators.test.settings.publicUrl}/#/login?signed-in`);
  });
});

describe('an issuer that is mixed up, dishonest or careless lets nobody in', () => {
  it.each<[string, Manners]>([
    ['whose answer comes from another issuer (mix-up)', { iss: 'https://evil.example' }],
    ['whose answer lacks the issuer that it announces', { iss: null }],
    ['that signs with alg none', { signs: 'none' }],
    ['that signs with the secret of the client', { signs: 'HS256' }],
    ['that signs with a key that is not its own', { signs: 'foreign_key' }],
    ['whose token is from another issuer', { idToken: { iss: 'https://evil.example' } }],
    ['whose token is for another client', { idToken: { aud: 'another-app' } }],
    ['whose token was given to another client', { idToken: { aud: ['valetkey-dashboard'], azp: 'other' } }],
    ['whose token has expired', { idToken: { exp: Math.floor(Date.now() / 1000) - 3600 } }],
    ['whose token has another nonce', { idToken: { nonce: 'of another trip' } }],
    ['whose token has no nonce', { idToken: { nonce: undefined as never } }],
    ['whose userinfo is of somebody else', { userinfo: { sub: 'u-666' } }],
  ])('%s', async (_, manners) => {
    world.issuer.manners = manners;
    await expectNobody(await world.trip(), '/login?refused=bad_answer');
    expect(await world.rows()).toHaveLength(1);
  });
});

describe('the session', () => {
  it('is a new one, whatever cookie the browser brings (fixation)', async () => {
    const trip = await world.trip();
    const mallory = await world.signIn(MALLORY);
    const planted = mallory[1].cookies.get('valetkey_session') ?? '';
    trip.browser.cookies.set('valetkey_session', planted);
    expect(await world.comeBack(trip)).toBe(IN);
    expect(trip.browser.cookies.get('valetkey_session')).not.toBe(planted);
    const { body } = await mallory[1].send('GET', '/v1/operator/session');
    expect(body.operator.email).toBe('mallory@example.com');
  });

  it('is begun from our own page only', async () => {
    const answer = await world.operators.test.app.inject({
      method: 'POST',
      url: '/v1/operator/session/sso',
      headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    });
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'origin_not_allowed']);
  });

  it('cannot be asked for without end', async () => {
    const browser = world.operators.browser('203.0.113.9');
    const answers = [];
    for (let i = 0; i < 40; i += 1)
      answers.push((await browser.send('POST', '/v1/operator/session/sso')).status);
    expect(answers).toContain(429);
  });

  it('leaves no secret of the trip in the database', async () => {
    const { browser, back } = await world.trip();
    const rows = JSON.stringify(await world.database.query('SELECT * FROM operator_sso_requests'));
    for (const secret of [browser.cookies.get('valetkey_sso'), back.searchParams.get('state')])
      expect(rows).not.toContain(secret);
  });
});
