import { backoffMs } from '../platform/index.js';

const WAITS = { firstMs: 6_000, longestMs: 6 * 3_600_000, factor: 4, jitter: 0.1 };
/** With these waits between them, a little more than three days. */
export const MOST_ATTEMPTS = 20;
const LONGEST_ASKED_WAIT_MS = 6 * 3_600_000;

/** An endpoint of which every attempt has failed for so long is disabled. */
export const FAILING_MS = 3 * 86_400_000;
const WARNINGS = [50, 70, 90, 100];

/**
 * The wait after attempt number `attempts` has failed: 6 s, growing to six hours, no sooner than the receiver asks for.
 * @param random from 0 to 1
 * @returns `undefined` when that was the last one
 */
export function nextAttemptMs(attempts: number, random: number, retryAfterMs = 0): number | undefined {
  if (attempts >= MOST_ATTEMPTS) return undefined;
  return Math.max(backoffMs(WAITS, attempts, random), Math.min(retryAfterMs, LONGEST_ASKED_WAIT_MS));
}

/** How much of the time an endpoint has failed after which it is disabled: 0, 50, 70, 90 or 100 percent. */
export function failingPercent(failingSince: Date, now: number): number {
  const percent = ((now - failingSince.getTime()) / FAILING_MS) * 100;
  return WARNINGS.findLast((warning) => percent >= warning) ?? 0;
}
