import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TWIN_CLIENT_IDS, TWIN_CLIENT_SECRETS } from '../seed.js';
import { CALLBACK, proofKey, TwinVisitor } from '../testing/twin-visitor.js';
import type { Twin } from '../twin.js';
import { startTwin } from '../twin.js';

const PUBLIC = '/github/api/repos/ada-lovelace/engine/issues';
const PRIVATE = '/github/api/repos/ada-lovelace/notebook/issues';

let twin: Twin;
let app: TwinVisitor;
beforeEach(async () => {
  twin = await startTwin({ redirectUris: [CALLBACK] });
  app = new TwinVisitor(twin, 'github');
});
afterEach(() => twin.close());

async function location(params: Record<string, string>) {
  const response = await fetch(app.authorizationUrl(params), { redirect: 'manual' });
  return { status: response.status, location: response.headers.get('location') };
}

function applications(
  path: string,
  method: string,
  accessToken: string,
  secret: string = TWIN_CLIENT_SECRETS.github,
) {
  const basic = Buffer.from(`${TWIN_CLIENT_IDS.github}:${secret}`).toString('base64');
  return app.api('', `/github/api/applications/${TWIN_CLIENT_IDS.github}/${path}`, {
    method,
    json: { access_token: accessToken },
    headers: { authorization: `Basic ${basic}` },
  });
}

describe('GitHub OAuth App', () => {
  it('reports token failures with HTTP 200, form-encoded unless JSON is accepted', async () => {
    const wrong = await app.exchange('nonsense');
    expect([wrong.status, wrong.body.error]).toEqual([200, 'bad_verification_code']);
    expect((await app.exchange('x', { client_secret: 'no' })).body.error).toBe(
      'incorrect_client_credentials',
    );
    const body = new URLSearchParams({
      client_id: TWIN_CLIENT_IDS.github,
      client_secret: TWIN_CLIENT_SECRETS.github,
    });
    const plain = await fetch(`${twin.url}/github/login/oauth/access_token`, { method: 'POST', body });
    expect(plain.headers.get('content-type')).toContain('application/x-www-form-urlencoded');
    expect(new URLSearchParams(await plain.text()).get('error')).toBe('bad_verification_code');
  });

  it('normalizes scopes, joins them by commas, and gives tokens that do not expire', async () => {
    const token = await app.connect({ scope: 'user,user:email repo nonsense' });
    expect(token).toEqual({
      access_token: expect.stringMatching(/^gho_.*-twin-/),
      scope: 'repo,user',
      token_type: 'bearer',
    });
    twin.control.advanceClock(400 * 86_400_000);
    const user = await app.api(token.access_token, '/github/api/user');
    expect(user.body).toMatchObject({ login: 'ada-lovelace', id: 1815, email: 'ada@example.com' });
    expect(user.headers.get('x-oauth-scopes')).toBe('repo, user');
  });

  it('takes a code once, within ten minutes, with its redirect URI and its verifier', async () => {
    const code = (await app.authorize({ scope: 'repo' })).get('code');
    expect((await app.exchange(code)).body.access_token).toBeDefined();
    expect((await app.exchange(code)).body.error).toBe('bad_verification_code');
    const { verifier, params } = proofKey();
    const proven = async () => (await app.authorize({ scope: 'repo', ...params })).get('code');
    expect((await app.exchange(await proven())).body.error).toBe('bad_verification_code');
    expect((await app.exchange(await proven(), { redirect_uri: 'http://x/' })).body.error).toBe(
      'redirect_uri_mismatch',
    );
    expect((await app.exchange(await proven(), { code_verifier: verifier })).body.access_token).toBeDefined();
    const late = (await app.authorize({ scope: 'repo' })).get('code');
    twin.control.advanceClock(600_001);
    expect((await app.exchange(late)).body.error).toBe('bad_verification_code');
  });

  it('sends a wrong redirect URI to the registered one, and denial back with its error', async () => {
    const wrong = await location({ redirect_uri: 'https://evil.example/' });
    expect(wrong.location).toContain(`${CALLBACK}?error=redirect_uri_mismatch`);
    expect((await app.authorize({ scope: 'repo' }, { decision: 'deny' })).get('error')).toBe('access_denied');
    expect((await location({ client_id: 'nobody' })).status).toBe(404);
  });

  it('gives no union: fewer scopes asked are fewer scopes got, none asked are all that were granted', async () => {
    await app.connect({ scope: 'repo user' });
    expect((await location({ scope: 'public_repo' })).status).toBe(302);
    expect((await app.connect({ scope: 'read:user' })).scope).toBe('read:user');
    expect((await app.connect({})).scope).toBe('repo,user');
  });

  it('keeps ten tokens for one user, app and scope', async () => {
    const first = (await app.connect({ scope: 'repo' })).access_token;
    for (let made = 0; made < 10; made += 1) await app.connect({ scope: 'repo' });
    expect((await app.api(first, '/github/api/user')).status).toBe(401);
  });

  it('lets the app check and end tokens and grants', async () => {
    const token = (await app.connect({ scope: 'repo' })).access_token;
    expect((await applications('token', 'POST', token)).body.user.login).toBe('ada-lovelace');
    expect((await applications('token', 'DELETE', token, 'wrong')).status).toBe(401);
    expect((await applications('token', 'DELETE', token)).status).toBe(204);
    expect((await app.api(token, '/github/api/user')).body.message).toBe('Bad credentials');
    expect((await location({ scope: 'repo' })).status).toBe(302);
    const next = (await app.connect({ scope: 'repo' })).access_token;
    expect((await applications('grant', 'DELETE', next)).status).toBe(204);
    expect((await location({ scope: 'repo' })).status).toBe(200);
    expect((await applications('token', 'POST', next)).status).toBe(404);
  });
});

