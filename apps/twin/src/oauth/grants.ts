import type { World } from '../world.js';
import { endTokens } from './tokens.js';
import type { Account, Grant, OAuthClient } from './records.js';

/** The live grant of an account to a client, if any. */
export function findGrant(world: World, client: OAuthClient, account: Account): Grant | undefined {
  return world.state.grants.get(keyOf(client, account));
}

/** Makes or widens the grant by newly allowed scopes. */
export function widenGrant(world: World, client: OAuthClient, account: Account, scopes: string[]): Grant {
  const key = keyOf(client, account);
  const grant = world.state.grants.get(key) ?? {
    id: world.id(),
    project: client.project,
    accountId: account.id,
    scopes: [],
    offlineClients: [],
  };
  grant.scopes = [...new Set([...grant.scopes, ...scopes])];
  world.state.grants.set(key, grant);
  world.changed();
  return grant;
}

/** Ends a grant with every code and token under it. */
export function revokeGrant(world: World, grantId: string): void {
  for (const [key, grant] of world.state.grants) {
    if (grant.id === grantId) world.state.grants.delete(key);
  }
  for (const [key, code] of world.state.codes) {
    if (code.grantId === grantId) world.state.codes.delete(key);
  }
  endTokens(world, (token) => token.grantId === grantId, 'revoked');
  world.changed();
}

function keyOf(client: OAuthClient, account: Account): string {
  return `${client.provider} ${client.project} ${account.id}`;
}
