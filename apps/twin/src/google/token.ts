import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerUnderFaults, rotationForced, scopesUnderFaults } from '../faults/token-answer.js';
import { findAccount } from '../oauth/accounts.js';
import type { CodeProblem } from '../oauth/authorization-codes.js';
import { redeemCode } from '../oauth/authorization-codes.js';
import { findClient, readClientCredentials, secretFits } from '../oauth/clients.js';
import { checkRefreshToken, retireRefreshToken } from '../oauth/refresh-tokens.js';
import { formOf, splitScopes } from '../oauth/request-form.js';
import { issueToken, keepNewest } from '../oauth/tokens.js';
import { noteAccount } from '../request-notes.js';
import type { World } from '../world.js';
import { googleIssuer } from './authorize.js';
import { canonicalScope } from './google-scopes.js';
import { accessTokenHash, signIdToken } from './signing-key.js';
import type { OAuthClient, TokenOrigin } from '../oauth/records.js';

const DEFAULT_LIFETIME_S = 3599;
const LIVE_REFRESH_TOKENS = 100;

const CODE_PROBLEMS: Record<CodeProblem, [error: string, description: string]> = {
  unknown: ['invalid_grant', 'Malformed auth code.'],
  expired: ['invalid_grant', 'Bad Request'],
  used: ['invalid_grant', 'Bad Request'],
  other_client: ['invalid_grant', 'Bad Request'],
  redirect_uri_mismatch: ['redirect_uri_mismatch', 'Bad Request'],
  verifier_missing: ['invalid_grant', 'Missing code verifier.'],
  verifier_wrong: ['invalid_grant', 'Invalid code verifier.'],
  verifier_unexpected: ['invalid_grant', 'code_verifier or verifier is not needed.'],
};

/** Google's token endpoint. */
export function registerGoogleToken(app: FastifyInstance, world: World): void {
  app.post('/google/token', async (request, reply) => {
    reply
      .header('cache-control', 'no-cache, no-store, max-age=0, must-revalidate')
      .header('pragma', 'no-cache');
    const form = formOf(request);
    const credentials = readClientCredentials(request);
    if (!credentials.id)
      return fail(reply, 400, 'invalid_request', 'Could not determine client ID from request.');
    const client = findClient(world, 'google', credentials.id);
    if (!client) return fail(reply, 401, 'invalid_client', 'The OAuth client was not found.');
    if (!credentials.secret) return fail(reply, 400, 'invalid_request', 'client_secret is missing.');
    if (!secretFits(client, credentials.secret)) {
      return fail(reply, 401, 'invalid_client', 'The provided client secret is invalid.');
    }
    switch (form.grant_type) {
      case 'authorization_code':
        return exchangeCode(world, client, request, reply);
      case 'refresh_token':
        return refresh(world, client, request, reply);
      case undefined:
        return fail(reply, 400, 'invalid_request', 'Required parameter is missing: grant_type');
      default:
        return fail(reply, 400, 'unsupported_grant_type', `Invalid grant_type: ${form.grant_type}`);
    }
  });
}

async function exchangeCode(world: World, client: OAuthClient, request: FastifyRequest, reply: FastifyReply) {
  const form = formOf(request);
  if (!form.code) return fail(reply, 400, 'invalid_request', 'Missing required parameter: code');
  if (!form.redirect_uri) return fail(reply, 400, 'invalid_request', 'Missing parameter: redirect_uri');
  const proof = { code: form.code, redirectUri: form.redirect_uri, verifier: form.code_verifier };
  const code = redeemCode(world, client, proof, true);
  if (typeof code === 'string') return fail(reply, 400, ...CODE_PROBLEMS[code]);
  noteAccount(request, code.accountId);
  const origin = { ...code, scopes: scopesUnderFaults(request, code.scopes) };
  const refreshToken = code.refreshable ? newRefreshToken(world, client, origin) : undefined;
  return answer(world, client, request, { origin, refreshToken, nonce: code.nonce });
}

