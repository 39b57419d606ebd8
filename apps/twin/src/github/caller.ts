import type { FastifyReply, FastifyRequest } from 'fastify';
import { findAccount } from '../oauth/accounts.js';
import type { Account, OAuthClient, Token } from '../oauth/records.js';
import { findToken, tokenStanding } from '../oauth/tokens.js';
import { noteAccount } from '../request-notes.js';
import type { World } from '../world.js';
import { badCredentials, GithubError, requiresAuthentication } from './github-errors.js';
import { coversScope } from './github-scopes.js';
import type { Repository } from './github-state.js';

const RATE_LIMIT = 5000;

/** For whom a call is made. */
export interface GithubCaller {
  account: Account;
  token: Token;
  client: OAuthClient;
}

/** The declarations of a route. */
export interface CallNeeds {
  /** OAuth scopes of which any one would do. */
  acceptedScopes: string[];
  /** GitHub App permissions, comma separated; `none`: no GitHub App may call it. */
  permissions?: string;
}

/** The caller, or undefined for a call without a token; sets GitHub's headers. */
export function optionalCaller(
  world: World,
  request: FastifyRequest,
  reply: FastifyReply,
  needs: CallNeeds,
): GithubCaller | undefined {
  if (!request.headers['user-agent']) {
    throw new GithubError(
      403,
      'Request forbidden by administrative rules. Please make sure your request has a User-Agent header.',
    );
  }
  putRateHeaders(world, reply);
  const value = /^(?:bearer|token)\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (!value) {
    if (request.headers.authorization) throw badCredentials;
    return undefined;
  }
  const caller = ownerOf(world, request, value);
  putScopeHeaders(reply, caller, needs);
  if (caller.client.kind === 'github-app' && !hasPermissions(caller.client, needs.permissions))
    throw new GithubError(403, 'Resource not accessible by integration');
  return caller;
}

function ownerOf(world: World, request: FastifyRequest, value: string): GithubCaller {
  const token = findToken(world, 'github', value);
  const account = findAccount(world, 'github', token?.accountId);
  const client = token && world.state.clients.get(token.clientId);
  if (account) noteAccount(request, account.id);
  if (token?.kind !== 'access' || !account || !client || tokenStanding(world, token) !== 'live')
    throw badCredentials;
  return { account, token, client };
}

/** The caller; a call without a token is refused. */
export function requiredCaller(
  world: World,
  request: FastifyRequest,
  reply: FastifyReply,
  needs: CallNeeds,
): GithubCaller {
  const caller = optionalCaller(world, request, reply, needs);
  if (!caller) throw requiresAuthentication;
  return caller;
}

/** Whether the token has the scope; GitHub App tokens go by the app's permissions, which the twin grants. */
export function mayUse(caller: GithubCaller | undefined, scope: string): boolean {
  if (!caller) return false;
  return caller.client.kind === 'github-app' || coversScope(caller.token.scopes, scope);
}

/** Whether the caller may see the repository. */
export function maySee(caller: GithubCaller | undefined, repository: Repository): boolean {
  if (!repository.private) return true;
  return mayUse(caller, 'repo') && repository.collaborators.includes(caller?.account.id ?? '');
}

/** Whether the caller may write to the repository itself: its files, pull requests, labels and releases. */
export function mayPush(caller: GithubCaller, repository: Repository): boolean {
  return mayWrite(caller, repository) && repository.collaborators.includes(caller.account.id);
}

/** Whether the caller may write to the repository's issues. */
export function mayWrite(caller: GithubCaller | undefined, repository: Repository): boolean {
  return maySee(caller, repository) && mayUse(caller, repository.private ? 'repo' : 'public_repo');
}

function putScopeHeaders(reply: FastifyReply, { token, client }: GithubCaller, needs: CallNeeds): void {
  if (client.kind === 'oauth-app') {
    reply.header('x-oauth-scopes', token.scopes.join(', '));
    reply.header('x-accepted-oauth-scopes', needs.acceptedScopes.join(', '));
    reply.header('x-oauth-client-id', client.id);
  } else if (needs.permissions !== 'none') {
    reply.header('x-accepted-github-permissions', needs.permissions ?? 'metadata=read');
  }
}

const LEVELS = ['read', 'write', 'admin'];

function hasPermissions({ permissions }: OAuthClient, needed = 'metadata=read'): boolean {
  if (needed === 'none') return false;
  if (!permissions) return true;
  return needed.split(',').every((one) => {
    const [name = '', level = ''] = one.trim().split('=');
    return name === 'metadata' || LEVELS.indexOf(permissions[name] ?? '') >= LEVELS.indexOf(level);
  });
}

function putRateHeaders(world: World, reply: FastifyReply): void {
  reply.headers({
    'x-ratelimit-limit': String(RATE_LIMIT),
    'x-ratelimit-remaining': String(RATE_LIMIT - 1),
    'x-ratelimit-used': '1',
    'x-ratelimit-resource': 'core',
    'x-ratelimit-reset': String(Math.floor(world.now() / 1000) + 3600),
    'x-github-api-version-selected': '2022-11-28',
    'x-github-request-id': world.id(8).toUpperCase(),
  });
}
