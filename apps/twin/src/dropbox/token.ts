import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerUnderFaults, rotationForced, scopesUnderFaults } from '../faults/token-answer.js';
import { findAccount } from '../oauth/accounts.js';
import type { CodeProblem } from '../oauth/authorization-codes.js';
import { redeemCode } from '../oauth/authorization-codes.js';
import { findClient, readClientCredentials, secretFits } from '../oauth/clients.js';
import type { OAuthClient, TokenOrigin } from '../oauth/records.js';
import { checkRefreshToken, retireRefreshToken } from '../oauth/refresh-tokens.js';
import { formOf, splitScopes } from '../oauth/request-form.js';
import { issueToken } from '../oauth/tokens.js';
import { noteAccount } from '../request-notes.js';
import type { World } from '../world.js';

const DEFAULT_LIFETIME_S = 14_400;
const REFRESH_FORM = { kind: 'refresh', prefix: '' } as const;

const CODE_PROBLEMS: Record<CodeProblem, string> = {
  unknown: "code doesn't exist or has expired",
  expired: "code doesn't exist or has expired",
  used: 'code has already been used',
  other_client: 'code was issued to another app',
  redirect_uri_mismatch: 'redirect_uri mismatch',
  verifier_missing: 'code_verifier is required',
  verifier_wrong: 'invalid code verifier',
  verifier_unexpected: 'invalid code verifier',
};

/** Dropbox's token endpoint. A public client proves itself by PKCE instead of its secret. */
export function registerDropboxToken(app: FastifyInstance, world: World): void {
  for (const path of ['/dropbox/api/oauth2/token', '/dropbox/oauth2/token']) {
    app.post(path, (request, reply) => {
      const form = formOf(request);
      const credentials = readClientCredentials(request);
      const client = findClient(world, 'dropbox', credentials.id);
      const bySecret = client && secretFits(client, credentials.secret);
      const byProof = !credentials.secret && (form.code_verifier || form.grant_type === 'refresh_token');
      if (!client || !(bySecret || byProof)) {
        return fail(reply, 'invalid_client', 'Invalid client_id or client_secret');
      }
      if (form.grant_type === 'authorization_code') return exchangeCode(world, client, request, reply);
      if (form.grant_type === 'refresh_token') return refresh(world, client, request, reply);
      return fail(reply, 'unsupported_grant_type', `unsupported grant_type "${form.grant_type ?? ''}"`);
    });
  }
}

function exchangeCode(
  world: World,
  client: OAuthClient,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const form = formOf(request);
  const proof = { code: form.code, redirectUri: form.redirect_uri, verifier: form.code_verifier };
  const code = redeemCode(world, client, proof, false);
  if (typeof code === 'string') return fail(reply, 'invalid_grant', CODE_PROBLEMS[code]);
  noteAccount(request, code.accountId);
  const origin = { ...code, scopes: scopesUnderFaults(request, code.scopes) };
  const account = findAccount(world, 'dropbox', code.accountId);
  const body = {
    ...accessToken(world, client, origin),
    scope: origin.scopes.join(' '),
    uid: account?.login,
    account_id: code.accountId,
    ...(code.refreshable ? { refresh_token: issueToken(world, client, origin, REFRESH_FORM) } : {}),
  };
  return reply.header('cache-control', 'no-store').send(answerUnderFaults(request, body));
}

function refresh(
  world: World,
  client: OAuthClient,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const form = formOf(request);
  const token = checkRefreshToken(world, client, form.refresh_token);
  if (token === 'unknown') return fail(reply, 'invalid_grant', 'refresh token is malformed');
  if (typeof token === 'string') return fail(reply, 'invalid_grant', 'refresh token is invalid or revoked');
  noteAccount(request, token.accountId);
  const asked = splitScopes(form.scope);
  if (asked.some((scope) => !token.scopes.includes(scope))) {
    return fail(reply, 'invalid_scope', 'requested scopes must be a subset of those already granted');
  }
  const scopes = scopesUnderFaults(request, asked.length ? asked : token.scopes);
  const rotates = client.rotatesRefreshTokens || rotationForced(request);
  const next = rotates ? { refresh_token: issueToken(world, client, token, REFRESH_FORM) } : {};
  if (rotates) retireRefreshToken(world, token, false);
  const changed = scopes.length < token.scopes.length ? { scope: scopes.join(' ') } : {};
  const body = { ...accessToken(world, client, { ...token, scopes }), ...changed, ...next };
  return reply.header('cache-control', 'no-store').send(answerUnderFaults(request, body));
}

function accessToken(world: World, client: OAuthClient, origin: TokenOrigin) {
  const lifetimeS =
    client.accessTokenLifetimeS === undefined ? DEFAULT_LIFETIME_S : client.accessTokenLifetimeS;
  return {
    access_token: issueToken(world, client, origin, { kind: 'access', prefix: 'sl.u.', lifetimeS }),
    token_type: 'bearer',
    ...(lifetimeS === null ? {} : { expires_in: lifetimeS }),
  };
}

function fail(reply: FastifyReply, error: string, description: string): FastifyReply {
  return reply.code(400).send({ error, error_description: description });
}
