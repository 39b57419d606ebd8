import { providers } from '../registry.js';
import type { AuthorizationParamsInput, BuiltInPresetId, OAuthErrorAnswer } from './connector-preset.js';
import { connectorPresets, findPreset, satisfies } from './presets.js';

const { google, github, dropbox, oauth2, oidc } = connectorPresets;
const all = Object.values(connectorPresets);
const scope = 'https://www.googleapis.com/auth/';

const first: AuthorizationParamsInput = { prompts: [], offlineAccess: true, upgrading: false };
const upgrade: AuthorizationParamsInput = {
  ...first,
  upgrading: true,
  account: { id: '42', name: 'octocat', email: 'ada@example.com' },
};

const secrets = {
  clientId: 'id:1',
  clientSecret: 's p&c',
  clientAuthentication: 'client_secret_basic' as const,
  accessToken: 'canary-access',
  refreshToken: 'canary-refresh',
};

describe('connector presets', () => {
  it('serve every provider, and are found under their own id', () => {
    for (const { connector } of providers) expect(findPreset(connector)?.id).toBe(connector);
    for (const [id, preset] of Object.entries(connectorPresets)) expect(preset.id).toBe(id);
  });

  it('name https endpoints only', () => {
    const urls = all.flatMap(({ endpoints }) => Object.values(endpoints) as string[]).filter(Boolean);
    expect(urls.length).toBeGreaterThan(12);
    for (const url of urls) expect(url).toMatch(/^https:\/\//);
  });
});

describe('authorization parameters', () => {
  it('ask Google for a refresh token by both of its conditions', () => {
    expect(google.authorizationParams(first)).toEqual({ access_type: 'offline', prompt: 'consent' });
    expect(google.authorizationParams({ ...first, prompts: ['select_account'] }).prompt).toBe(
      'select_account consent',
    );
    expect(google.authorizationParams({ ...first, prompts: ['none'], offlineAccess: false })).toEqual({
      prompt: 'none',
    });
  });

  it('keep what was granted, each in its own way', () => {
    expect(google.authorizationParams(upgrade)).toMatchObject({
      include_granted_scopes: 'true',
      login_hint: 'ada@example.com',
    });
    expect(dropbox.authorizationParams(upgrade)).toEqual({
      token_access_type: 'offline',
      include_granted_scopes: 'user',
    });
    expect(github.authorizationParams(upgrade)).toEqual({ login: 'octocat' });
    expect(github.grantBehaviour).toBe('union_by_us');
  });

  it('make Dropbox ask again after a disconnect, and OpenID Connect consent to offline access', () => {
    expect(dropbox.authorizationParams({ ...first, prompts: ['consent'] })).toMatchObject({
      force_reapprove: 'true',
    });
    expect(oidc.authorizationParams(first)).toEqual({ prompt: 'consent' });
    expect(oauth2.authorizationParams(first)).toEqual({});
  });
});

describe('granted scopes', () => {
  it('are what the answer says, and what was asked when it says nothing', () => {
    expect(google.normaliseGranted(`openid  ${scope}userinfo.email openid`, ['x'])).toEqual([
      'openid',
      `${scope}userinfo.email`,
    ]);
    expect(google.normaliseGranted(undefined, ['a', 'a', 'b'])).toEqual(['a', 'b']);
    expect(github.normaliseGranted('repo,read:user', ['x'])).toEqual(['repo', 'read:user']);
    expect(github.normaliseGranted('', ['repo'])).toEqual([]);
    expect(github.normaliseGranted('', ['repo'], 'gho_canary')).toEqual([]);
  });

  it('are those that were asked for when a GitHub App, which has permissions instead, answers with none', () => {
    expect(github.normaliseGranted('', ['repo'], 'ghu_canary')).toEqual(['repo']);
    expect(github.normaliseGranted('gist', ['repo'], 'ghu_canary')).toEqual(['gist']);
  });

  it.each([
    [google, [`${scope}calendar`], [`${scope}calendar.events.readonly`, `${scope}calendar.events`], []],
    [google, [`${scope}calendar.events.readonly`], [`${scope}calendar.events`], [`${scope}calendar.events`]],
    [google, [`${scope}userinfo.email`, 'openid'], ['openid', 'email'], []],
    [google, ['https://mail.google.com/'], [`${scope}gmail.send`, `${scope}gmail.readonly`], []],
    [google, [`${scope}gmail.send`], [`${scope}gmail.readonly`], [`${scope}gmail.readonly`]],
    [github, ['user'], ['read:user', 'user:email'], []],
    [github, ['repo'], ['public_repo'], []],
    [github, ['public_repo'], ['repo'], ['repo']],
    [github, ['admin:org'], ['read:org'], []],
    [dropbox, [], ['files.metadata.read'], ['files.metadata.read']],
    [oauth2, ['a'], ['a', 'b'], ['b']],
  ])('are compared by implication: %#', (preset, granted, needed, missing) => {
    expect(satisfies(preset, granted, needed)).toEqual(missing);
  });

  it('do not imply themselves, nor run in circles', () => {
    for (const preset of all)
      for (const one of [`${scope}userinfo.email`, 'email', 'repo', 'toString'])
        expect(preset.implies(one)).not.toContain(one);
  });
});

describe('revocation', () => {
  const request = (id: BuiltInPresetId, over: object = {}, client: object = {}) => {
    const { revocation, endpoints } = connectorPresets[id];
    return revocation.buildRequest({ endpoints: { ...endpoints, ...over }, ...secrets, ...client });
  };

  it('tells Google the refresh token alone', () => {
    expect(request('google')).toMatchObject({ method: 'POST', body: 'token=canary-refresh' });
    expect(google.revocation.isConfirmed({ status: 400, error: 'invalid_token' })).toBe(true);
    expect(google.revocation.isConfirmed({ status: 503 })).toBe(false);
  });

  it('ends the GitHub grant as the app, at the endpoint that was set', () => {
    const basic = `Basic ${Buffer.from('id%3A1:s+p%26c').toString('base64')}`;
    expect(request('github')).toMatchObject({
      method: 'DELETE',
      url: 'https://api.github.com/applications/id%3A1/grant',
      headers: { authorization: basic },
      body: '{"access_token":"canary-access"}',
    });
    expect(request('github', { revocation: undefined })?.url).toBe(
      'https://api.github.com/applications/id%3A1/grant',
    );
    expect(request('github', { revocation: 'http://127.0.0.1:1/revoke' })?.url).toBe(
      'http://127.0.0.1:1/revoke',
    );
  });

  it('uses the Dropbox token itself', () => {
    expect(request('dropbox')).toMatchObject({
      method: 'POST',
      headers: { authorization: 'Bearer canary-access' },
    });
    expect(dropbox.revocation.needsLiveAccessToken).toBe(true);
    expect(dropbox.revocation.isConfirmed({ status: 401, error: 'invalid_access_token/..' })).toBe(true);
    expect(dropbox.revocation.isConfirmed({ status: 401, error: 'expired_access_token/..' })).toBe(false);
  });

  it('follows RFC 7009 elsewhere, where there is an endpoint', () => {
    expect(request('oauth2')).toBeUndefined();
    const { headers, body } = request('oidc', { revocation: 'https://op.example/revoke' }) ?? {};
    expect(headers?.['authorization']).toMatch(/^Basic /);
    expect(body).toBe('token=canary-refresh&token_type_hint=refresh_token');
  });

  it('proves the client in the way that was chosen', () => {
    const revocation = 'https://op.example/revoke';
    const post = request('oauth2', { revocation }, { clientAuthentication: 'client_secret_post' });
    expect(post?.headers).not.toHaveProperty('authorization');
    expect(post?.body).toMatch(/&client_id=id%3A1&client_secret=s\+p%26c$/);
    const publicClient = { clientSecret: undefined, clientAuthentication: 'none' };
    const none = request('oauth2', { revocation }, publicClient);
    expect(none?.headers).not.toHaveProperty('authorization');
    expect(none?.body).toMatch(/&client_id=id%3A1$/);
    expect(request('github', {}, publicClient)).toBeUndefined();
  });
});

describe('accounts', () => {
  it('are told apart by the stable id', () => {
    expect(google.account.map({ sub: '108', email: 'ada@example.com', email_verified: true })).toEqual({
      id: '108',
      email: 'ada@example.com',
    });
    expect(github.account.map({ id: 583231, login: 'octocat', email: null })).toEqual({
      id: '583231',
      name: 'octocat',
    });
    expect(
      dropbox.account.map({ account_id: 'dbid:A', name: { display_name: 'Ada' }, email: 'ada@example.com' }),
    ).toEqual({
      id: 'dbid:A',
      name: 'Ada',
      email: 'ada@example.com',
    });
    expect(oauth2.account.map({ id: 7, preferred_username: 'ada' })).toEqual({ id: '7', name: 'ada' });
  });

  it('are told from servers that number their accounts, and with members that are null', () => {
    expect(google.account.map({ id: 7, name: null, email: null })).toEqual({ id: '7' });
    expect(google.account.map({ sub: '108', id: null, name: 'Ada' })).toEqual({ id: '108', name: 'Ada' });
    expect(github.account.map({ id: 7, login: null, email: null })).toEqual({ id: '7' });
  });

  it('are not told from a number that is too large to be exact', () => {
    for (const { account } of [google, github, oauth2]) expect(account.map({ id: 1.1e20 })).toBeUndefined();
  });

  it.each([null, undefined, 7, [], {}, { id: null }, { sub: '' }, { email: 'ada@example.com' }])(
    'are not made of %j',
    (json) => {
      for (const { account } of all) expect(account.map(json)).toBeUndefined();
    },
  );
});

describe('token errors', () => {
  const json = 'application/json; charset=utf-8';
  const cases: [BuiltInPresetId, OAuthErrorAnswer, boolean, string][] = [
    [
      'google',
      {
        status: 400,
        error: 'invalid_grant',
        description: 'Token has been expired or revoked.',
        contentType: json,
      },
      true,
      'revoked',
    ],
    [
      'google',
      {
        status: 400,
        error: 'invalid_grant',
        description: 'reauth related error (invalid_rapt)',
        contentType: json,
      },
      true,
      'reauthentication_required',
    ],
    ['google', { status: 401, error: 'deleted_client', contentType: json }, false, 'invalid_client'],
    ['google', { status: 403, contentType: 'text/html' }, false, 'transient'],
    ['google', { status: 200, contentType: json }, false, 'transient'],
    ['github', { status: 200, error: 'bad_refresh_token', contentType: json }, true, 'revoked'],
    ['github', { status: 200, error: 'bad_verification_code', contentType: json }, true, 'invalid_code'],
    [
      'github',
      { status: 200, error: 'incorrect_client_credentials', contentType: json },
      false,
      'invalid_client',
    ],
    [
      'dropbox',
      {
        status: 400,
        error: 'invalid_grant',
        description: 'refresh token is invalid or revoked',
        contentType: json,
      },
      true,
      'revoked',
    ],
    ['oauth2', { status: 503, error: 'invalid_grant', contentType: json }, false, 'transient'],
    [
      'oauth2',
      { status: 400, error: 'invalid_grant', contentType: 'text/html; charset=utf-8' },
      false,
      'transient',
    ],
    ['oauth2', { status: 429, error: 'invalid_grant', contentType: json }, false, 'rate_limited'],
    ['oauth2', { status: 400, error: 'strange_new_error', contentType: json }, false, 'unknown'],
    [
      'oidc',
      { status: 400, error: 'interaction_required', contentType: json },
      true,
      'reauthentication_required',
    ],
    ['oauth2', { status: 400, error: 'toString', contentType: json }, false, 'unknown'],
  ];
  it.each(cases)('%s %j: permanent %s, %s', (id, answer, permanent, reason) => {
    expect(connectorPresets[id].classifyTokenError(answer)).toEqual({ permanent, reason });
  });
});
