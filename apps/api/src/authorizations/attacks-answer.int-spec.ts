import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { answerConsent } from '@valetkey/twin';
import { ConnectorsService, parseConnectorsFile } from '../connectors/index.js';
import { APP_CALLBACK, type Caller, type TwinWorld } from '../platform/testing/index.js';
import { CallbackAnswers } from './hosted/callback-answer.js';
import { createConnectedWorld, GOOGLE } from './testing/connected-world.js';
import { PLIANT_CLIENT, PliantServer } from './testing/pliant-server.js';

// RFC 9700: mix-up (4.4), code injection (4.5), PKCE downgrade (4.8.2), 307 (4.12); RFC 9207; Core 1.0, 3.1.3.7.

const VERIFY = '/api/verification/social/verify';

let world: TwinWorld;
let pliant: PliantServer;
let other: PliantServer;
beforeAll(async () => {
  [world, pliant, other] = await Promise.all([
    createConnectedWorld(),
    PliantServer.start(),
    PliantServer.start(),
  ]);
});
afterAll(() => Promise.all([world.close(), pliant.close(), other.close()]));

let connectors = 0;
beforeEach(() => {
  pliant.manners = {};
  other.manners = {};
  pliant.received.length = 0;
  other.received.length = 0;
});

/** A connector at the pliant server; its discovery document is read anew. */
async function connector(issuer = pliant.url): Promise<string> {
  const target = `pliant-${++connectors}`;
  const file = { connectors: [{ target, preset: 'oidc', ...PLIANT_CLIENT, endpoints: { issuer } }] };
  await world.apps[0].get(ConnectorsService).apply(parseConnectorsFile(file, 'spec', {}), 'operator');
  // Documents are believed for ten minutes.
  world.clock.advance(11 * 60_000);
  return target;
}

interface Trip {
  readonly user: Caller;
  readonly id: string;
  readonly uri: URL;
}

async function start(userId: string, target: string, scope = ''): Promise<Trip> {
  const user = await world.user(userId);
  const request = { connectorId: target, state: `state of ${userId}`, redirectUri: APP_CALLBACK, scope };
  const { status, body, text } = await user.post('/api/verification/social', request);
  if (status !== 201) throw new Error(`${status} ${text}`);
  return { user, id: body.verificationRecordId, uri: new URL(body.authorizationUri) };
}

async function verify({ user, id, uri }: Trip, answer: Record<string, string>) {
  const connectorData = { state: uri.searchParams.get('state'), redirectUri: APP_CALLBACK, ...answer };
  const { status, body } = await user.post(VERIFY, { verificationRecordId: id, connectorData });
  return [status, body.code ?? 'verified'];
}

const tokenRequests = (server: PliantServer) => server.received.filter(({ path }) => path === '/token');

describe('an answer that names another issuer', () => {
  it('is not believed, and its code is sent to nobody', async () => {
    const trip = await start('mix-up', await connector());
    const code = pliant.agree(trip.uri.href);
    expect(await verify(trip, { code, iss: other.url })).toEqual([400, 'connector.issuer_mismatch']);
    expect([...tokenRequests(pliant), ...tokenRequests(other)]).toEqual([]);
  });

  it('is not believed either where the endpoints were typed in', async () => {
    const trip = await start('mix-up-typed', 'google', GOOGLE.readEvents);
    const { searchParams } = new URL(await answerConsent(trip.uri.href));
    world.twin.control.clearCalls();
    const answer = { code: searchParams.get('code') ?? '', iss: 'https://accounts.evil.example' };
    expect(await verify(trip, answer)).toEqual([400, 'connector.issuer_mismatch']);
    expect(world.twin.control.calls({ path: '/token' })).toEqual([]);
  });

  it('does not even tell us that the user declined', async () => {
    const trip = await start('mix-up-denied', await connector());
    const answer = { error: 'access_denied', iss: other.url };
    expect(await verify(trip, answer)).toEqual([400, 'connector.issuer_mismatch']);
  });
});

describe('an answer without an issuer', () => {
  it('is refused on our own callback when the server announced that it always names itself', async () => {
    pliant.manners = { metadata: { authorization_response_iss_parameter_supported: true } };
    const app = world.apps[0];
    const asked = await app.get(ConnectorsService).findConnector(await connector());
    if (!asked) throw new Error('the connector is not there');
    const check = (iss?: string) =>
      app.get(CallbackAnswers).check('hosted', asked, { code: 'a-code', ...(iss ? { iss } : {}) });
    await expect(check()).rejects.toMatchObject({ code: 'issuer_mismatch' });
    await expect(check(other.url)).rejects.toMatchObject({ code: 'issuer_mismatch' });
    expect(await check(pliant.url)).toBe('a-code');
  });

  it('is taken from an app that hands on no more than the guide tells it to', async () => {
    pliant.manners = { metadata: { authorization_response_iss_parameter_supported: true } };
    const trip = await start('silent', await connector());
    expect(await verify(trip, { code: pliant.agree(trip.uri.href) })).toEqual([200, 'verified']);
  });

  it('is taken from a server that announced nothing', async () => {
    const trip = await start('quiet', await connector());
    expect(await verify(trip, { code: pliant.agree(trip.uri.href) })).toEqual([200, 'verified']);
  });
});

