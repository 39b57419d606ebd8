import type { AuthorizationStyle, Refusal } from '../oauth/authorization-flow.js';
import { acceptsRedirectUri, findClient } from '../oauth/clients.js';
import { readChallenge } from '../oauth/pkce.js';
import type { AuthorizationRequest } from '../oauth/records.js';
import type { Form } from '../oauth/request-form.js';
import { splitScopes } from '../oauth/request-form.js';
import type { World } from '../world.js';
import { coversScope, githubSentence, normalizeScopes } from './github-scopes.js';

const MISMATCH = {
  error: 'redirect_uri_mismatch',
  error_description: 'The redirect_uri is not associated with this application.',
  error_uri:
    'https://docs.github.com/apps/managing-oauth-apps/troubleshooting-authorization-request-errors/#redirect-uri-mismatch',
};

/** GitHub's authorization endpoint: all scopes or none, and no union with earlier ones. */
export const githubAuthorization: AuthorizationStyle = {
  provider: 'github',
  path: '/github/login/oauth/authorize',
  codePrefix: '',
  codeLifetimeS: 600,
  read,
  rows: ({ request, client, grant }) =>
    (client.kind === 'github-app' ? [] : request.scopes).map((scope) => ({
      scope,
      sentence: githubSentence(scope),
      optional: false,
      alreadyGranted: coversScope(grant?.scopes ?? [], scope),
    })),
  alreadyAllowed: ({ request, grant }) =>
    grant !== undefined && request.scopes.every((scope) => coversScope(grant.scopes, scope)),
  tokenScopes: ({ request, client }, allowed, grant) => {
    if (client.kind === 'github-app') return [];
    return normalizeScopes(request.includeGranted ? grant.scopes : allowed);
  },
  givesRefreshToken: ({ client }) => client.kind === 'github-app',
  denial: {
    error: 'access_denied',
    error_description: 'The user has denied your application access.',
    error_uri:
      'https://docs.github.com/apps/managing-oauth-apps/troubleshooting-authorization-request-errors/#access-denied',
  },
  silentError: 'interaction_required',
  answerParams: () => ({}),
};

function read(world: World, query: Form): AuthorizationRequest | Refusal {
  const client = findClient(world, 'github', query.client_id);
  const registered = client?.redirectUris[0];
  if (!client || (!registered && !query.redirect_uri)) {
    return {
      kind: 'page',
      status: 404,
      code: 'not_found',
      message: 'There is no application with this client id.',
    };
  }
  if (query.redirect_uri !== undefined && !acceptsRedirectUri(client, query.redirect_uri)) {
    return registered
      ? { kind: 'redirect', uri: registered, params: { ...MISMATCH, state: query.state } }
      : { kind: 'page', status: 400, code: MISMATCH.error, message: MISMATCH.error_description };
  }
  const challenge = readChallenge(query.code_challenge, query.code_challenge_method);
  if (challenge === 'invalid' || challenge?.method === 'plain') {
    return {
      kind: 'page',
      status: 400,
      code: 'invalid_request',
      message: 'The code challenge must be S256.',
    };
  }
  const scopes = client.kind === 'github-app' ? [] : normalizeScopes(splitScopes(query.scope, /[\s,]+/));
  return {
    provider: 'github',
    clientId: client.id,
    redirectUri: query.redirect_uri ?? (registered as string),
    redirectUriNamed: query.redirect_uri !== undefined,
    state: query.state,
    scopes,
    challenge,
    offline: client.kind === 'github-app',
    forceConsent: false,
    chooseAccount: query.prompt === 'select_account',
    silent: false,
    /** Without a scope parameter the token covers whatever was allowed before. */
    includeGranted: scopes.length === 0,
    loginHint: query.login,
  };
}
