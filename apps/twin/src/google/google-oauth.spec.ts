import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JSONWebKeySet } from 'jose';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { TWIN_CLIENT_IDS, TWIN_CLIENT_SECRETS } from '../seed.js';
import { CALLBACK, proofKey, TwinVisitor } from '../testing/twin-visitor.js';
import type { Twin } from '../twin.js';
import { startTwin } from '../twin.js';

const EVENTS = 'https://www.googleapis.com/auth/calendar.events';
const CALENDAR = 'https://www.googleapis.com/auth/calendar';
const SEND = 'https://www.googleapis.com/auth/gmail.send';
const LIST = '/google/calendar/v3/calendars/primary/events';

let twin: Twin;
let app: TwinVisitor;
beforeEach(async () => {
  twin = await startTwin({ redirectUris: [CALLBACK] });
  app = new TwinVisitor(twin, 'google');
});
afterEach(() => twin.close());

async function page(params: Record<string, string>) {
  const response = await fetch(app.authorizationUrl(params), { redirect: 'manual' });
  return { status: response.status, text: await response.text(), location: response.headers.get('location') };
}

describe('Google authorization', () => {
  it('shows a page that a person can answer, with boxes for the scopes beyond sign-in', async () => {
    const { status, text } = await page({ scope: `openid email ${EVENTS} ${SEND}` });
    expect(status).toBe(200);
    expect(text).toContain('Google twin');
    for (const id of ['id="allow"', 'id="deny"', 'name="account"']) expect(text).toContain(id);
    expect(text).toContain(`<input type="checkbox" name="scope" value="${EVENTS}" checked>`);
    expect(text).toContain('<input type="hidden" name="scope" value="openid">');
  });

  it('refuses redirect URIs that are not registered to the letter, without redirecting there', async () => {
    for (const uri of [
      `${CALLBACK}/`,
      `${CALLBACK}?x=1`,
      'http://127.0.0.1:10/callback',
      'https://evil.example/',
    ]) {
      const { status, text, location } = await page({ scope: 'openid', redirect_uri: uri });
      expect([status, location]).toEqual([400, null]);
      expect(text).toContain('redirect_uri_mismatch');
    }
  });

  it('refuses unknown clients, scopes and response types on the page', async () => {
    expect((await page({ scope: 'openid', client_id: 'nobody' })).status).toBe(401);
    expect((await page({ scope: 'https://www.googleapis.com/auth/nonsense' })).text).toContain(
      'invalid_scope',
    );
    expect((await page({ scope: 'openid', response_type: 'token' })).text).toContain(
      'unsupported_response_type',
    );
  });

  it('sends code, state and iss back, and access_denied when the person denies', async () => {
    const allowed = await app.authorize({ scope: 'openid' });
    expect(allowed.get('state')).toBe('state-1');
    expect(allowed.get('iss')).toBe(`${twin.url}/google`);
    expect(allowed.get('code')).toContain('-twin-');
    const denied = await app.authorize({ scope: EVENTS }, { decision: 'deny' });
    expect([denied.get('error'), denied.get('state'), denied.get('code')]).toEqual([
      'access_denied',
      'state-1',
      null,
    ]);
  });

  it('lets the person untick scopes but not sign-in, and the answer tells what was granted', async () => {
    const token = await app.connect({ scope: `openid ${EVENTS} ${SEND}` }, { untick: [SEND, 'openid'] });
    expect(token.scope.split(' ')).toEqual(['openid', EVENTS]);
  });

  it('skips the page when all is granted, unless a prompt asks for it', async () => {
    await app.connect({ scope: EVENTS });
    expect((await page({ scope: EVENTS })).status).toBe(302);
    expect((await page({ scope: EVENTS, prompt: 'consent' })).status).toBe(200);
    expect((await page({ scope: EVENTS, prompt: 'select_account' })).status).toBe(200);
    expect((await page({ scope: SEND, prompt: 'none' })).location).toContain('error=interaction_required');
  });

  it('goes by the signed-in account, the login hint, and the account that is picked', async () => {
    const email = async (token: { access_token: string }) =>
      (await app.api(token.access_token, '/google/oauth2/v3/userinfo')).body.email;
    const scope = 'openid email';
    expect(await email(await app.connect({ scope }))).toBe('ada@example.com');
    expect(await email(await app.connect({ scope, login_hint: 'alan@example.com' }))).toBe(
      'alan@example.com',
    );
    twin.control.signIn('google', 'alan@example.com');
    expect(await email(await app.connect({ scope }))).toBe('alan@example.com');
    const picked = await app.connect({ scope, prompt: 'consent' }, { account: '110169484474386276334' });
    expect(await email(picked)).toBe('ada@example.com');
  });

  it('answers a ticket once', async () => {
    const { text } = await page({ scope: EVENTS });
    const ticket = /name="ticket" value="([^"]+)"/.exec(text)?.[1] ?? '';
    const form = { ticket, decision: 'allow' };
    expect((await app.post('/google/o/oauth2/v2/auth', form)).status).toBe(302);
    expect((await app.post('/google/o/oauth2/v2/auth', form)).status).toBe(400);
  });

  it('unites earlier grants only with include_granted_scopes', async () => {
    await app.connect({ scope: EVENTS });
    expect((await app.connect({ scope: SEND })).scope).toBe(SEND);
    const united = await app.connect({ scope: CALENDAR, include_granted_scopes: 'true' });
    expect(united.scope.split(' ').sort()).toEqual([CALENDAR, EVENTS, SEND].sort());
  });

  it('gives a refresh token on the first offline consent, and again only with prompt=consent', async () => {
    expect((await app.connect({ scope: EVENTS })).refresh_token).toBeUndefined();
    const offline = { scope: EVENTS, access_type: 'offline' };
    expect((await app.connect(offline)).refresh_token).toMatch(/^1\/\/.*-twin-/);
    expect((await app.connect(offline)).refresh_token).toBeUndefined();
    expect((await app.connect({ ...offline, prompt: 'consent' })).refresh_token).toBeDefined();
  });
});

