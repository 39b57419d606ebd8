import fc from 'fast-check';
import type { FailedAnswer } from '../core/failure.js';
import { ProviderError, providerErrorCodes, type ProviderErrorCode } from '../core/provider-error.js';
import type { Provider } from '../core/provider.js';

/** A real failed answer of the provider and what it means. */
export interface FailureSample {
  /** Completes the sentence "understands …". */
  readonly name: string;
  readonly answer: Partial<FailedAnswer> & Pick<FailedAnswer, 'status'>;
  readonly means: ProviderErrorCode;
  readonly retryAfterMs?: number;
  readonly missingScopes?: readonly string[];
  readonly fixUrl?: string;
}

const DAY_MS = 86_400_000;

/** Every word that a sample uses, to make answers of that almost make sense. */
function wordsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [name, ...wordsOf(member)]);
}

/** Answers that range from nonsense to the provider's own words in the wrong place. */
function answersLike(samples: readonly FailureSample[]): fc.Arbitrary<FailedAnswer> {
  const bodies = samples.map(({ answer }) => answer.body);
  const words = fc.constantFrom(...wordsOf(bodies), 'error', 'message', 'reason', '');
  const likely = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      words,
      fc.anything({ maxDepth: 1 }),
      fc.double(),
      fc.string({ unit: 'binary', maxLength: 50 }),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(words, tie('value'), { maxKeys: 4 }),
    ),
  })).value;
  const header = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(
      ...samples.flatMap(({ answer }) => wordsOf(Object.values(answer.headers ?? {}))),
      '0',
      '-1',
    ),
    fc.constantFrom(
      '99999999999',
      'NaN',
      'Sun, 22 Nov 2099 12:00:00 GMT',
      'Bearer error="insufficient_scope"',
    ),
  );
  const names = fc.constantFrom(
    ...samples.flatMap(({ answer }) => Object.keys(answer.headers ?? {})),
    'retry-after',
    'www-authenticate',
  );
  return fc.record({
    status: fc.oneof(
      fc.constantFrom(400, 401, 403, 404, 409, 422, 429, 500, 503),
      fc.integer({ min: 300, max: 599 }),
    ),
    headers: fc.dictionary(names, header, { maxKeys: 5 }),
    body: fc.oneof(fc.constantFrom(...bodies, undefined, null), likely),
    now: fc.constant(1_800_000_000_000),
  });
}

/** Statuses with which a meaning can come. Whatever the body says, it cannot stand for another one. */
const possible: Readonly<Partial<Record<ProviderErrorCode, readonly number[]>>> = {
  reauthorization_required: [401, 403, 429],
  insufficient_scope: [401, 403, 404, 429],
  rate_limited: [403, 409, 429],
};

function checkFailure(provider: Provider, answer: FailedAnswer): void {
  const failure = provider.classifyFailure(answer);
  const { code, retryAfterMs = 0, fixUrl, missingScopes = [], acceptedScopes = [] } = failure;
  expect(providerErrorCodes).toContain(code);
  expect(possible[code] ?? [answer.status]).toContain(answer.status);
  if (answer.status >= 500) expect(code).toBe('unavailable');
  if (answer.status === 401) expect(['reauthorization_required', 'insufficient_scope']).toContain(code);
  expect(retryAfterMs).toBeGreaterThanOrEqual(0);
  expect(retryAfterMs).toBeLessThanOrEqual(DAY_MS);
  if (fixUrl !== undefined) expect(new URL(fixUrl).protocol).toBe('https:');
  // RFC 6749 section 3.3; GitHub's sets of permissions are joined by commas.
  for (const scope of [...missingScopes, ...acceptedScopes])
    expect(scope).toMatch(/^[\x21\x23-\x5b\x5d-\x7e]+$/);
  expect(new ProviderError({ ...failure, provider: provider.id }).message).toMatch(/^[\x20-\x7e]{1,250}$/);
}

/** The meaning of failures: the samples, and that no other response causes a crash or a meaning that it cannot have. */
export function describeFailures(provider: Provider, failures: readonly FailureSample[]): void {
  it.each(failures.map((sample) => [sample.name, sample] as const))('understands %s', (_name, sample) => {
    const answer = { headers: {}, body: undefined, now: 1_800_000_000_000, ...sample.answer };
    const failure = provider.classifyFailure(answer);
    expect(failure.code).toBe(sample.means);
    if (sample.retryAfterMs !== undefined) expect(failure.retryAfterMs).toBe(sample.retryAfterMs);
    if (sample.missingScopes) expect(failure.missingScopes).toEqual(sample.missingScopes);
    if (sample.fixUrl) expect(failure.fixUrl).toBe(sample.fixUrl);
  });

  it('knows a lack of scope and a rate limit in the provider’s own words', () => {
    const meanings = failures.map(({ means }) => means);
    expect(meanings).toEqual(expect.arrayContaining(['insufficient_scope', 'rate_limited']));
  });

  it('makes of no answer a crash, a meaning that its status cannot have, or words for others to read', () => {
    fc.assert(
      fc.property(answersLike(failures), (answer) => checkFailure(provider, answer)),
      { numRuns: 300 },
    );
  });
}
