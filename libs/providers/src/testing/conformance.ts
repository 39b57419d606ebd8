import { readFileSync } from 'node:fs';
import type { FailedAnswer } from '../core/failure.js';
import type { Provider } from '../core/provider.js';
import type { ProviderErrorCode } from '../core/provider-error.js';
import { startAnsweringServer, type AnsweringServer, type RecordedRequest } from './answering-server.js';
import { describeCalls } from './conformance-calls.js';
import { describeDefinition } from './conformance-definition.js';
import { describeRequests, type Description } from './conformance-requests.js';

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

export type ConformanceOptions = Description & {
  /** The provider's good answers, by request; from its fixtures. A body, or a `FullReply`. */
  readonly answer: (request: RecordedRequest) => unknown;
  /** At least one lack of scope and one rate limit in the provider's own words. */
  readonly failures: readonly FailureSample[];
};

/** Reads `<provider>/__fixtures__/<name>.json`. */
export function fixture(provider: string, name: string): unknown {
  return JSON.parse(
    readFileSync(new URL(`../${provider}/__fixtures__/${name}.json`, import.meta.url), 'utf8'),
  );
}

function describeFailures(provider: Provider, failures: readonly FailureSample[]): void {
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

  it.each([
    null,
    [],
    'text',
    7,
    { error: null },
    { error: [] },
    { error: { errors: 7 } },
    { errors: [null] },
  ])('does not stumble over the error body %j', (body) => {
    for (const status of [400, 401, 403, 404, 409, 429, 500])
      expect(provider.classifyFailure({ status, headers: {}, body, now: 0 }).code).toBeDefined();
  });
}

/**
 * What every provider must hold to, checked against a real HTTP server. Call it in `<id>.spec.ts`.
 * Needs an example on each action's input: the suite runs it.
 */
export function describeProviderConformance(provider: Provider, options: ConformanceOptions): void {
  describe(`${provider.id} conforms`, () => {
    let server: AnsweringServer;
    beforeAll(async () => {
      server = await startAnsweringServer();
    });
    afterAll(() => server.close());

    describeDefinition(provider);
    describeFailures(provider, options.failures);
    describeCalls(provider, () => server, options.answer);
    describeRequests(provider, () => server, options.answer, options);
  });
}
