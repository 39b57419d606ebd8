import type { Budget } from '@valetkey/providers';

/** A part of a budget that one process has taken; it counts against everybody `until` then (epoch milliseconds). */
export interface Lease {
  readonly units: number;
  readonly until: number;
}

/** Units that a process may spend, and until when. */
export interface Block {
  readonly units: number;
  readonly spendUntil: number;
}

export type Taking =
  | { readonly leases: readonly Lease[]; readonly block: Block }
  /** How long until as much as was needed is free, if nobody else takes it. */
  | { readonly waitMs: number };

/** A block may be spent for this part of the window, and counts until a window after that: spent late, it still counts. */
const SPENDING = 0.1;

/**
 * Takes from a budget so that over all processes, in no stretch of time as long as the window, more units are spent than
 * it has. A request that costs more than that goes when nothing else counts.
 * @param needed units without which nothing is taken
 * @param preferred units that would be welcome
 */
export function take(
  leases: readonly Lease[],
  { units: all, windowMs }: Pick<Budget, 'units' | 'windowMs'>,
  { needed, preferred, now }: { readonly needed: number; readonly preferred: number; readonly now: number },
): Taking {
  const live = leases.filter(({ until }) => until > now).sort((a, b) => a.until - b.until);
  const limit = Math.max(all, needed);
  let free = limit - live.reduce((sum, { units }) => sum + units, 0);
  if (free >= needed) {
    const units = Math.max(needed, Math.min(preferred, free));
    const spendUntil = now + windowMs * SPENDING;
    return { leases: [...live, { units, until: spendUntil + windowMs }], block: { units, spendUntil } };
  }
  for (const { units, until } of live) {
    free += units;
    if (free >= needed) return { waitMs: until - now };
  }
  return { waitMs: windowMs };
}
