import { readFileSync } from 'node:fs';
import type { FailedAnswer } from '../core/failure.js';
import type { Provider } from '../core/provider.js';
import type { ProviderErrorCode } from '../core/provider-error.js';
import {
  asReply,
  startAnsweringServer,
  type AnsweringServer,
  type RecordedRequest,
} from './answering-server.js';
import { describeCalls } from './conformance-calls.js';
import { describeDefinition } from './conformance-definition.js';
import { discoveryJudge, officialDescription, type RequestJudge } from './official-descriptions.js';
import { callTo } from './calls.js';

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

export interface ConformanceOptions {
  /** The provider's good answers, by request; from its fixtures. A body, or a `FullReply`. */
  readonly answer: (request: RecordedRequest) => unknown;
  /** At least one lack of scope and one rate limit in the provider's own words. */
  readonly failures: readonly FailureSample[];
  /** File name of the Google discovery document, for Google's APIs. */
  readonly discovery?: string;
  /** Another official description; called once, when the first request is to be judged. */
  readonly judge?: (() => RequestJudge) | undefined;
}

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

function judgeOf({ discovery, judge }: ConformanceOptions): (() => RequestJudge) | undefined {
  const json = discovery ? officialDescription(discovery) : undefined;
  return json ? () => discoveryJudge(json) : judge;
}

function describeRequests(
  provider: Provider,
  server: () => AnsweringServer,
  options: ConformanceOptions,
): void {
  const load = judgeOf(options);
  if (!load) return;
  let judge: RequestJudge;
  beforeAll(() => {
    judge = load();
  });
  it.each(provider.actions.map((action) => [action.id, action] as const))(
    '%s sends what the official description knows',
    async (_id, action) => {
      server().answerWith((request) => asReply(options.answer(request)));
      const requests: { request: RecordedRequest; held: readonly string[] }[] = [];
      const drain = (...held: string[]) =>
        requests.push(
          ...server()
            .requests.splice(0)
            .map((request) => ({ request, held })),
        );
      for (const example of action.input.meta()?.['examples'] as unknown[]) {
        const call = callTo(server().origin, provider, action.input.parse(example));
        await action.run(call);
        drain(...action.scopes);
        await action.recover?.(call);
        drain(...action.scopes, ...action.recoverScopes);
      }
      expect(requests.length).toBeGreaterThan(0);
      for (const { request, held } of requests) expect(judge.complaints(request, held)).toEqual([]);
    },
  );
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
    describeRequests(provider, () => server, options);
  });
}
