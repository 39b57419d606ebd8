import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { findAccount } from '../oauth/accounts.js';
import { revokeGrant } from '../oauth/grants.js';
import { formOf, queryOf } from '../oauth/request-form.js';
import { findToken, tokenStanding } from '../oauth/tokens.js';
import { noteAccount } from '../request-notes.js';
import type { World } from '../world.js';
import { googleIssuer } from './authorize.js';
import { googleCaller, hasScope } from './caller.js';
import { fullScope } from './google-scopes.js';
import { publicKey } from './signing-key.js';

/** Revocation, JWKS, user info, token info and discovery. */
export function registerGoogleIdentity(app: FastifyInstance, world: World): void {
  app.post('/google/revoke', (request, reply) => revoke(world, request, reply));
  app.get('/google/oauth2/v3/certs', () => ({ keys: [publicKey(world)] }));
  app.route({
    method: ['GET', 'POST'],
    url: '/google/oauth2/v3/userinfo',
    handler: (request) => userinfo(world, request),
  });
  app.route({
    method: ['GET', 'POST'],
    url: '/google/tokeninfo',
    handler: (request, reply) => tokeninfo(world, request, reply),
  });
  app.get('/google/.well-known/openid-configuration', () => discovery(world));
}

function revoke(world: World, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const token = findToken(world, 'google', formOf(request).token ?? queryOf(request).token);
  if (!token || tokenStanding(world, token) !== 'live') {
    return reply.code(400).send({ error: 'invalid_token', error_description: 'Token expired or revoked' });
  }
  noteAccount(request, token.accountId);
  revokeGrant(world, token.grantId);
  return reply.send({});
}

function userinfo(world: World, request: FastifyRequest): unknown {
  const caller = googleCaller(world, request, 'oauth2.userinfo.get');
  const { account } = caller;
  return {
    sub: account.id,
    ...(hasScope(caller, fullScope('userinfo.profile'))
      ? { name: account.name, given_name: account.givenName, family_name: account.familyName }
      : {}),
    ...(hasScope(caller, fullScope('userinfo.email')) ? { email: account.email, email_verified: true } : {}),
  };
}

function tokeninfo(world: World, request: FastifyRequest, reply: FastifyReply): unknown {
  const token = findToken(world, 'google', formOf(request).access_token ?? queryOf(request).access_token);
  const account = findAccount(world, 'google', token?.accountId);
  if (token?.kind !== 'access' || !account || tokenStanding(world, token) !== 'live') {
    return reply.code(400).send({ error: 'invalid_token', error_description: 'Invalid Value' });
  }
  const email = token.scopes.includes(fullScope('userinfo.email'));
  const expiresAt = token.expiresAt ?? world.now();
  return {
    azp: token.clientId,
    aud: token.clientId,
    sub: account.id,
    scope: token.scopes.join(' '),
    exp: String(Math.floor(expiresAt / 1000)),
    expires_in: String(Math.floor((expiresAt - world.now()) / 1000)),
    ...(email ? { email: account.email, email_verified: 'true' } : {}),
    access_type: 'offline',
  };
}

function discovery(world: World): unknown {
  const base = googleIssuer(world);
  return {
    issuer: base,
    authorization_endpoint: `${base}/o/oauth2/v2/auth`,
    token_endpoint: `${base}/token`,
    userinfo_endpoint: `${base}/oauth2/v3/userinfo`,
    revocation_endpoint: `${base}/revoke`,
    jwks_uri: `${base}/oauth2/v3/certs`,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid', 'email', 'profile'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    claims_supported: [
      'aud',
      'email',
      'email_verified',
      'exp',
      'family_name',
      'given_name',
      'iat',
      'iss',
      'name',
      'sub',
    ],
    code_challenge_methods_supported: ['plain', 'S256'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    authorization_response_iss_parameter_supported: true,
  };
}
