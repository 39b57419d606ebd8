import fc from 'fast-check';
import { providerErrorCodes } from '../core/provider-error.js';
import { classifyFailure } from './errors.js';

const word = fc.constantFrom(
  'already_exists',
  'API rate limit exceeded',
  '"sha" wasn\'t supplied.',
  'custom',
  '',
);
const message = fc.oneof(word, fc.string({ unit: 'binary', maxLength: 300 }));
const likely = fc.record(
  { message, errors: fc.array(fc.oneof(message, fc.record({ code: message, message }), fc.jsonValue())) },
  { requiredKeys: [] },
);
const header = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '0',
    '1800000042',
    '60',
    'required; url=https://github.com/orgs/x/sso?y=z',
    'repo, user',
    'issues=write; contents=read',
  ),
);
const names = [
  'retry-after',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
  'x-github-sso',
  'x-oauth-scopes',
  'x-accepted-oauth-scopes',
  'x-accepted-github-permissions',
];
const answers = fc.record({
  status: fc.oneof(
    fc.constantFrom(304, 401, 403, 404, 405, 409, 422, 429),
    fc.integer({ min: 300, max: 599 }),
  ),
  headers: fc.dictionary(fc.constantFrom(...names), header),
  body: fc.oneof(likely, fc.jsonValue(), fc.constant(undefined)),
  now: fc.constant(1_800_000_000_000),
});

describe("the meaning of GitHub's failures", () => {
  const graphql = (body: unknown) => classifyFailure({ status: 200, headers: {}, body, now: 0 });

  it.each([
    { errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded for user ID 1.' }] },
    { message: 'You have exceeded a secondary rate limit.' },
  ])('is a limit where GraphQL says so with status 200: %j', (body) => {
    expect(graphql(body)).toMatchObject({ code: 'rate_limited', retryAfterMs: 60_000 });
  });

  it.each([
    { data: { message: 'API rate limit exceeded', errors: [{ type: 'RATE_LIMITED' }] } },
    { errors: [{ type: 'NOT_FOUND', message: "Could not resolve to a User named 'secondary rate limit'." }] },
  ])('is no limit where others’ words speak of one: %j', (body) => {
    expect(graphql(body).code).not.toBe('rate_limited');
  });

  it('is one of ours, whatever the answer holds', () => {
    fc.assert(
      fc.property(answers, (answer) => {
        const { code, retryAfterMs = 0, fixUrl, missingScopes = [] } = classifyFailure(answer);
        expect(providerErrorCodes).toContain(code);
        expect(retryAfterMs).toBeGreaterThanOrEqual(0);
        expect(retryAfterMs).toBeLessThanOrEqual(86_400_000);
        if (fixUrl !== undefined) expect(new URL(fixUrl).protocol).toBe('https:');
        for (const scope of missingScopes) expect(scope).toMatch(/^[^\s,;]+$/);
      }),
    );
  });

  it('is never a wait or a scope for what GitHub says with another status', () => {
    fc.assert(
      fc.property(answers, (answer) => {
        const { code } = classifyFailure(answer);
        if (code === 'rate_limited') expect([403, 429]).toContain(answer.status);
        if (code === 'insufficient_scope') expect([403, 404, 429]).toContain(answer.status);
        if (answer.status === 401) expect(code).toBe('reauthorization_required');
        if (answer.status >= 500) expect(code).toBe('unavailable');
      }),
    );
  });

  it('names the permissions that a GitHub App lacks, whichever set comes first', () => {
    const permission = fc.stringMatching(/^[a-z_]{3,20}=(read|write|admin)$/);
    const sets = fc.array(fc.array(permission, { minLength: 1, maxLength: 3 }), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(sets, fc.constantFrom(', ', ','), (alternatives, comma) => {
        const failure = classifyFailure({
          status: 403,
          headers: { 'x-accepted-github-permissions': alternatives.map((set) => set.join(comma)).join('; ') },
          body: { message: 'Resource not accessible by integration' },
          now: 0,
        });
        expect(failure).toEqual({
          code: 'insufficient_scope',
          reason: 'app_permissions',
          fixUrl: 'https://github.com/settings/apps',
          missingScopes: alternatives[0],
          acceptedScopes: alternatives.map((set) => set.join(',')),
        });
      }),
    );
  });
});
