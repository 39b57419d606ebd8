import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EMAIL, PASSWORD } from '../operators/testing/index.js';
import { ADA, SsoWorld } from './testing/sso-world.js';

let world: SsoWorld;
beforeAll(async () => {
  world = await SsoWorld.start();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

const idOf = async (email: string) => (await world.rows()).find((row) => row.email === email)?.id;
const IN = '/login?signed-in';

describe('somebody who signs in at the issuer', () => {
  it('becomes an operator with the role that their claims give', async () => {
    const [page, browser] = await world.signIn();
    expect(page).toBe(IN);
    const { body } = await browser.send('GET', '/v1/operator/session');
    expect(body.operator).toMatchObject({ email: 'ada@example.com', role: 'owner' });
    expect(browser.cookies.has('valetkey_sso')).toBe(false);
    const id = body.operator.id as string;
    const created = (await world.operators.events('operator.created')).at(-1);
    expect(created?.detail).toMatchObject({ operatorId: id, role: 'owner', issuer: world.issuer.url });
    expect((await world.operators.events('operator.signed_in')).at(-1)).toMatchObject({
      actor_id: id,
      detail: { method: 'single_sign_on', issuer: world.issuer.url, role: 'owner' },
    });
    const [row] = (await browser.send('GET', `/v1/operator/operators/${id}`)).body.signsInBy;
    expect(row).toBe('single_sign_on');
  });

  it('is known by the issuer and its name for them, whatever their e-mail address is now', async () => {
    await world.signIn();
    const id = await idOf('ada@example.com');
    const [, browser] = await world.signIn({ ...ADA, email: EMAIL, email_verified: false });
    expect((await browser.send('GET', '/v1/operator/session')).body.operator.id).toBe(id);
    expect(await world.rows()).toHaveLength(2);
  });

  it('is one operator, however many of their browsers come at once', async () => {
    const trips = await Promise.all(Array.from({ length: 4 }, () => world.trip()));
    expect(await Promise.all(trips.map((trip) => world.comeBack(trip)))).toEqual([IN, IN, IN, IN]);
    expect(await world.rows()).toHaveLength(2);
  });

  it('is told nothing of passwords: their session shows what proves who they are', async () => {
    const [, browser] = await world.signIn();
    const { body } = await browser.send('GET', '/v1/operator/account/second-factor');
    expect(body.provenBy).toEqual(['single_sign_on']);
    await browser.send('GET', '/v1/operator/session');
    const change = { currentPassword: PASSWORD, newPassword: 'another good password' };
    const answer = await browser.send('PUT', '/v1/operator/account/password', change);
    expect([answer.status, answer.body.code]).toEqual([409, 'no_password']);
    const proof = await browser.stepUp({ password: PASSWORD });
    expect([proof.status, proof.body.code]).toEqual([409, 'no_password']);
  });

  it.each([
    [{ groups: ['everybody', 'staff', 'ops'] }, 'admin'],
    [{ groups: 'staff' }, 'auditor'],
  ])('has the highest of the roles of %j', async (claims, role) => {
    await world.signIn({ ...ADA, ...claims });
    expect((await world.rows()).at(-1)).toMatchObject({ email: 'ada@example.com', role });
  });

  it('may have the claims in userinfo, where the ID token leaves them out', async () => {
    const { groups, email, email_verified, ...rest } = ADA;
    world.issuer.manners = { userinfo: { groups, email, email_verified } };
    expect((await world.signIn(rest))[0]).toBe(IN);
  });
});

describe('nobody gets in', () => {
  const refused = async (claims: object, reason: string) => {
    const [page, browser] = await world.signIn({ ...ADA, ...claims });
    expect(page).toBe(`/login?refused=${reason}`);
    expect(browser.cookies.has('valetkey_session')).toBe(false);
    expect((await world.refusals()).at(-1)).toEqual([expect.any(String), reason]);
  };

  it.each([
    ['without a role', { groups: ['everybody'] }, 'no_role'],
    ['without groups', { groups: undefined }, 'no_role'],
    ['whose groups only look like one', { groups: [['keepers'], { keepers: true }, 'Keepers'] }, 'no_role'],
    ['whose address is not verified', { email_verified: false }, 'unverified_email'],
    ['whose address may be verified or not', { email_verified: undefined }, 'unverified_email'],
    ['without an address', { email: undefined }, 'unverified_email'],
    ['with the address of an operator', { email: EMAIL.toUpperCase() }, 'account_exists'],
  ])('%s', async (_, claims, reason) => {
    await refused(claims, reason);
    expect(await world.rows()).toHaveLength(1);
  });

  it('who is disabled here', async () => {
    await world.signIn();
    const owner = await world.operators.signedIn();
    await owner.send('PATCH', `/v1/operator/operators/${await idOf('ada@example.com')}`, { disabled: true });
    await refused({}, 'disabled');
  });

  it('while the issuer is down, and a password still lets in', async () => {
    const trip = await world.trip();
    world.issuer.isUp = false;
    expect(await world.comeBack(trip)).toBe('/login?refused=unavailable');
    await world.operators.signedIn();
  });
});

describe('an account that is there already', () => {
  const allow = async (email: string) => {
    const owner = await world.operators.signedIn();
    const path = `/v1/operator/operators/${await idOf(email)}/single-sign-on`;
    return owner.send('POST', path);
  };

  it('is linked where an owner lets it, once, and keeps its password', async () => {
    expect((await allow(EMAIL)).body.linkableUntil).toBeDefined();
    expect((await world.signIn({ ...ADA, email: EMAIL }))[0]).toBe(IN);
    expect(await world.rows()).toEqual([expect.objectContaining({ email: EMAIL, sub: 'u-1' })]);
    expect((await world.operators.events('operator.linked')).at(-1)?.detail).toMatchObject({
      issuer: world.issuer.url,
    });
    await world.operators.signedIn();
    const [page] = await world.signIn({ ...ADA, sub: 'u-2', email: EMAIL });
    expect(page).toBe('/login?refused=account_exists');
  });

  it('is not linked by an address that is not verified, nor a day later', async () => {
    await allow(EMAIL);
    const [unverified] = await world.signIn({ ...ADA, email: EMAIL, email_verified: false });
    expect(unverified).toBe('/login?refused=unverified_email');
    await world.database.query(`UPDATE operators SET sso_link_until = sso_link_until - interval '2 days'`);
    expect((await world.signIn({ ...ADA, email: EMAIL }))[0]).toBe('/login?refused=account_exists');
  });

  it('that was invited is accepted at the issuer, and its link is over', async () => {
    const owner = await world.operators.signedIn();
    const invitation = { email: 'ada@example.com', role: 'admin' };
    const { body } = await owner.send('POST', '/v1/operator/operators', invitation);
    expect((await world.signIn())[0]).toBe(IN);
    expect((await world.rows()).at(-1)).toMatchObject({ role: 'owner', sub: 'u-1' });
    const token = String(body.link).split('/').at(-1);
    const link = { token, password: 'a password of my own' };
    expect((await world.operators.browser().send('PUT', '/v1/operator/password-link', link)).status).toBe(
      410,
    );
  });
});

describe('a role', () => {
  it('is read anew at each sign-in, and a lower one counts in sessions that are open', async () => {
    const [, browser] = await world.signIn();
    await browser.send('GET', '/v1/operator/session');
    const key = await browser.send('POST', '/v1/operator/operator-keys', { name: 'nightly', role: 'owner' });
    expect(key.status).toBe(201);
    await world.signIn({ ...ADA, groups: ['staff'] });
    const { body } = await browser.send('GET', '/v1/operator/session');
    expect(body.operator.role).toBe('auditor');
    const made = await browser.send('POST', '/v1/operator/operator-keys', { name: 'again', role: 'owner' });
    expect([made.status, made.body.code]).toEqual([403, 'read_only_role']);
    expect((await world.operators.events('operator.updated')).at(-1)).toMatchObject({
      actor_id: 'single-sign-on',
      detail: { role: 'auditor', revokedKeys: [key.body.id] },
    });
  });

  it('that is gone ends what is open, at the next sign-in that says so', async () => {
    const [, browser] = await world.signIn();
    const [page] = await world.signIn({ ...ADA, groups: [] });
    expect(page).toBe('/login?refused=no_role');
    expect((await browser.send('GET', '/v1/operator/session')).status).toBe(401);
    expect((await world.operators.events('operator.session_ended')).at(-1)).toMatchObject({
      detail: { reason: 'no_role', sessions: 1 },
    });
    expect((await world.signIn())[0]).toBe(IN);
  });

  it('of the last owner is not lowered: they are let in no more by the issuer, and an owner is left', async () => {
    await world.signIn();
    await world.database.query('DELETE FROM operators WHERE email = $1', [EMAIL]);
    expect((await world.signIn({ ...ADA, groups: ['ops'] }))[0]).toBe('/login?refused=last_owner');
    expect(await world.rows()).toEqual([expect.objectContaining({ role: 'owner' })]);
  });

  it('of an owner who has never come by the issuer counts as one who can sign in', async () => {
    await world.signIn();
    expect((await world.signIn({ ...ADA, groups: ['ops'] }))[0]).toBe(IN);
  });
});
