import type { ProviderFaultAnswers } from '../faults/answer.js';
import { jsonAnswer } from '../faults/answer.js';
import { googleErrorBody } from './google-errors.js';

/** How Google words rate limits, outages and dead grants. */
export const googleFaultAnswers: ProviderFaultAnswers = {
  rateLimited(fault) {
    const retry: Record<string, string> =
      fault.retryAfterS === undefined ? {} : { 'retry-after': String(fault.retryAfterS) };
    const code = fault.status ?? 429;
    const body = googleErrorBody({
      code,
      message: 'Rate Limit Exceeded',
      domain: 'usageLimits',
      reason: fault.reason ?? 'rateLimitExceeded',
      ...(code === 429 ? { status: 'RESOURCE_EXHAUSTED' } : {}),
    });
    return jsonAnswer(code, body, retry);
  },
  serverError(status) {
    const body = googleErrorBody({
      code: status,
      message: status === 503 ? 'The service is currently unavailable.' : 'Internal error encountered.',
      reason: 'backendError',
      status: status === 503 ? 'UNAVAILABLE' : 'INTERNAL',
    });
    return jsonAnswer(status, body);
  },
  invalidGrant(description) {
    return jsonAnswer(400, {
      error: 'invalid_grant',
      error_description: description ?? 'Token has been expired or revoked.',
    });
  },
};