async function refresh(world: World, client: OAuthClient, request: FastifyRequest, reply: FastifyReply) {
  const form = formOf(request);
  if (!form.refresh_token)
    return fail(reply, 400, 'invalid_request', 'Missing required parameter: refresh_token');
  const token = checkRefreshToken(world, client, form.refresh_token);
  if (token === 'other_client') return fail(reply, 401, 'unauthorized_client', 'Unauthorized');
  if (token === 'unknown') return fail(reply, 400, 'invalid_grant', 'Bad Request');
  if (typeof token === 'string')
    return fail(reply, 400, 'invalid_grant', 'Token has been expired or revoked.');
  noteAccount(request, token.accountId);
  const asked = splitScopes(form.scope).map(canonicalScope);
  if (asked.some((scope) => !token.scopes.includes(scope))) {
    return fail(reply, 400, 'invalid_scope', 'Some requested scopes were invalid.');
  }
  const scopes = scopesUnderFaults(request, asked.length ? asked : token.scopes);
  const rotates = client.rotatesRefreshTokens || rotationForced(request);
  const refreshToken = rotates ? newRefreshToken(world, client, token) : undefined;
  if (rotates) retireRefreshToken(world, token, false);
  return answer(world, client, request, { origin: { ...token, scopes }, refreshToken });
}

interface Issue {
  origin: TokenOrigin;
  refreshToken?: string;
  nonce?: string;
}

async function answer(world: World, client: OAuthClient, request: FastifyRequest, issue: Issue) {
  const { origin, refreshToken, nonce } = issue;
  const lifetimeS =
    client.accessTokenLifetimeS === undefined ? DEFAULT_LIFETIME_S : client.accessTokenLifetimeS;
  const accessToken = issueToken(world, client, origin, { kind: 'access', prefix: 'ya29.a0', lifetimeS });
  const openid = origin.scopes.includes('openid');
  return answerUnderFaults(request, {
    access_token: accessToken,
    ...(lifetimeS == null ? {} : { expires_in: lifetimeS }),
    ...(refreshToken ? { refresh_token: refreshToken } : {}),
    scope: origin.scopes.join(' '),
    token_type: 'Bearer',
    ...(openid ? { id_token: await idToken(world, client, origin, { accessToken, nonce }) } : {}),
  });
}

function newRefreshToken(world: World, client: OAuthClient, origin: TokenOrigin): string {
  const value = issueToken(world, client, origin, { kind: 'refresh', prefix: '1//0' });
  keepNewest(
    world,
    (token) =>
      token.kind === 'refresh' && token.clientId === client.id && token.accountId === origin.accountId,
    LIVE_REFRESH_TOKENS,
  );
  return value;
}

async function idToken(
  world: World,
  client: OAuthClient,
  origin: TokenOrigin,
  bound: { accessToken: string; nonce?: string },
): Promise<string> {
  const account = findAccount(world, 'google', origin.accountId);
  const nowS = Math.floor(world.now() / 1000);
  const email = origin.scopes.some((scope) => scope.endsWith('/userinfo.email'));
  const profile = origin.scopes.some((scope) => scope.endsWith('/userinfo.profile'));
  return signIdToken(world, {
    iss: googleIssuer(world),
    azp: client.id,
    aud: client.id,
    sub: origin.accountId,
    ...(email && account ? { email: account.email, email_verified: true } : {}),
    ...(profile && account
      ? { name: account.name, given_name: account.givenName, family_name: account.familyName }
      : {}),
    at_hash: accessTokenHash(bound.accessToken),
    ...(bound.nonce ? { nonce: bound.nonce } : {}),
    iat: nowS,
    exp: nowS + 3600,
  });
}

function fail(reply: FastifyReply, status: number, error: string, description: string): FastifyReply {
  return reply.code(status).send({ error, error_description: description });
}
