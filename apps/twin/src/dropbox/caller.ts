import type { FastifyRequest } from 'fastify';
import { findAccount } from '../oauth/accounts.js';
import type { Account, Token } from '../oauth/records.js';
import { findToken, tokenStanding } from '../oauth/tokens.js';
import { noteAccount } from '../request-notes.js';
import type { World } from '../world.js';
import { DropboxBadInput, expiredAccessToken, invalidAccessToken, missingScope } from './dropbox-errors.js';
import type { DropboxFolderTree } from './dropbox-state.js';

/** For whom a call is made. */
export interface DropboxCaller {
  account: Account;
  token: Token;
  tree: DropboxFolderTree;
}

/** The owner of the call's token: the token must be valid and have the scope. */
export function dropboxCaller(world: World, request: FastifyRequest, scope?: string): DropboxCaller {
  const header = request.headers.authorization;
  if (!header)
    throw new DropboxBadInput('Must provide HTTP header "Authorization" or URL parameter "authorization".');
  const value = /^bearer\s+(\S+)$/i.exec(header)?.[1];
  if (!value) {
    throw new DropboxBadInput(
      'Invalid authorization value in HTTP header "Authorization". Expecting "Bearer <oauth2-access-token>".',
    );
  }
  const token = findToken(world, 'dropbox', value);
  const account = findAccount(world, 'dropbox', token?.accountId);
  if (account) noteAccount(request, account.id);
  const tree = account && world.state.dropbox.trees.get(account.id);
  if (token?.kind !== 'access' || !account || !tree) throw invalidAccessToken;
  const standing = tokenStanding(world, token);
  if (standing !== 'live') throw standing === 'expired' ? expiredAccessToken : invalidAccessToken;
  if (scope && !token.scopes.includes(scope)) throw missingScope(scope);
  return { account, token, tree };
}
