/** Upper bounds of the buckets of a latency, in milliseconds; what is longer is in one more bucket. */
export const LATENCY_BOUNDS_MS = [
  10, 15, 25, 40, 60, 100, 150, 250, 400, 600, 1_000, 1_500, 2_500, 4_000, 6_000, 10_000, 15_000, 25_000,
  40_000, 60_000,
] as const;

/** How many buckets there are. */
export const LATENCY_BUCKETS = LATENCY_BOUNDS_MS.length + 1;

/** The bucket of a latency. */
export function latencyBucket(ms: number): number {
  const index = LATENCY_BOUNDS_MS.findIndex((bound) => ms <= bound);
  return index === -1 ? LATENCY_BOUNDS_MS.length : index;
}

/**
 * The latency that `share` of all calls do not exceed, from the counts of the buckets: exact to the bounds of its bucket,
 * and between them as if its calls were spread evenly. `undefined` when there were none.
 */
export function latencyQuantile(counts: readonly number[], share: number): number | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  let before = 0;
  for (const [index, count] of counts.entries()) {
    if (count > 0 && before + count >= total * share) {
      const low = LATENCY_BOUNDS_MS[index - 1] ?? 0;
      const high = LATENCY_BOUNDS_MS[index] ?? low;
      return Math.round(low + ((high - low) * (total * share - before)) / count);
    }
    before += count;
  }
  return LATENCY_BOUNDS_MS.at(-1);
}
