export interface Backoff {
  readonly firstMs: number;
  readonly longestMs: number;
  /** How many times longer each wait is than the one before; 2 if left out. */
  readonly factor?: number;
  /** The share of a wait, from 0 to 1, that chance may take off; 0 if left out. */
  readonly jitter?: number;
}

/**
 * How long to wait after the `attempt`-th failure in a row, counted from 1.
 * @param random from 0 to 1, where the wait has jitter
 */
export function backoffMs(
  { firstMs, longestMs, factor = 2, jitter = 0 }: Backoff,
  attempt: number,
  random = 1,
): number {
  return Math.min(longestMs, firstMs * factor ** (attempt - 1)) * (1 - jitter * (1 - random));
}
