import { ProblemError, ValetkeyError } from '../errors.js';

/** A longer wait is the caller's to decide on: the error says how long. */
const LONGEST_WAIT_MS = 30_000;
const FIRST_WAIT_MS = 250;
const LONGEST_BACKOFF_MS = 8_000;
const TEMPORARY = [429, 502, 503, 504];

/** Whether the same request may work a little later. */
export function isTemporary(error: unknown): boolean {
  if (error instanceof ProblemError) return error.isRetryable || TEMPORARY.includes(error.status);
  return error instanceof ValetkeyError && ['unreachable', 'timed_out'].includes(error.code);
}

/**
 * Milliseconds before a request that may be repeated is sent again, `undefined` when it is not. `attempt` counts from 1;
 * `random` is from 0 up to 1.
 */
export function retryDelay(error: unknown, attempt: number, random = Math.random()): number | undefined {
  if (!isTemporary(error)) return undefined;
  const asked = error instanceof ProblemError ? error.retryAfterMs : undefined;
  if (asked !== undefined) return asked <= LONGEST_WAIT_MS ? asked : undefined;
  const most = Math.min(LONGEST_BACKOFF_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
  return Math.round((most * (1 + random)) / 2);
}

/** Milliseconds of `Retry-After`: seconds or a date (RFC 9110, section 10.2.3). */
export function retryAfterMs(header: string | null, now = Date.now()): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000;
  // Platforms read much more than HTTP's dates as one.
  const at = /^[A-Z][a-z]{2}, .* GMT$/.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
