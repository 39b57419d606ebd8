import { checkByStatus, judgeByStatus } from './check.js';
import type { AuthorizationParamsInput, ConnectorPreset } from './connector-preset.js';
import { rfc7009 } from './revocation.js';
import { grantedScopesOfAny } from './scopes.js';
import { standardAccount } from './standard-account.js';
import { classifyTokenErrorBy } from './token-errors.js';

function authorizationParams({ prompts, account: known }: AuthorizationParamsInput): Record<string, string> {
  return {
    ...(prompts.length > 0 ? { prompt: prompts.join(' ') } : {}),
    ...(known?.email ? { login_hint: known.email } : {}),
  };
}

/** Any OAuth 2.0 server (RFC 6749, 7636, 7009). The operator fills in the endpoints. */
export const oauth2Preset: ConnectorPreset = {
  id: 'oauth2',
  displayName: 'OAuth 2.0',
  guide: {
    summary: 'Any server that speaks OAuth 2.0, by the addresses of its endpoints.',
    setup: [
      'Register an OAuth client at the server, with the redirect URI that is shown here and the authorization code flow.',
      'Copy the client id and the client secret, and the addresses of the endpoints.',
    ],
    notes: [],
    documentation: [{ url: 'https://www.rfc-editor.org/rfc/rfc6749' }],
  },
  endpoints: { authorization: '', token: '' },
  discovers: false,
  clientAuthentication: 'client_secret_basic',
  pkce: true,
  scopeSeparator: ' ',
  baseScopes: [],
  offlineScopes: [],
  grantBehaviour: 'union_by_us',
  refresh: 'as_answered',
  oidc: false,
  nonce: false,
  tokenErrorsWithStatus200: false,
  revocation: rfc7009,
  check: checkByStatus,
  account: { method: 'GET', headers: { accept: 'application/json' }, map: standardAccount },
  authorizationParams,
  normaliseGranted: (scope, requested) => grantedScopesOfAny(scope, requested),
  implies: () => [],
  classifyTokenError: classifyTokenErrorBy({}),
};

/** Any OpenID Connect provider. `offline_access` is granted only after consent (Core section 11). */
export const oidcPreset: ConnectorPreset = {
  ...oauth2Preset,
  id: 'oidc',
  displayName: 'OpenID Connect',
  guide: {
    summary: 'Any OpenID provider, by its issuer: the endpoints are read from its discovery document.',
    setup: [
      'Register a client at the provider, with the redirect URI that is shown here and the authorization code flow.',
      'Copy the client id and the client secret, and the address of the issuer.',
    ],
    notes: [],
    documentation: [{ url: 'https://openid.net/specs/openid-connect-core-1_0.html' }],
  },
  discovers: true,
  baseScopes: ['openid', 'email'],
  offlineScopes: ['offline_access'],
  oidc: true,
  nonce: true,
  // Userinfo is for tokens of OpenID requests (OpenID Connect Core, section 5.3).
  check: { scopes: ['openid'], judge: judgeByStatus },
  authorizationParams: (input) => {
    const shown = new Set(input.prompts.filter((prompt) => prompt !== 'none'));
    if (input.offlineAccess) shown.add('consent');
    return authorizationParams({ ...input, prompts: shown.size > 0 ? [...shown] : input.prompts });
  },
};
