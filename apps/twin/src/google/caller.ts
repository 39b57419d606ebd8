import type { FastifyRequest } from 'fastify';
import { findAccount } from '../oauth/accounts.js';
import { queryOf } from '../oauth/request-form.js';
import { findToken, tokenStanding } from '../oauth/tokens.js';
import { noteAccount } from '../request-notes.js';
import type { World } from '../world.js';
import { INVALID_CREDENTIALS, LOGIN_REQUIRED, scopeInsufficient } from './google-errors.js';
import type { GoogleMethod } from './method-scopes.js';
import { acceptedScopes } from './method-scopes.js';
import type { Account, Token } from '../oauth/records.js';

const SERVICES: Record<string, [service: string, version: string]> = {
  calendar: ['calendar-json.googleapis.com', 'calendar.v3'],
  gmail: ['gmail.googleapis.com', 'gmail.v1'],
  drive: ['drive.googleapis.com', 'google.apps.drive.v3'],
  oauth2: ['oauth2.googleapis.com', 'oauth2.v2'],
};

/** For whom a call is made, and with which token. */
export interface GoogleCaller {
  account: Account;
  token: Token;
}

/** The owner of the call's token: the token must be valid and cover the method. */
export function googleCaller(world: World, request: FastifyRequest, method: GoogleMethod): GoogleCaller {
  const caller = bearerCaller(world, request);
  const accepted = acceptedScopes(method);
  if (accepted.some((scope) => caller.token.scopes.includes(scope))) return caller;
  const [area = '', ...rest] = method.split('.');
  const [service, version] = SERVICES[area] ?? [area, area];
  const name = rest.map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join('.');
  throw scopeInsufficient(service, `${version}.${name}`, accepted);
}

/** Whether the token has one of the scopes, by their full names. */
export function hasScope(caller: GoogleCaller, ...scopes: string[]): boolean {
  return scopes.some((scope) => caller.token.scopes.includes(scope));
}

function bearerCaller(world: World, request: FastifyRequest): GoogleCaller {
  const header = /^bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const value = header ?? queryOf(request).access_token;
  if (!value) throw LOGIN_REQUIRED;
  const token = findToken(world, 'google', value);
  const account = findAccount(world, 'google', token?.accountId);
  if (token && account) noteAccount(request, account.id);
  if (token?.kind !== 'access' || !account || tokenStanding(world, token) !== 'live')
    throw INVALID_CREDENTIALS;
  return { account, token };
}
