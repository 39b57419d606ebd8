import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { findAccount } from '../oauth/accounts.js';
import { findClient, readClientCredentials, secretFits } from '../oauth/clients.js';
import { revokeGrant } from '../oauth/grants.js';
import type { OAuthClient, Token } from '../oauth/records.js';
import { formOf } from '../oauth/request-form.js';
import { endTokens, findToken, tokenStanding } from '../oauth/tokens.js';
import { noteAccount } from '../request-notes.js';
import type { World } from '../world.js';
import { badCredentials, githubNotFound, validationFailed } from './github-errors.js';
import { simpleUser } from './resources.js';

/** The routes by which an app manages its own tokens, with its client id and secret as Basic credentials. */
export function registerGithubApplications(app: FastifyInstance, world: World): void {
  const base = '/github/api/applications/:clientId';
  app.delete(`${base}/grant`, (request, reply) => {
    const { token } = ownToken(world, request);
    revokeGrant(world, token.grantId);
    return reply.code(204).send();
  });
  app.delete(`${base}/token`, (request, reply) => {
    const { token } = ownToken(world, request);
    endTokens(world, (other) => other.hash === token.hash, 'revoked');
    return reply.code(204).send();
  });
  app.post(`${base}/token`, (request, reply) => check(world, request, reply));
}

function check(world: World, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { client, token } = ownToken(world, request);
  const account = findAccount(world, 'github', token.accountId);
  return reply.send({
    id: 1,
    url: `${world.url}/github/api/authorizations/1`,
    scopes: token.scopes,
    app: { client_id: client.id, name: client.name, url: world.url },
    created_at: new Date(token.issuedAt).toISOString(),
    updated_at: new Date(token.issuedAt).toISOString(),
    expires_at: token.expiresAt === undefined ? null : new Date(token.expiresAt).toISOString(),
    user: simpleUser(world, account?.id ?? '0'),
  });
}

function ownToken(world: World, request: FastifyRequest): { client: OAuthClient; token: Token } {
  const { clientId } = request.params as { clientId: string };
  const basic = request.headers.authorization?.toLowerCase().startsWith('basic ');
  const credentials = basic ? readClientCredentials(request) : {};
  const client = findClient(world, 'github', credentials.id);
  if (!client || client.id !== clientId || !secretFits(client, credentials.secret)) {
    throw credentials.id === undefined ? githubNotFound : badCredentials;
  }
  const value = formOf(request).access_token;
  if (!value) throw validationFailed('OauthAccess', 'access_token');
  const token = findToken(world, 'github', value);
  if (token?.kind !== 'access' || token.clientId !== client.id || tokenStanding(world, token) !== 'live') {
    throw githubNotFound;
  }
  noteAccount(request, token.accountId);
  return { client, token };
}
