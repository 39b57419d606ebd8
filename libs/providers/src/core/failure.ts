import type { Failure } from './provider-error.js';

/** A failed response, reduced to the parts that a classifier needs. */
export interface FailedAnswer {
  readonly status: number;
  /** Lower-case names; repeated headers joined by `, `. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The parsed JSON body, or `undefined` when it was not JSON. */
  readonly body: unknown;
  /** Our clock, in milliseconds since the epoch. */
  readonly now: number;
}

export type ClassifyFailure = (answer: FailedAnswer) => Failure;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * `Retry-After` in milliseconds, from seconds or a date (RFC 9110 section 10.2.3); `undefined` for an invalid value, and
 * for a date that has passed: a clock that differs from ours must not make the wait zero.
 */
export function retryAfterMs({ headers, now }: Pick<FailedAnswer, 'headers' | 'now'>): number | undefined {
  const value = headers['retry-after']?.trim();
  if (!value) return undefined;
  const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return ms >= 0 ? Math.min(ms, DAY_MS) : undefined;
}

/**
 * Milliseconds until an exhausted limit is reset, by `x-ratelimit-remaining` and `x-ratelimit-reset` (seconds since the
 * epoch); up to an hour, `undefined` while something remains.
 */
export function resetAfterMs({ headers, now }: Pick<FailedAnswer, 'headers' | 'now'>): number | undefined {
  if (headers['x-ratelimit-remaining'] !== '0') return undefined;
  const ms = Number(headers['x-ratelimit-reset'] ?? Number.NaN) * 1000 - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 1000), HOUR_MS) : undefined;
}

/** The meaning of a status where the provider has no words of its own: the fallback of every classifier. */
export function classifyByStatus(answer: FailedAnswer): Failure {
  const { status } = answer;
  const wait = retryAfterMs(answer);
  if (status === 401) return { code: 'reauthorization_required' };
  if (status === 404 || status === 410) return { code: 'not_found' };
  if (status === 409 || status === 412) return { code: 'conflict' };
  if (status === 429) return { code: 'rate_limited', retryAfterMs: wait };
  if (status === 408 || status === 425 || status >= 500) return { code: 'unavailable', retryAfterMs: wait };
  if (status >= 400) return { code: 'invalid_request' };
  return { code: 'unexpected_response' };
}
