import { readFileSync } from 'node:fs';
import type { Provider } from '../core/provider.js';
import { startAnsweringServer, type AnsweringServer, type RecordedRequest } from './answering-server.js';
import { describeCalls } from './conformance-calls.js';
import { describeDefinition } from './conformance-definition.js';
import { describeProxied, type ProxiedFacts } from './conformance-proxied.js';
import { describeFailures, type FailureSample } from './conformance-failures.js';
import { describeRequests, type Description } from './conformance-requests.js';

export type ConformanceOptions = Description &
  ProxiedFacts & {
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

/**
 * The rules for every provider, checked against a real HTTP server. Call it in `<id>.spec.ts`. Needs an example on each
 * action's input: the suite runs it.
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
    describeProxied(provider, () => server, options.answer, options);
  });
}
