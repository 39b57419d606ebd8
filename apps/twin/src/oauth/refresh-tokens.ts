import type { World } from '../world.js';
import { endTokens, findToken, tokenStanding } from './tokens.js';
import type { OAuthClient, Token } from './records.js';

/** Why a refresh token was not accepted. */
export type RefreshProblem = 'unknown' | 'ended' | 'reused' | 'other_client';

/** Checks a refresh token. One that was rotated away and comes again may end its family. */
export function checkRefreshToken(
  world: World,
  client: OAuthClient,
  value: string | undefined,
): Token | RefreshProblem {
  const token = findToken(world, client.provider, value);
  if (token?.kind !== 'refresh') return 'unknown';
  if (token.clientId !== client.id) return 'other_client';
  const standing = tokenStanding(world, token);
  if (standing === 'rotated') {
    if (client.reuseRevokesFamily) endTokens(world, (other) => other.familyId === token.familyId, 'revoked');
    return 'reused';
  }
  return standing === 'live' ? token : 'ended';
}

/** Ends a refresh token because a new one takes its place. */
export function retireRefreshToken(world: World, token: Token, alsoAccessTokens: boolean): void {
  endTokens(
    world,
    (other) =>
      other.hash === token.hash ||
      (alsoAccessTokens && other.kind === 'access' && other.familyId === token.familyId),
    'rotated',
  );
}
