import { z } from 'zod';
import { judgeByStatus } from './check.js';
import type { ConnectorPreset } from './connector-preset.js';
import { succeeded } from './revocation.js';
import { grantedScopes, implicationsOf } from './scopes.js';
import { classifyTokenErrorBy } from './token-errors.js';

const account = z.object({
  account_id: z.string().min(1),
  name: z.object({ display_name: z.string().optional() }).optional(),
  email: z.string().optional(),
});

/** https://developers.dropbox.com/oauth-guide */
export const dropboxPreset: ConnectorPreset = {
  id: 'dropbox',
  displayName: 'Dropbox',
  guide: {
    summary: 'Files, folders and shared links.',
    tried: 'documentation',
    setup: [
      'In the App Console, https://www.dropbox.com/developers/apps, create a scoped app, with full Dropbox or an app folder.',
      'Under Permissions tick account_info.read and the scopes that you will ask for, and press Submit.',
      'Under Settings add the redirect URI that is shown here, and copy the app key and the app secret.',
    ],
    notes: ['A scope that the app does not have cannot be asked for; tokens that exist do not get it later.'],
    documentation: [{ url: 'https://developers.dropbox.com/oauth-guide' }],
  },
  endpoints: {
    authorization: 'https://www.dropbox.com/oauth2/authorize',
    token: 'https://api.dropboxapi.com/oauth2/token',
    revocation: 'https://api.dropboxapi.com/2/auth/token/revoke',
    userinfo: 'https://api.dropboxapi.com/2/users/get_current_account',
  },
  discovers: false,
  clientAuthentication: 'client_secret_post',
  pkce: true,
  scopeSeparator: ' ',
  baseScopes: ['account_info.read'],
  offlineScopes: [],
  grantBehaviour: 'union_by_provider',
  refresh: 'static',
  oidc: false,
  nonce: false,
  tokenErrorsWithStatus200: false,
  revocation: {
    style: 'dropbox',
    kills: 'token_set',
    needsLiveAccessToken: true,
    buildRequest: ({ endpoints, accessToken }) =>
      endpoints.revocation && accessToken
        ? { method: 'POST', url: endpoints.revocation, headers: { authorization: `Bearer ${accessToken}` } }
        : undefined,
    isConfirmed: (answer) =>
      succeeded(answer) || (answer.status === 401 && (answer.error ?? '').startsWith('invalid_access_token')),
  },
  check: {
    scopes: [],
    // A lack of scope is 401 here as well, and is told by a token that works.
    judge: (answer) =>
      answer.status === 401 && (answer.error ?? '').startsWith('missing_scope')
        ? 'alive'
        : judgeByStatus(answer),
  },
  account: {
    method: 'POST',
    headers: { accept: 'application/json' },
    map: (json) => {
      const { account_id: id, name, email } = account.safeParse(json).data ?? {};
      if (!id) return undefined;
      return { id, ...(name?.display_name ? { name: name.display_name } : {}), ...(email ? { email } : {}) };
    },
  },
  authorizationParams: ({ prompts, offlineAccess, upgrading }) => ({
    ...(offlineAccess ? { token_access_type: 'offline' } : {}),
    ...(upgrading ? { include_granted_scopes: 'user' } : {}),
    ...(prompts.includes('consent') ? { force_reapprove: 'true' } : {}),
    ...(prompts.includes('login') || prompts.includes('select_account')
      ? { force_reauthentication: 'true' }
      : {}),
  }),
  normaliseGranted: grantedScopes(/\s/),
  implies: implicationsOf('dropbox', {}),
  classifyTokenError: classifyTokenErrorBy({}),
};
