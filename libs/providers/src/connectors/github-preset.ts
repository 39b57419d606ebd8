import { z } from 'zod';
import { judgeByStatus } from './check.js';
import type { ConnectorPreset, RevocationInput } from './connector-preset.js';
import { basicAuthorization, succeeded } from './revocation.js';
import { grantedScopes, implicationsOf, type Implications } from './scopes.js';
import { classifyTokenErrorBy } from './token-errors.js';

/** https://docs.github.com/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps, "normalized scopes" */
const hierarchy: Implications = {
  repo: ['repo:status', 'repo_deployment', 'public_repo', 'repo:invite', 'security_events'],
  'admin:repo_hook': ['write:repo_hook'],
  'write:repo_hook': ['read:repo_hook'],
  'admin:org': ['write:org'],
  'write:org': ['read:org'],
  'admin:public_key': ['write:public_key'],
  'write:public_key': ['read:public_key'],
  'admin:gpg_key': ['write:gpg_key'],
  'write:gpg_key': ['read:gpg_key'],
  user: ['read:user', 'user:email', 'user:follow'],
  project: ['read:project'],
  'write:packages': ['read:packages'],
};

const account = z.object({
  id: z.union([z.int(), z.string().min(1)]),
  login: z.string().nullish(),
  email: z.string().nullish(),
});

/** Ends the grant, so that the next connect asks the user again; `…/token` would let it pass silently. */
function grantRequest(input: RevocationInput) {
  const { endpoints, clientId, clientSecret, accessToken } = input;
  if (!accessToken || !clientSecret) return undefined;
  const url = (endpoints.revocation ?? githubPreset.endpoints.revocation ?? '').replace(
    '{client_id}',
    encodeURIComponent(clientId),
  );
  const headers = {
    authorization: basicAuthorization({ clientId, clientSecret }),
    accept: 'application/vnd.github+json',
    'content-type': 'application/json',
    'user-agent': 'valetkey',
  };
  return { method: 'DELETE' as const, url, headers, body: JSON.stringify({ access_token: accessToken }) };
}

const scopesOf = grantedScopes(/[\s,]/);

/**
 * A GitHub App's user token (`ghu_`) has the app's permissions and always answers an empty `scope`
 * (https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app):
 * that says nothing about what was asked. An OAuth App's empty `scope` means that nothing was granted.
 */
function normaliseGranted(
  scope: string | undefined,
  requested: readonly string[],
  accessToken = '',
): string[] {
  return scopesOf(scope === '' && accessToken.startsWith('ghu_') ? undefined : scope, requested);
}

/**
 * OAuth Apps and GitHub Apps: they differ in what their tokens say (`gho_`, `ghu_`) and whether they expire, both read
 * from the answer. https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps
 */
export const githubPreset: ConnectorPreset = {
  id: 'github',
  displayName: 'GitHub',
  guide: {
    summary: 'Repositories, issues, pull requests and releases.',
    tried: 'documentation',
    setup: [
      'In GitHub, under Settings, Developer settings, OAuth Apps, register an app with the callback URL that is shown here. A GitHub App works too.',
      'Generate a client secret, and copy it and the client ID.',
    ],
    notes: ['Organisations may restrict OAuth apps: an owner has to approve yours there.'],
    documentation: [
      { url: 'https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps' },
    ],
  },
  endpoints: {
    authorization: 'https://github.com/login/oauth/authorize',
    token: 'https://github.com/login/oauth/access_token',
    revocation: 'https://api.github.com/applications/{client_id}/grant',
    userinfo: 'https://api.github.com/user',
  },
  discovers: false,
  clientAuthentication: 'client_secret_post',
  pkce: true,
  scopeSeparator: ' ',
  baseScopes: ['read:user'],
  offlineScopes: [],
  grantBehaviour: 'union_by_us',
  refresh: 'rotating',
  oidc: false,
  nonce: false,
  tokenErrorsWithStatus200: true,
  revocation: {
    style: 'github_grant',
    kills: 'whole_grant',
    needsLiveAccessToken: false,
    buildRequest: grantRequest,
    isConfirmed: (answer) => succeeded(answer) || answer.status === 404,
  },
  // The user may take scopes away at GitHub: the header tells.
  check: { scopes: [], scopesHeader: 'x-oauth-scopes', judge: judgeByStatus },
  account: {
    method: 'GET',
    headers: { accept: 'application/vnd.github+json', 'user-agent': 'valetkey' },
    map: (json) => {
      const { id, login, email } = account.safeParse(json).data ?? {};
      if (id === undefined) return undefined;
      return { id: String(id), ...(login ? { name: login } : {}), ...(email ? { email } : {}) };
    },
  },
  authorizationParams: ({ prompts, account: known }) => ({
    ...(prompts.includes('select_account') ? { prompt: 'select_account' } : {}),
    ...(known?.name ? { login: known.name } : {}),
  }),
  normaliseGranted,
  implies: implicationsOf('github', hierarchy),
  classifyTokenError: classifyTokenErrorBy({
    bad_refresh_token: 'revoked',
    bad_verification_code: 'invalid_code',
    incorrect_client_credentials: 'invalid_client',
    redirect_uri_mismatch: 'invalid_request',
    unverified_user_email: 'reauthentication_required',
  }),
};