describe('GitHub App', () => {
  it('gives eight hours and a refresh token that works once and takes the old access token along', async () => {
    const visitor = new TwinVisitor(twin, 'githubApp');
    const token = await visitor.connect({});
    expect(token).toMatchObject({
      expires_in: 28_800,
      scope: '',
      access_token: expect.stringMatching(/^ghu_/),
    });
    const next = (await visitor.refresh(token.refresh_token)).body;
    expect(next.refresh_token).toMatch(/^ghr_.*-twin-/);
    expect((await visitor.api(token.access_token, '/github/api/user')).status).toBe(401);
    expect((await visitor.api(next.access_token, PRIVATE)).status).toBe(200);
    const reused = await visitor.refresh(token.refresh_token);
    expect([reused.status, reused.body.error]).toEqual([200, 'bad_refresh_token']);
    expect((await visitor.refresh(next.refresh_token)).body.access_token).toBeDefined();
  });

  it('revokes the family on reuse when the client is set so', async () => {
    twin.control.updateClient(TWIN_CLIENT_IDS.githubApp, {
      reuseRevokesFamily: true,
      accessTokenLifetimeS: 60,
    });
    const visitor = new TwinVisitor(twin, 'githubApp');
    const token = await visitor.connect({});
    expect(token.expires_in).toBe(60);
    const next = (await visitor.refresh(token.refresh_token)).body;
    await visitor.refresh(token.refresh_token);
    expect((await visitor.refresh(next.refresh_token)).body.error).toBe('bad_refresh_token');
    expect((await visitor.api(next.access_token, '/github/api/user')).status).toBe(401);
  });
});

describe('GitHub REST', () => {
  const create = (token: string, path: string, json: unknown) =>
    app.api(token, path, { method: 'POST', json });

  it('hides private things as 404 and tells accepted scopes', async () => {
    const weak = (await app.connect({ scope: 'read:user' })).access_token;
    const listed = await app.api(weak, PUBLIC);
    expect([listed.status, listed.headers.get('x-accepted-oauth-scopes')]).toEqual([200, 'repo']);
    expect((await app.api(weak, PRIVATE)).status).toBe(404);
    expect((await create(weak, PUBLIC, { title: 'No' })).status).toBe(404);
    expect((await app.api(weak, '/github/api/user/emails')).status).toBe(404);
    twin.control.signIn('github', 'alan-turing');
    const alan = (await app.connect({ scope: 'repo' })).access_token;
    expect((await app.api(alan, PRIVATE)).status).toBe(404);
    expect((await app.api(alan, PUBLIC)).status).toBe(200);
  });

  it('creates, changes, comments, lists and finds issues', async () => {
    const token = (await app.connect({ scope: 'repo' })).access_token;
    expect((await app.api(token, '/github/api/user/repos')).body).toHaveLength(2);
    const made = await create(token, PRIVATE, { title: 'New', body: '<!-- effect:e1 -->', labels: ['bug'] });
    expect([made.status, made.body.number]).toEqual([201, 4]);
    expect((await create(token, PRIVATE, { body: 'no title' })).status).toBe(422);
    const changed = await app.api(token, `${PRIVATE}/4`, { method: 'PATCH', json: { state: 'closed' } });
    expect(changed.body).toMatchObject({ state: 'closed', state_reason: 'completed', title: 'New' });
    expect((await create(token, `${PRIVATE}/4/comments`, { body: 'Done' })).status).toBe(201);
    expect((await app.api(token, `${PRIVATE}/4/comments`)).body[0].body).toBe('Done');
    const found = await app.api(
      token,
      `/github/api/search/issues?q=${encodeURIComponent('repo:ada-lovelace/notebook "effect:e1" in:body')}`,
    );
    expect(found.body.items.map(({ number }: { number: number }) => number)).toEqual([4]);
    expect((await app.api(token, `${PRIVATE}?state=closed&labels=bug`)).body).toHaveLength(1);
  });

  it('pages by the Link header', async () => {
    const token = (await app.connect({ scope: 'repo' })).access_token;
    const page = await app.api(token, `${PUBLIC}?state=all&per_page=2`);
    expect(page.body).toHaveLength(2);
    const next = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1] ?? '';
    expect((await app.api(token, next.replace(twin.url, ''))).body).toHaveLength(2);
    expect(next).toContain('page=2');
  });

  it('refuses unknown tokens, and asks for one where it needs one', async () => {
    const unknown = await app.api('nonsense', '/github/api/user');
    expect([unknown.status, unknown.body.message]).toEqual([401, 'Bad credentials']);
    const none = await fetch(`${twin.url}/github/api/user`);
    expect(await none.json()).toMatchObject({ message: 'Requires authentication' });
    const nameless = await app.api('x', '/github/api/user', { headers: { 'user-agent': '' } });
    expect(nameless.status).toBe(403);
  });
});