it('refuses a discovery document that speaks for another issuer', async () => {
  other.manners = { metadata: { issuer: pliant.url } };
  const target = await connector(other.url);
  const request = { connectorId: target, state: 's', redirectUri: APP_CALLBACK };
  const answer = await (await world.user('impostor')).post('/api/verification/social', request);
  expect([answer.status, answer.body.code]).toEqual([502, 'connector.misconfigured']);
});

describe('a code of another session', () => {
  it('fails by its PKCE challenge', async () => {
    const target = await connector();
    const [victim, attacker] = [await start('injected', target), await start('injector', target)];
    const stolen = pliant.agree(attacker.uri.href);
    expect(await verify(victim, { code: stolen })).toEqual([400, 'connector.general']);
  });

  it('fails by its nonce where the server does not look at the verifier', async () => {
    pliant.manners = { ignoresPkce: true };
    const target = await connector();
    const [victim, attacker] = [await start('injected-2', target), await start('injector-2', target)];
    expect(await verify(victim, { code: pliant.agree(attacker.uri.href) })).toEqual([
      400,
      'connector.general',
    ]);
    expect(
      (
        await victim.user.put(`/my-account/identities/${target}/access-token`, {
          verificationRecordId: victim.id,
        })
      ).status,
    ).toBe(409);
  });

  it('of another user does not fit that user’s record, nor this one’s', async () => {
    const target = await connector();
    const [ada, eve] = [await start('record-of-ada', target), await start('record-of-eve', target)];
    const code = pliant.agree(ada.uri.href);
    expect(await verify({ ...ada, user: eve.user }, { code })).toEqual([
      403,
      'verification_record.user_mismatch',
    ]);
    expect(await verify(eve, { code })).toEqual([400, 'connector.general']);
  });
});

describe('PKCE', () => {
  it('proves every code with a verifier that never left us before, by S256', async () => {
    const trip = await start('proof', await connector());
    expect(trip.uri.searchParams.get('code_challenge_method')).toBe('S256');
    const code = pliant.agree(trip.uri.href);
    expect(await verify(trip, { code })).toEqual([200, 'verified']);
    const verifier = tokenRequests(pliant)[0]?.form.get('code_verifier') ?? '';
    expect(verifier).toMatch(/^[\w-]{43,}$/);
    expect(trip.uri.href).not.toContain(verifier);
  });

  it('is sent although the attacker took the challenge away on the way, so that the server notices', async () => {
    const trip = await start('stripped', await connector());
    const stripped = new URL(trip.uri);
    stripped.searchParams.delete('code_challenge');
    stripped.searchParams.delete('code_challenge_method');
    expect(await verify(trip, { code: pliant.agree(stripped.href) })).toEqual([400, 'connector.general']);
    expect(tokenRequests(pliant)[0]?.form.get('code_verifier')).toBeTruthy();
  });

  it('never goes down to plain', async () => {
    pliant.manners = { metadata: { code_challenge_methods_supported: ['plain'] }, ignoresPkce: true };
    const trip = await start('downgraded', await connector());
    expect(trip.uri.searchParams.get('code_challenge')).toBeNull();
    expect(trip.uri.searchParams.get('nonce')).toBeTruthy();
  });
});

describe('an ID token', () => {
  it.each([
    ['another issuer', { iss: 'https://accounts.evil.example' }],
    ['another client', { aud: 'somebody-else' }],
    ['several clients and no authorised one', { aud: [PLIANT_CLIENT.clientId, 'somebody-else'] }],
    ['another authorised party', { azp: 'somebody-else' }],
    ['another nonce', { nonce: 'n' }],
    ['no nonce', { nonce: undefined }],
    ['the past', { exp: 1_700_000_000 }],
    ['another account than userinfo', { sub: '43' }],
  ])('that is for %s makes no connection', async (_, claims) => {
    const trip = await start('id-token', await connector());
    pliant.manners = { claims };
    expect(await verify(trip, { code: pliant.agree(trip.uri.href) })).toEqual([400, 'connector.general']);
    expect((await trip.user.get('/my-account/connections')).body.data).toEqual([]);
  });
});

it('does not carry code and client secret to where a token endpoint redirects', async () => {
  const trip = await start('redirected', await connector());
  pliant.manners = { redirectTo: `${other.url}/token` };
  expect(await verify(trip, { code: pliant.agree(trip.uri.href) })).toEqual([502, 'connector.misconfigured']);
  expect(other.received).toEqual([]);
});
