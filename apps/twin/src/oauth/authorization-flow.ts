import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ProviderName } from '../provider-name.js';
import type { World } from '../world.js';
import { accountsOf, findAccount, signedInAccount } from './accounts.js';
import { issueCode } from './authorization-codes.js';
import { findClient } from './clients.js';
import type { ScopeRow } from './consent-page.js';
import { consentPage, refusalPage } from './consent-page.js';
import { findGrant, widenGrant } from './grants.js';
import { holdConsent, takeConsent } from './pending-consents.js';
import type { Form } from './request-form.js';
import { formOf, queryOf, valuesOf } from './request-form.js';
import type { Account, AuthorizationRequest, Grant, OAuthClient } from './records.js';

/** A request that gets no page: shown to the person, or sent back to the app. */
export type Refusal =
  | { kind: 'page'; status: number; code: string; message: string }
  | { kind: 'redirect'; uri: string; params: Form };

/** An app's request to one account. */
export interface ConsentSubject {
  request: AuthorizationRequest;
  client: OAuthClient;
  account: Account;
  grant: Grant | undefined;
}

/** The differences between the providers' authorization endpoints. */
export interface AuthorizationStyle {
  provider: ProviderName;
  path: string;
  codePrefix: string;
  codeLifetimeS: number;
  /** Checks the query as the provider does. */
  read(world: World, query: Form): AuthorizationRequest | Refusal;
  /** One row of the page for each scope. */
  rows(subject: ConsentSubject): ScopeRow[];
  /** Whether everything that is asked was allowed before. */
  alreadyAllowed(subject: ConsentSubject): boolean;
  /** Scopes of the token, from the scopes allowed now and the widened grant. */
  tokenScopes(subject: ConsentSubject, allowed: string[], grant: Grant): string[];
  /** Whether this consent gives a refresh token. */
  givesRefreshToken(subject: ConsentSubject, grant: Grant): boolean;
  /** Parameters of the denial. */
  denial: Form;
  /** Error for a silent request that needs a page. */
  silentError: string;
  /** Parameters that every answer carries. */
  answerParams(world: World): Form;
}

/** Registers GET (the page) and POST (the answer) of an authorization endpoint. */
export function registerAuthorization(app: FastifyInstance, world: World, style: AuthorizationStyle): void {
  app.get(style.path, (request, reply) => present(world, style, queryOf(request), reply));
  app.post(style.path, (request, reply) => {
    const ticket = formOf(request).ticket;
    return ticket ? decide(world, style, request, reply) : present(world, style, formOf(request), reply);
  });
}

function present(world: World, style: AuthorizationStyle, query: Form, reply: FastifyReply): FastifyReply {
  const request = style.read(world, query);
  if ('kind' in request) return refuse(reply, style, request);
  const client = findClient(world, style.provider, request.clientId) as OAuthClient;
  const hinted = findAccount(world, style.provider, request.loginHint);
  const account = hinted ?? signedInAccount(world, style.provider);
  const subject = account && subjectOf(world, request, client, account);
  const needsPage =
    !subject || request.forceConsent || request.chooseAccount || !style.alreadyAllowed(subject);
  if (!needsPage) return finish(world, { style, subject, allowed: request.scopes }, reply);
  if (request.silent)
    return sendBack(reply, request, { error: style.silentError, ...style.answerParams(world) });
  const accounts = accountsOf(world, style.provider);
  const preselected = account ?? (accounts[0] as Account);
  const html = consentPage({
    provider: style.provider,
    action: `${world.url}${style.path}`,
    ticket: holdConsent(world, request),
    appName: client.name,
    redirectHost: new URL(request.redirectUri).host,
    accounts,
    preselectedId: preselected.id,
    rows: style.rows(subjectOf(world, request, client, preselected)),
  });
  return reply.header('cache-control', 'no-store').type('text/html; charset=utf-8').send(html);
}

function decide(
  world: World,
  style: AuthorizationStyle,
  http: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const form = formOf(http);
  const request = takeConsent(world, form.ticket);
  const client = request && findClient(world, style.provider, request.clientId);
  const account = findAccount(world, style.provider, form.account) ?? signedInAccount(world, style.provider);
  if (!request || !client || !account) {
    return refuse(reply, style, {
      kind: 'page',
      status: 400,
      code: 'invalid_request',
      message: 'This page was answered before or is too old. Start again from the app.',
    });
  }
  if (form.decision === 'deny')
    return sendBack(reply, request, { ...style.denial, ...style.answerParams(world) });
  const subject = subjectOf(world, request, client, account);
  const ticked = new Set(valuesOf(http, 'scope'));
  const allowed = style
    .rows(subject)
    .filter((row) => !row.optional || ticked.has(row.scope))
    .map((row) => row.scope);
  return finish(world, { style, subject, allowed }, reply);
}

interface Consent {
  style: AuthorizationStyle;
  subject: ConsentSubject;
  allowed: string[];
}

function finish(world: World, { style, subject, allowed }: Consent, reply: FastifyReply): FastifyReply {
  const { request, client, account } = subject;
  const grant = widenGrant(world, client, account, allowed);
  const refreshable = style.givesRefreshToken(subject, grant);
  if (refreshable) grant.offlineClients = [...new Set([...grant.offlineClients, client.id])];
  const code = issueCode(
    world,
    style.codePrefix,
    {
      clientId: client.id,
      accountId: account.id,
      grantId: grant.id,
      familyId: world.id(),
      scopes: style.tokenScopes(subject, allowed, grant),
      redirectUri: request.redirectUri,
      redirectUriNamed: request.redirectUriNamed,
      challenge: request.challenge,
      nonce: request.nonce,
      refreshable,
    },
    style.codeLifetimeS,
  );
  return sendBack(reply, request, { code, ...style.answerParams(world) });
}

function subjectOf(
  world: World,
  request: AuthorizationRequest,
  client: OAuthClient,
  account: Account,
): ConsentSubject {
  return { request, client, account, grant: findGrant(world, client, account) };
}

function sendBack(reply: FastifyReply, request: AuthorizationRequest, params: Form): FastifyReply {
  return reply
    .header('cache-control', 'no-store')
    .redirect(callbackUrl(request.redirectUri, { state: request.state, ...params }), 302);
}

function refuse(reply: FastifyReply, style: AuthorizationStyle, refusal: Refusal): FastifyReply {
  if (refusal.kind === 'redirect') return reply.redirect(callbackUrl(refusal.uri, refusal.params), 302);
  return reply
    .code(refusal.status)
    .type('text/html; charset=utf-8')
    .send(refusalPage(style.provider, refusal.status, refusal.code, refusal.message));
}

function callbackUrl(redirectUri: string, params: Form): string {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url.href;
}
