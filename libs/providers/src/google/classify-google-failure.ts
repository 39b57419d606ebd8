import { z } from 'zod';
import { parseBearerChallenge } from '../core/http/bearer-challenge.js';
import { classifyByStatus, retryAfterMs, type FailedAnswer } from '../core/failure.js';
import type { Failure } from '../core/provider-error.js';

/** The error body of Google's older and newer APIs, which mix both shapes. Every part may be missing or odd. */
const errorBody = z.object({
  error: z.object({
    status: z.string().optional().catch(undefined),
    message: z.string().catch(''),
    errors: z.array(z.object({ reason: z.string().catch('') })).catch([]),
    details: z.array(z.object({ reason: z.string().catch('') })).catch([]),
  }),
});

const scopeReasons = ['ACCESS_TOKEN_SCOPE_INSUFFICIENT', 'insufficientPermissions', 'insufficient_scope'];

const rateReasons = [
  'rateLimitExceeded',
  'userRateLimitExceeded',
  'quotaExceeded',
  'dailyLimitExceeded',
  'sharingRateLimitExceeded',
  'RATE_LIMIT_EXCEEDED',
  'RESOURCE_EXHAUSTED',
];

/** Limits on sharing, inviting and the like, which do not affect other calls. */
const ownLimits = ['quotaExceeded', 'sharingRateLimitExceeded'];

function reasonsOf({ body, headers }: FailedAnswer): { reasons: string[]; scopes: readonly string[] } {
  const challenge = parseBearerChallenge(headers['www-authenticate']);
  const { status, message = '', errors = [], details = [] } = errorBody.safeParse(body).data?.error ?? {};
  const reasons = [...details, ...errors].map(({ reason }) => reason);
  if (challenge?.error === 'insufficient_scope') reasons.push(challenge.error);
  if (/insufficient authentication scopes/i.test(message)) reasons.push('ACCESS_TOKEN_SCOPE_INSUFFICIENT');
  if (status) reasons.push(status);
  return { reasons: reasons.filter(Boolean), scopes: challenge?.scopes ?? [] };
}

/**
 * The meaning of a failed response of a Google API. Status 403 is used for missing scopes, for rate limits and for
 * missing rights alike, so the reason decides. https://developers.google.com/workspace/calendar/api/guides/errors
 */
export function classifyGoogleFailure(answer: FailedAnswer): Failure {
  const { reasons, scopes } = reasonsOf(answer);
  const named = (list: readonly string[]) => reasons.find((reason) => list.includes(reason));
  const byStatus = classifyByStatus(answer);
  const reason = reasons[0];
  if (answer.status !== 403) return { ...byStatus, reason };
  const scope = named(scopeReasons);
  if (scope) return { code: 'insufficient_scope', reason: scope, acceptedScopes: scopes };
  const rate = named(rateReasons);
  if (rate)
    return {
      code: 'rate_limited',
      reason: rate,
      retryAfterMs: retryAfterMs(answer),
      isOwnLimit: ownLimits.includes(rate),
    };
  return { ...byStatus, reason };
}
