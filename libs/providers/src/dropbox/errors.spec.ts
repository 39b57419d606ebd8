import { classifyFailure } from './errors.js';

const answer = (status: number, body: unknown) => ({ status, headers: {}, body, now: 0 });

describe("what Dropbox's failures claim", () => {
  it.each(['a b', 'files.content.read\r\nX: y', '"', ''])('takes no scope from %j', (scope) => {
    const body = {
      error_summary: 'missing_scope/..',
      error: { '.tag': 'missing_scope', required_scope: scope },
    };
    expect(classifyFailure(answer(401, body))).toEqual({
      code: 'insufficient_scope',
      reason: 'missing_scope',
      missingScopes: [],
    });
  });

  it.each([-1, 1e300, '7', null])('takes no wait from %j', (wait) => {
    const body = { error_summary: 'too_many_requests/.', error: { '.tag': 'x', retry_after: wait } };
    expect(classifyFailure(answer(429, body))).toMatchObject({
      code: 'rate_limited',
      retryAfterMs: undefined,
    });
  });
});
