import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { APP_CALLBACK, type Caller, type TwinWorld } from '../platform/testing/index.js';
import { createConnectedWorld, GOOGLE } from './testing/connected-world.js';

let world: TwinWorld;
beforeAll(async () => {
  world = await createConnectedWorld();
});
afterAll(() => world.close());

/** The scopes that the provider is asked for when this user requests `scope`. */
async function asked(user: Caller, target: string, scope: string) {
  const request = { connectorId: target, state: 's', redirectUri: APP_CALLBACK, scope };
  const { body } = await user.post('/api/verification/social', request);
  const { searchParams } = new URL(body.authorizationUri);
  return { scopes: (searchParams.get('scope') ?? '').split(' ').sort(), searchParams };
}

describe('an authorization request', () => {
  it('asks Google for the requested scopes and who the user is, with PKCE, nonce and a refresh token', async () => {
    const { scopes, searchParams } = await asked(await world.user('new'), 'google', GOOGLE.readEvents);
    expect(scopes).toEqual(['email', GOOGLE.readEvents, 'openid']);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      response_type: 'code',
      access_type: 'offline',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{20,}$/),
      state: 's',
      redirect_uri: APP_CALLBACK,
    });
    expect(searchParams.has('include_granted_scopes')).toBe(false);
  });

  it('asks Google only for what is missing, and to keep the rest', async () => {
    const user = await world.user('grows');
    await user.connect('google', GOOGLE.readEvents);
    const { scopes, searchParams } = await asked(user, 'google', `${GOOGLE.readEvents} ${GOOGLE.sendMail}`);
    expect(scopes).toEqual(['email', GOOGLE.sendMail, 'openid']);
    expect(searchParams.get('include_granted_scopes')).toBe('true');
    expect(searchParams.get('login_hint')).toBe('ada@example.com');
    const id = await user.connect('google', GOOGLE.sendMail);
    expect((await user.get(`/v1/connections/${id}`)).body.scopes).toEqual(
      expect.arrayContaining([GOOGLE.readEvents, GOOGLE.sendMail]),
    );
  });

  it('counts a scope as held that a wider one includes', async () => {
    const user = await world.user('wide');
    await user.connect('google', GOOGLE.events);
    expect((await asked(user, 'google', `${GOOGLE.readEvents} ${GOOGLE.sendMail}`)).scopes).toEqual([
      'email',
      GOOGLE.sendMail,
      'openid',
    ]);
  });

  it('asks GitHub for the union, since it keeps nothing by itself', async () => {
    const user = await world.user('union');
    await user.connect('github', 'repo');
    expect((await asked(user, 'github', 'gist')).scopes).toEqual(['gist', 'read:user', 'repo']);
    const id = await user.connect('github', 'gist');
    expect((await user.get(`/v1/connections/${id}`)).body.scopes).toEqual(
      expect.arrayContaining(['repo', 'gist']),
    );
  });

  it('asks for everything again after the grant was revoked at the provider', async () => {
    const user = await world.user('again');
    await user.connect('google', GOOGLE.readEvents);
    world.twin.control.revokeTokens({ provider: 'google' });
    world.clock.advance(2 * 3_600_000);
    expect((await user.get('/my-account/identities/google/access-token')).status).toBe(404);
    const { scopes } = await asked(user, 'google', GOOGLE.sendMail);
    expect(scopes).toEqual(expect.arrayContaining([GOOGLE.readEvents, GOOGLE.sendMail]));
  });

  it('keeps the old grant working when the user declines more', async () => {
    const user = await world.user('declines');
    await user.connect('google', GOOGLE.readEvents);
    const trip = user.verifiedRecord('google', GOOGLE.sendMail, { decision: 'deny' });
    await expect(trip).rejects.toThrow('connector.authorization_denied');
    expect((await user.get('/my-account/identities/google/access-token')).status).toBe(200);
  });

  it('stores what was granted, not what was asked', async () => {
    const user = await world.user('unticks');
    world.twin.control.revokeTokens({ provider: 'google' });
    const requested = `${GOOGLE.readEvents} ${GOOGLE.sendMail}`;
    const id = await user.connect('google', requested, { untick: [GOOGLE.sendMail] });
    const { scopes } = (await user.get(`/v1/connections/${id}`)).body;
    expect(scopes).toContain(GOOGLE.readEvents);
    expect(scopes).not.toContain(GOOGLE.sendMail);
  });

  it.each([
    ['a scope with a quote', { scope: 'a"b' }, 400, 'guard.invalid_scope'],
    [
      'a callback that is not allowed',
      { redirectUri: 'https://evil.example/cb' },
      400,
      'connector.redirect_uri_not_allowed',
    ],
    [
      'a loopback look-alike',
      { redirectUri: 'http://localhost.evil.example/cb' },
      400,
      'connector.redirect_uri_not_allowed',
    ],
    ['an unknown connector', { connectorId: 'nope' }, 422, 'session.invalid_connector_id'],
    ['an empty state', { state: '' }, 400, 'guard.invalid_input'],
  ])('is refused for %s', async (_, change, status, code) => {
    const user = await world.user('refused');
    const request = { connectorId: 'google', state: 's', redirectUri: APP_CALLBACK, ...change };
    const answer = await user.post('/api/verification/social', request);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });
});
