import type { AuthorizationStyle, ConsentSubject, Refusal } from '../oauth/authorization-flow.js';
import { acceptsRedirectUri, findClient } from '../oauth/clients.js';
import type { ScopeRow } from '../oauth/consent-page.js';
import { readChallenge } from '../oauth/pkce.js';
import type { Form } from '../oauth/request-form.js';
import { splitScopes } from '../oauth/request-form.js';
import type { World } from '../world.js';
import { canonicalScope, isKnownScope, sentenceOf, SIGN_IN_SCOPES } from './google-scopes.js';
import type { AuthorizationRequest } from '../oauth/records.js';

/** Google's authorization endpoint: granular consent, incremental scopes, refresh token on first consent. */
export const googleAuthorization: AuthorizationStyle = {
  provider: 'google',
  path: '/google/o/oauth2/v2/auth',
  codePrefix: '4/0A',
  codeLifetimeS: 600,
  read,
  rows,
  alreadyAllowed: ({ request, grant }) =>
    grant !== undefined && request.scopes.every((scope) => grant.scopes.includes(scope)),
  tokenScopes: ({ request, client }, allowed, grant) =>
    request.includeGranted && !client.ignoresGrantedScopes ? [...grant.scopes] : allowed,
  givesRefreshToken: ({ request, client }, grant) =>
    request.offline && (request.forceConsent || !grant.offlineClients.includes(client.id)),
  denial: { error: 'access_denied' },
  silentError: 'interaction_required',
  answerParams: (world) => ({ iss: googleIssuer(world) }),
};

/** Issuer of the id tokens and of the `iss` parameter. */
export function googleIssuer(world: World): string {
  return `${world.url}/google`;
}

function read(world: World, query: Form): AuthorizationRequest | Refusal {
  const client = findClient(world, 'google', query.client_id);
  if (!query.client_id) return page(400, 'invalid_request', 'Missing required parameter: client_id');
  if (!client) return page(401, 'invalid_client', 'The OAuth client was not found.');
  const redirectUri = query.redirect_uri;
  if (!redirectUri) return page(400, 'invalid_request', 'Missing required parameter: redirect_uri');
  if (!acceptsRedirectUri(client, redirectUri)) {
    return page(
      400,
      'redirect_uri_mismatch',
      `The redirect URI in the request, ${redirectUri}, does not match the ones authorized for the OAuth client.`,
    );
  }
  const problem = parameterProblem(query);
  if (problem) return problem;
  const challenge = readChallenge(query.code_challenge, query.code_challenge_method);
  if (challenge === 'invalid')
    return page(400, 'invalid_request', 'Invalid code_challenge or code_challenge_method.');
  const prompts = splitScopes(query.prompt);
  return {
    provider: 'google',
    clientId: client.id,
    redirectUri,
    redirectUriNamed: true,
    state: query.state,
    scopes: [...new Set(splitScopes(query.scope).map(canonicalScope))],
    challenge,
    nonce: query.nonce,
    offline: query.access_type === 'offline',
    forceConsent: prompts.includes('consent') || query.approval_prompt === 'force',
    chooseAccount: prompts.includes('select_account'),
    silent: prompts.includes('none'),
    includeGranted: query.include_granted_scopes === 'true',
    loginHint: query.login_hint,
  };
}

function parameterProblem(query: Form): Refusal | undefined {
  if (!query.response_type)
    return page(400, 'invalid_request', 'Required parameter is missing: response_type');
  if (query.response_type !== 'code') {
    return page(400, 'unsupported_response_type', `Invalid response_type: ${query.response_type}`);
  }
  if (query.access_type && !['online', 'offline'].includes(query.access_type)) {
    return page(400, 'invalid_request', `Invalid access_type: ${query.access_type}`);
  }
  const scopes = splitScopes(query.scope);
  if (scopes.length === 0) return page(400, 'invalid_request', 'Missing required parameter: scope');
  const unknown = scopes.filter((scope) => !isKnownScope(canonicalScope(scope)));
  if (unknown.length) {
    return page(
      400,
      'invalid_scope',
      `Some requested scopes were invalid. {invalid=[${unknown.join(', ')}]}`,
    );
  }
  const prompts = splitScopes(query.prompt);
  const known = prompts.every((prompt) => ['none', 'consent', 'select_account'].includes(prompt));
  if (!known || (prompts.includes('none') && prompts.length > 1)) {
    return page(400, 'invalid_request', `Invalid prompt: ${query.prompt}`);
  }
  return undefined;
}

/** Boxes only where more than one scope beyond sign-in is asked for; one alone is all or nothing. */
function rows({ request, grant }: ConsentSubject): ScopeRow[] {
  const beyond = request.scopes.filter((scope) => !SIGN_IN_SCOPES.has(scope));
  return request.scopes.map((scope) => ({
    scope,
    sentence: sentenceOf(scope),
    optional: beyond.length > 1 && !SIGN_IN_SCOPES.has(scope) && !grant?.scopes.includes(scope),
    alreadyGranted: grant?.scopes.includes(scope) ?? false,
  }));
}

function page(status: number, code: string, message: string): Refusal {
  return { kind: 'page', status, code, message };
}
