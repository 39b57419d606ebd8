import type { ProviderFaultAnswers } from '../faults/answer.js';
import { jsonAnswer } from '../faults/answer.js';

/** How Dropbox words rate limits, outages and dead refresh tokens. */
export const dropboxFaultAnswers: ProviderFaultAnswers = {
  rateLimited(fault) {
    const reason = fault.reason ?? 'too_many_requests';
    const retryAfter = fault.retryAfterS;
    return jsonAnswer(
      fault.status ?? 429,
      {
        error_summary: `${reason}/..`,
        error: {
          reason: { '.tag': reason },
          ...(retryAfter === undefined ? {} : { retry_after: retryAfter }),
        },
      },
      retryAfter === undefined || fault.bodyOnly ? {} : { 'retry-after': String(retryAfter) },
    );
  },
  serverError(status) {
    return {
      status,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: 'The server has either erred or is incapable of performing the requested operation.',
    };
  },
  invalidGrant(description) {
    return jsonAnswer(400, {
      error: 'invalid_grant',
      error_description: description ?? 'refresh token is invalid or revoked',
    });
  },
};
