import type { ProviderFaultAnswers } from '../faults/answer.js';
import { jsonAnswer } from '../faults/answer.js';

const DOCS = 'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api';

/** How GitHub words rate limits, outages and dead refresh tokens. */
export const githubFaultAnswers: ProviderFaultAnswers = {
  rateLimited(fault, nowMs) {
    const status = fault.status ?? 429;
    const nowS = Math.floor(nowMs / 1000);
    if (status === 200)
      return jsonAnswer(status, {
        errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded for user.' }],
      });
    if (fault.reason === 'secondary') {
      return jsonAnswer(
        status,
        {
          message:
            'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
          documentation_url: DOCS,
        },
        fault.retryAfterS === undefined ? {} : { 'retry-after': String(fault.retryAfterS) },
      );
    }
    return jsonAnswer(
      status,
      { message: 'API rate limit exceeded for user.', documentation_url: DOCS },
      {
        'x-ratelimit-limit': '5000',
        'x-ratelimit-remaining': '0',
        'x-ratelimit-used': '5000',
        'x-ratelimit-resource': 'core',
        'x-ratelimit-reset': String(nowS + Math.ceil(fault.retryAfterS ?? 60)),
        ...(fault.retryAfterS === undefined ? {} : { 'retry-after': String(fault.retryAfterS) }),
      },
    );
  },
  serverError(status) {
    return jsonAnswer(status, { message: status === 502 ? 'Server Error' : 'Service unavailable' });
  },
  invalidGrant(description) {
    return jsonAnswer(200, {
      error: 'bad_refresh_token',
      error_description: description ?? 'The refresh token passed is incorrect or expired.',
      error_uri: 'https://docs.github.com',
    });
  },
};
