import { retryAfterMs, type ClassifyFailure } from '../core/failure.js';
import { classifyGoogleFailure } from '../google/classify-google-failure.js';

const HOUR_MS = 3_600_000;

/** Quotas that a moment does not refill. */
const slowQuotas = ['dailyLimitExceeded', 'sharingRateLimitExceeded'];

/**
 * Three quotas, three meanings: `userRateLimitExceeded` passes in seconds; a daily limit in hours, so one is named
 * where Google names none; a full Drive (`storageQuotaExceeded`) not by waiting, so it stays `invalid_request`.
 */
export const classifyFailure: ClassifyFailure = (answer) => {
  const failure = classifyGoogleFailure(answer);
  return failure.code === 'rate_limited' && slowQuotas.includes(failure.reason ?? '')
    ? { ...failure, retryAfterMs: retryAfterMs(answer) ?? HOUR_MS }
    : failure;
};
