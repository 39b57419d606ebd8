import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { TokenAnswer } from '../faults/token-answer.js';
import { answerUnderFaults, scopesUnderFaults } from '../faults/token-answer.js';
import type { CodeProblem } from '../oauth/authorization-codes.js';
import { redeemCode } from '../oauth/authorization-codes.js';
import { findClient, readClientCredentials, secretFits } from '../oauth/clients.js';
import type { OAuthClient, TokenOrigin } from '../oauth/records.js';
import { checkRefreshToken, retireRefreshToken } from '../oauth/refresh-tokens.js';
import type { Form } from '../oauth/request-form.js';
import { formOf, queryOf } from '../oauth/request-form.js';
import { issueToken, keepNewest } from '../oauth/tokens.js';
import { noteAccount, tokenFault } from '../request-notes.js';
import type { World } from '../world.js';

const TROUBLE =
  'https://docs.github.com/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors';
const APP_LIFETIME_S = 28_800;
const APP_REFRESH_LIFETIME_S = 15_811_200;
const TOKENS_PER_SCOPE = 10;

const FAILURES = {
  incorrect_client_credentials: 'The client_id and/or client_secret passed are incorrect.',
  redirect_uri_mismatch: 'The redirect_uri MUST match the registered callback URL for this application.',
  bad_verification_code: 'The code passed is incorrect or expired.',
  bad_refresh_token: 'The refresh token passed is incorrect or expired.',
  unsupported_grant_type: 'The grant type is not supported.',
} as const;

/** GitHub's token endpoint: failures come with HTTP 200, answers form-encoded unless JSON is accepted. */
export function registerGithubToken(app: FastifyInstance, world: World): void {
  app.post('/github/login/oauth/access_token', (request, reply) => {
    const form = { ...queryOf(request), ...formOf(request) };
    const credentials = readClientCredentials(request);
    const client = findClient(world, 'github', credentials.id ?? form.client_id);
    if (!client) return reply.code(404).type('application/json; charset=utf-8').send({ error: 'Not Found' });
    if (!secretFits(client, credentials.secret ?? form.client_secret)) {
      return fail(request, reply, 'incorrect_client_credentials');
    }
    if (form.grant_type === 'refresh_token') return refresh(world, client, form, { request, reply });
    if (form.grant_type !== undefined && form.grant_type !== 'authorization_code') {
      return fail(request, reply, 'unsupported_grant_type');
    }
    return exchangeCode(world, client, form, { request, reply });
  });
}

function exchangeCode(
  world: World,
  client: OAuthClient,
  form: Form,
  { request, reply }: Exchange,
): FastifyReply {
  const proof = { code: form.code, redirectUri: form.redirect_uri, verifier: form.code_verifier };
  const code = redeemCode(world, client, proof, false);
  if (typeof code === 'string') return fail(request, reply, failureOf(code, form));
  noteAccount(request, code.accountId);
  return issue(
    world,
    client,
    { ...code, scopes: scopesUnderFaults(request, code.scopes) },
    { request, reply },
  );
}

function refresh(world: World, client: OAuthClient, form: Form, { request, reply }: Exchange): FastifyReply {
  const token = checkRefreshToken(world, client, form.refresh_token);
  if (typeof token === 'string') return fail(request, reply, 'bad_refresh_token');
  noteAccount(request, token.accountId);
  const rotates = client.rotatesRefreshTokens || tokenFault(request, 'rotate_refresh_token');
  if (rotates) retireRefreshToken(world, token, true);
  const keptRefreshToken = rotates ? undefined : form.refresh_token;
  return issue(world, client, token, { request, reply, keptRefreshToken });
}

interface Exchange {
  request: FastifyRequest;
  reply: FastifyReply;
  keptRefreshToken?: string | undefined;
}

function issue(
  world: World,
  client: OAuthClient,
  origin: TokenOrigin,
  { request, reply, keptRefreshToken }: Exchange,
): FastifyReply {
  if (client.kind === 'oauth-app')
    return send(request, reply, oauthAppAnswer(world, client, origin, request));
  const lifetimeS = client.accessTokenLifetimeS === undefined ? APP_LIFETIME_S : client.accessTokenLifetimeS;
  const accessToken = issueToken(world, client, origin, { kind: 'access', prefix: 'ghu_', lifetimeS });
  const refreshForm = { kind: 'refresh', prefix: 'ghr_', lifetimeS: APP_REFRESH_LIFETIME_S } as const;
  const expiring = lifetimeS !== null && {
    expires_in: lifetimeS,
    refresh_token: keptRefreshToken ?? issueToken(world, client, origin, refreshForm),
    refresh_token_expires_in: APP_REFRESH_LIFETIME_S,
  };
  return send(
    request,
    reply,
    answerUnderFaults(request, { access_token: accessToken, ...expiring, scope: '', token_type: 'bearer' }),
  );
}

function oauthAppAnswer(
  world: World,
  client: OAuthClient,
  origin: TokenOrigin,
  request: FastifyRequest,
): TokenAnswer {
  const lifetimeS = client.accessTokenLifetimeS;
  const accessToken = issueToken(world, client, origin, { kind: 'access', prefix: 'gho_', lifetimeS });
  const scope = origin.scopes.join(',');
  keepNewest(
    world,
    (token) =>
      token.clientId === client.id &&
      token.accountId === origin.accountId &&
      token.scopes.join(',') === scope,
    TOKENS_PER_SCOPE,
  );
  return answerUnderFaults(request, { access_token: accessToken, scope, token_type: 'bearer' });
}

function failureOf(problem: CodeProblem, form: Form): keyof typeof FAILURES {
  return problem === 'redirect_uri_mismatch' && form.redirect_uri !== undefined
    ? 'redirect_uri_mismatch'
    : 'bad_verification_code';
}

function fail(request: FastifyRequest, reply: FastifyReply, error: keyof typeof FAILURES): FastifyReply {
  return send(request, reply, {
    error,
    error_description: FAILURES[error],
    error_uri: `${TROUBLE}/#${error.replaceAll('_', '-')}`,
  });
}

function send(request: FastifyRequest, reply: FastifyReply, body: Record<string, unknown>): FastifyReply {
  reply.header('cache-control', 'max-age=0, private, must-revalidate');
  if ((request.headers.accept ?? '').includes('json')) {
    return reply.type('application/json; charset=utf-8').send(body);
  }
  const fields = Object.entries(body).map(([name, value]): [string, string] => [name, String(value)]);
  return reply
    .type('application/x-www-form-urlencoded; charset=utf-8')
    .send(new URLSearchParams(fields).toString());
}
