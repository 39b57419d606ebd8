import type { ProviderName } from '../provider-name.js';
import { hashSecret } from '../randomness.js';
import type { World } from '../world.js';
import type { OAuthClient, Token, TokenEnd, TokenOrigin } from './records.js';

/** Form and life of a new token. */
export interface TokenForm {
  kind: Token['kind'];
  prefix: string;
  lifetimeS?: number | null;
}

/** Issues a token and gives its value, the only time that it is seen. */
export function issueToken(world: World, client: OAuthClient, origin: TokenOrigin, form: TokenForm): string {
  const value = world.secret(form.prefix);
  const issuedAt = world.now();
  world.state.tokens.set(hashSecret(value), {
    hash: hashSecret(value),
    kind: form.kind,
    provider: client.provider,
    clientId: client.id,
    accountId: origin.accountId,
    grantId: origin.grantId,
    familyId: origin.familyId,
    scopes: [...origin.scopes],
    issuedAt,
    ...(form.lifetimeS == null ? {} : { expiresAt: issuedAt + form.lifetimeS * 1000 }),
  });
  world.changed();
  return value;
}

/** The record of a token value at a provider, whatever its state. */
export function findToken(
  world: World,
  provider: ProviderName,
  value: string | undefined,
): Token | undefined {
  const token = value ? world.state.tokens.get(hashSecret(value)) : undefined;
  return token?.provider === provider ? token : undefined;
}

/** Whether a token works now. */
export function tokenStanding(world: World, token: Token): 'live' | TokenEnd {
  if (token.end) return token.end;
  return token.expiresAt !== undefined && token.expiresAt <= world.now() ? 'expired' : 'live';
}

/** Ends all live tokens that fit; gives how many. */
export function endTokens(world: World, fits: (token: Token) => boolean, end: TokenEnd): number {
  let ended = 0;
  for (const token of world.state.tokens.values()) {
    if (token.end || !fits(token)) continue;
    token.end = end;
    token.endedAt = world.now();
    ended += 1;
  }
  if (ended) world.changed();
  return ended;
}

/** Ends the oldest of the fitting live tokens until at most `limit` are left. */
export function keepNewest(world: World, fits: (token: Token) => boolean, limit: number): void {
  const live = [...world.state.tokens.values()].filter((token) => !token.end && fits(token));
  const surplus = new Set(live.slice(0, Math.max(0, live.length - limit)).map((token) => token.hash));
  if (surplus.size) endTokens(world, (token) => surplus.has(token.hash), 'superseded');
}
