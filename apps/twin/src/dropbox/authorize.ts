import type { AuthorizationStyle, Refusal } from '../oauth/authorization-flow.js';
import { acceptsRedirectUri, findClient } from '../oauth/clients.js';
import { readChallenge } from '../oauth/pkce.js';
import type { AuthorizationRequest, OAuthClient } from '../oauth/records.js';
import type { Form } from '../oauth/request-form.js';
import { splitScopes } from '../oauth/request-form.js';
import type { World } from '../world.js';

const SENTENCES: Record<string, string> = {
  'account_info.read': 'View basic information about your Dropbox account such as your user name and email',
  'files.metadata.read': 'View information about your Dropbox files and folders',
  'files.metadata.write': 'View and edit information about your Dropbox files and folders',
  'files.content.read': 'View content of your Dropbox files and folders',
  'files.content.write': 'Edit content of your Dropbox files and folders',
  'sharing.read': 'View your Dropbox sharing settings and collaborators',
  'sharing.write': 'View and edit your Dropbox sharing settings and collaborators',
};

/** Dropbox's authorization endpoint: all or nothing, silent when nothing is new. */
export const dropboxAuthorization: AuthorizationStyle = {
  provider: 'dropbox',
  path: '/dropbox/oauth2/authorize',
  codePrefix: '',
  codeLifetimeS: 600,
  read,
  rows: ({ request, grant }) =>
    request.scopes.map((scope) => ({
      scope,
      sentence: SENTENCES[scope] ?? scope,
      optional: false,
      alreadyGranted: grant?.scopes.includes(scope) ?? false,
    })),
  alreadyAllowed: ({ request, grant }) =>
    grant !== undefined && request.scopes.every((scope) => grant.scopes.includes(scope)),
  tokenScopes: ({ request }, allowed, grant) =>
    [...(request.includeGranted ? grant.scopes : allowed)].sort((a, b) => a.localeCompare(b)),
  givesRefreshToken: ({ request }) => request.offline,
  denial: {
    error: 'access_denied',
    error_description: 'The user chose not to give your app access to their Dropbox account.',
  },
  silentError: 'access_denied',
  answerParams: () => ({}),
};

function read(world: World, query: Form): AuthorizationRequest | Refusal {
  const client = findClient(world, 'dropbox', query.client_id);
  if (!client) return page('invalid_client', `Invalid client_id: "${query.client_id ?? ''}".`);
  if (query.response_type !== 'code')
    return page('unsupported_response_type', 'Invalid response_type. Must be "code".');
  if (!query.redirect_uri || !acceptsRedirectUri(client, query.redirect_uri)) {
    return page(
      'invalid_redirect_uri',
      `Invalid redirect_uri. It must exactly match one of the redirect URIs you've pre-configured for your app (including the path).`,
    );
  }
  const problem = parameterProblem(client, query);
  if (problem) return problem;
  const challenge = readChallenge(query.code_challenge, query.code_challenge_method);
  if (challenge === 'invalid')
    return page('invalid_request', 'Invalid code_challenge or code_challenge_method.');
  return {
    provider: 'dropbox',
    clientId: client.id,
    redirectUri: query.redirect_uri,
    redirectUriNamed: true,
    state: query.state,
    scopes: requestedScopes(client, query),
    challenge,
    offline: query.token_access_type === 'offline',
    forceConsent: query.force_reapprove === 'true',
    chooseAccount: query.force_reauthentication === 'true',
    silent: false,
    includeGranted: query.include_granted_scopes === 'user',
  };
}

function parameterProblem(client: OAuthClient, query: Form): Refusal | undefined {
  if (query.token_access_type && !['online', 'offline', 'legacy'].includes(query.token_access_type)) {
    return page('invalid_request', 'Invalid token_access_type.');
  }
  const unknown = requestedScopes(client, query).filter((scope) => !client.appScopes?.includes(scope));
  if (unknown.length) return page('invalid_scope', `This app has no permission for: ${unknown.join(', ')}`);
  if (query.include_granted_scopes && !query.scope) {
    return page('invalid_request', 'include_granted_scopes needs a scope parameter.');
  }
  return undefined;
}

/** Without a scope parameter all permissions of the app; account_info.read is always part of it. */
function requestedScopes(client: OAuthClient, query: Form): string[] {
  const asked = splitScopes(query.scope);
  return asked.length ? [...new Set(['account_info.read', ...asked])] : [...(client.appScopes ?? [])];
}

function page(code: string, message: string): Refusal {
  return { kind: 'page', status: 400, code, message };
}
