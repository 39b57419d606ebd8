import { judgeByStatus } from './check.js';
import type { AuthorizationParamsInput, ConnectorPreset, OAuthErrorAnswer } from './connector-preset.js';
import { form, succeeded } from './revocation.js';
import { grantedScopes, implicationsOf } from './scopes.js';
import { standardAccount } from './standard-account.js';
import { classifyTokenErrorBy } from './token-errors.js';

const userinfo = 'https://www.googleapis.com/auth/userinfo.';

/** A refresh token comes only with both `access_type=offline` and a consent screen. */
function authorizationParams({
  prompts,
  offlineAccess,
  upgrading,
  account: known,
}: AuthorizationParamsInput) {
  const shown = new Set(prompts.filter((prompt) => prompt !== 'none'));
  if (offlineAccess) shown.add('consent');
  const prompt = [...shown].join(' ') || prompts[0];
  return {
    ...(offlineAccess ? { access_type: 'offline' } : {}),
    ...(prompt ? { prompt } : {}),
    ...(upgrading ? { include_granted_scopes: 'true' } : {}),
    ...(known ? { login_hint: known.email ?? known.id } : {}),
  };
}

/** Workspace session control ends a grant with its own subtype, told in the description. */
const refine = ({ error, description = '' }: OAuthErrorAnswer) =>
  error === 'invalid_grant' && /invalid_rapt|reauth/i.test(description)
    ? 'reauthentication_required'
    : undefined;

/** https://developers.google.com/identity/protocols/oauth2/web-server */
export const googlePreset: ConnectorPreset = {
  id: 'google',
  displayName: 'Google',
  guide: {
    summary: 'Mail, calendars, files and more of Google accounts and Workspace.',
    tried: 'documentation',
    setup: [
      'In the Google Cloud console, https://console.cloud.google.com, make a project and enable the APIs that you want to use.',
      'Configure the consent screen, and add the scopes that you will ask for.',
      'Under Credentials create an OAuth client ID of the type Web application, with the redirect URI that is shown here.',
      'Copy the client ID and the client secret.',
    ],
    notes: [
      'While the app is in testing, refresh tokens end after 7 days, and only test users that you list may connect: publish it to lift both.',
    ],
    documentation: [{ url: 'https://developers.google.com/identity/protocols/oauth2/web-server' }],
  },
  endpoints: {
    issuer: 'https://accounts.google.com',
    authorization: 'https://accounts.google.com/o/oauth2/v2/auth',
    token: 'https://oauth2.googleapis.com/token',
    revocation: 'https://oauth2.googleapis.com/revoke',
    userinfo: 'https://openidconnect.googleapis.com/v1/userinfo',
    jwks: 'https://www.googleapis.com/oauth2/v3/certs',
  },
  discovers: false,
  clientAuthentication: 'client_secret_post',
  pkce: true,
  scopeSeparator: ' ',
  baseScopes: ['openid', 'email'],
  offlineScopes: [],
  grantBehaviour: 'union_by_provider',
  refresh: 'static',
  oidc: true,
  nonce: true,
  tokenErrorsWithStatus200: false,
  revocation: {
    style: 'google',
    kills: 'whole_grant',
    needsLiveAccessToken: false,
    buildRequest: ({ endpoints, accessToken, refreshToken }) => {
      const token = refreshToken ?? accessToken;
      if (!endpoints.revocation || !token) return undefined;
      const body = new URLSearchParams({ token }).toString();
      return { method: 'POST', url: endpoints.revocation, headers: { 'content-type': form }, body };
    },
    isConfirmed: (answer) => succeeded(answer) || (answer.status === 400 && answer.error === 'invalid_token'),
  },
  check: {
    scopes: ['openid', 'email', 'profile', `${userinfo}email`, `${userinfo}profile`],
    judge: judgeByStatus,
  },
  account: {
    method: 'GET',
    headers: { accept: 'application/json' },
    map: standardAccount,
  },
  authorizationParams,
  normaliseGranted: grantedScopes(/\s/),
  implies: implicationsOf('google', {
    email: [`${userinfo}email`],
    profile: [`${userinfo}profile`],
    [`${userinfo}email`]: ['email'],
    [`${userinfo}profile`]: ['profile'],
  }),
  classifyTokenError: classifyTokenErrorBy(
    {
      deleted_client: 'invalid_client',
      disabled_client: 'invalid_client',
      invalid_rapt: 'reauthentication_required',
    },
    refine,
  ),
};