describe('Google token endpoint', () => {
  it('takes credentials from the form or the header and refuses others', async () => {
    const basic = Buffer.from(`${TWIN_CLIENT_IDS.google}:${TWIN_CLIENT_SECRETS.google}`).toString('base64');
    const code = (await app.authorize({ scope: EVENTS })).get('code') ?? '';
    const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK };
    const answer = await app.post('/google/token', form, { authorization: `Basic ${basic}` });
    expect(answer.body).toMatchObject({ token_type: 'Bearer', expires_in: 3599, scope: EVENTS });
    expect(answer.body.access_token).toMatch(/^ya29\..*-twin-/);
    const wrong = await app.exchange('x', { client_secret: 'wrong' });
    expect([wrong.status, wrong.body.error]).toEqual([401, 'invalid_client']);
    expect((await app.exchange('x', { client_id: 'nobody' })).status).toBe(401);
    expect((await app.token({ grant_type: 'password' })).body.error).toBe('unsupported_grant_type');
  });

  it('takes a code once; a second use ends the tokens it gave', async () => {
    const code = (await app.authorize({ scope: EVENTS, access_type: 'offline' })).get('code');
    const { body } = await app.exchange(code);
    expect((await app.api(body.access_token, LIST)).status).toBe(200);
    const again = await app.exchange(code);
    expect([again.status, again.body.error]).toEqual([400, 'invalid_grant']);
    expect((await app.api(body.access_token, LIST)).status).toBe(401);
    expect((await app.refresh(body.refresh_token)).body.error).toBe('invalid_grant');
  });

  it('lets codes expire after ten minutes and binds them to the redirect URI', async () => {
    const late = (await app.authorize({ scope: EVENTS })).get('code');
    twin.control.advanceClock(600_001);
    expect((await app.exchange(late)).body.error).toBe('invalid_grant');
    const other = (await app.authorize({ scope: EVENTS })).get('code');
    expect((await app.exchange(other, { redirect_uri: 'http://x/' })).body.error).toBe(
      'redirect_uri_mismatch',
    );
  });

  it('demands the verifier of the challenge', async () => {
    const { verifier, params } = proofKey();
    const code = async () => (await app.authorize({ scope: EVENTS, ...params })).get('code');
    expect((await app.exchange(await code())).body.error_description).toBe('Missing code verifier.');
    const wrong = await app.exchange(await code(), { code_verifier: 'w'.repeat(50) });
    expect(wrong.body.error).toBe('invalid_grant');
    expect((await app.exchange(await code(), { code_verifier: verifier })).status).toBe(200);
  });

  it('signs an id token that verifies against the JWKS', async () => {
    const token = await app.connect({ scope: 'openid email', nonce: 'n-1' });
    const jwks = await (await fetch(`${twin.url}/google/oauth2/v3/certs`)).json();
    const { payload } = await jwtVerify(token.id_token, createLocalJWKSet(jwks as JSONWebKeySet), {
      issuer: `${twin.url}/google`,
      audience: TWIN_CLIENT_IDS.google,
    });
    expect(payload).toMatchObject({ sub: '110169484474386276334', email: 'ada@example.com', nonce: 'n-1' });
    expect(payload.at_hash).toBeDefined();
  });

  it('refreshes with the same refresh token, narrows scopes, and expires access tokens', async () => {
    const token = await app.connect({ scope: `${EVENTS} ${SEND}`, access_type: 'offline' });
    twin.control.advanceClock(3_600_000);
    expect((await app.api(token.access_token, LIST)).status).toBe(401);
    const refreshed = (await app.refresh(token.refresh_token)).body;
    expect(refreshed.refresh_token).toBeUndefined();
    expect((await app.api(refreshed.access_token, LIST)).status).toBe(200);
    expect((await app.refresh(token.refresh_token, { scope: SEND })).body.scope).toBe(SEND);
    expect((await app.refresh(token.refresh_token, { scope: CALENDAR })).body.error).toBe('invalid_scope');
  });

  it('keeps a hundred live refresh tokens and ends the oldest', async () => {
    const params = { scope: EVENTS, access_type: 'offline', prompt: 'consent' };
    const first = (await app.connect(params)).refresh_token;
    for (let made = 0; made < 100; made += 1) await app.connect(params);
    expect((await app.refresh(first)).body.error).toBe('invalid_grant');
  });

  it('revokes the whole grant with either token', async () => {
    const token = await app.connect({ scope: EVENTS, access_type: 'offline' });
    const other = await app.connect({ scope: EVENTS });
    expect((await app.post('/google/revoke', { token: token.access_token })).status).toBe(200);
    expect((await app.api(other.access_token, LIST)).status).toBe(401);
    expect((await app.refresh(token.refresh_token)).body).toEqual({
      error: 'invalid_grant',
      error_description: 'Token has been expired or revoked.',
    });
    expect((await app.post('/google/revoke', { token: token.access_token })).body.error).toBe(
      'invalid_token',
    );
    expect((await page({ scope: EVENTS })).status).toBe(200);
  });

  it('tells about tokens and itself', async () => {
    const token = await app.connect({ scope: `openid email ${EVENTS}` });
    const info = await app.post('/google/tokeninfo', { access_token: token.access_token });
    expect(info.body).toMatchObject({ aud: TWIN_CLIENT_IDS.google, email: 'ada@example.com' });
    const discovery = await (await fetch(`${twin.url}/google/.well-known/openid-configuration`)).json();
    expect(discovery).toMatchObject({
      issuer: `${twin.url}/google`,
      token_endpoint: `${twin.url}/google/token`,
    });
  });
});
