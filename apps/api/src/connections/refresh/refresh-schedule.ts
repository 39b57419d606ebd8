import { createHash } from 'node:crypto';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const LONGEST_MARGIN_MS = 5 * MINUTE_MS;
const MARGIN_SHARE = 0.2;
/** Tokens of one bulk import expire together; up to half a margin earlier spreads their refreshes out. */
const SPREAD_SHARE = 0.5;

/** A connection that was not used for this long is only kept alive. */
const IDLE_MS = 7 * DAY_MS;
/** Well below the shortest time after which a provider expires an unused refresh token. */
const KEEP_ALIVE_MS = 7 * DAY_MS;

/** The waits between failed refreshes by the worker, if the provider names no time of its own. */
export const REFRESH_WAITS = { firstMs: 5_000, longestMs: 15 * MINUTE_MS };

/** The facts that decide when the worker refreshes a token set. Times in milliseconds since the epoch. */
export interface RefreshFacts {
  readonly connectionId: string;
  readonly refreshable: boolean;
  readonly obtainedAt: number;
  readonly expiresAt: number | undefined;
  /** The last use or consent. */
  readonly lastWantedAt: number;
}

/**
 * When the worker refreshes a token set: ahead of its expiry by the smaller of five minutes and a fifth of its
 * lifetime, spread out; one that is not in use, or never expires, once a week, so that its refresh token stays alive.
 * @returns `undefined` when there is no refresh token
 */
export function refreshAt(facts: RefreshFacts): number | undefined {
  const { connectionId, refreshable, obtainedAt, expiresAt, lastWantedAt } = facts;
  if (!refreshable) return undefined;
  const spread = shareOf(connectionId);
  if (expiresAt === undefined || obtainedAt - lastWantedAt > IDLE_MS)
    return Math.round(obtainedAt + KEEP_ALIVE_MS * (1 - spread * 0.1));
  const lifetime = Math.max(0, expiresAt - obtainedAt);
  const margin = Math.min(LONGEST_MARGIN_MS, lifetime * MARGIN_SHARE);
  return Math.round(expiresAt - margin * (1 + spread * SPREAD_SHARE));
}

/** A share of one, the same for a connection every time. */
function shareOf(connectionId: string): number {
  return createHash('sha256').update(connectionId).digest().readUInt32BE(0) / 2 ** 32;
}
