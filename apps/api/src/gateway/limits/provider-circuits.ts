import { Injectable } from '@nestjs/common';
import { ProviderError, type Provider } from '@valetkey/providers';
import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleWhen,
  noJitterGenerator,
  type CircuitBreakerPolicy,
} from 'cockatiel';
import { Log } from '../../platform/index.js';

/** A circuit opens after this many calls have failed in a row. */
const FAILURES = 10;
/** A probe request is let through after this long, and later each time it fails. */
const FIRST_PROBE_MS = 5_000;
const LONGEST_PROBE_MS = 60_000;

export const CIRCUIT_STATES = ['closed', 'half_open', 'open'] as const;
export type CircuitName = (typeof CIRCUIT_STATES)[number];

/** The state of the circuit of one host of a provider, in this process. */
export interface Circuit {
  readonly provider: string;
  readonly host: string;
  readonly state: CircuitName;
}

const NAMES: Readonly<Record<CircuitState, CircuitName>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.HalfOpen]: 'half_open',
  [CircuitState.Open]: 'open',
  [CircuitState.Isolated]: 'open',
};

/**
 * Circuit breakers, one for each host of a provider: while a host fails, calls end at once instead of waiting for it. A
 * failure is a 5xx, a time-out or no connection; a refusal by the provider, rate limits included, is a response.
 */
@Injectable()
export class ProviderCircuits {
  private readonly circuits = new Map<
    string,
    { provider: string; host: string; policy: CircuitBreakerPolicy }
  >();

  constructor(private readonly log: Log) {}

  /** @throws ProviderError `unavailable` (`circuit_open`) when the call is not made; the error of `call` */
  async run<Answer extends { readonly statusCode: number }>(
    provider: Pick<Provider, 'id'>,
    { host }: URL,
    call: () => Promise<Answer>,
  ): Promise<Answer> {
    const policy = this.policy(provider.id, host);
    // Calls that arrive during the probe request do not wait for it.
    if (policy.state === CircuitState.HalfOpen) throw isOpen(provider.id);
    try {
      return await policy.execute(call);
    } catch (error) {
      throw error instanceof BrokenCircuitError ? isOpen(provider.id) : error;
    }
  }

  list(): Circuit[] {
    return [...this.circuits.values()].map(({ provider, host, policy }) => ({
      provider,
      host,
      state: NAMES[policy.state],
    }));
  }

  private policy(provider: string, host: string): CircuitBreakerPolicy {
    const key = `${provider} ${host}`;
    const known = this.circuits.get(key);
    if (known) return known.policy;
    const policy = circuitBreaker(
      handleWhen(isOutage).orWhenResult((answer) => (answer as { statusCode: number }).statusCode >= 500),
      {
        breaker: new ConsecutiveBreaker(FAILURES),
        halfOpenAfter: new ExponentialBackoff({
          generator: noJitterGenerator,
          initialDelay: FIRST_PROBE_MS,
          maxDelay: LONGEST_PROBE_MS,
        }),
      },
    );
    policy.onStateChange((state) => this.log.warn('circuit', { provider, host, state: NAMES[state] }));
    this.circuits.set(key, { provider, host, policy });
    return policy;
  }
}

/** No response. A call that its own caller aborted says nothing about the provider. */
function isOutage(error: Error): boolean {
  return error.name !== 'AbortError' && !(error instanceof ProviderError);
}

function isOpen(provider: string): ProviderError {
  return new ProviderError({
    provider,
    code: 'unavailable',
    reason: 'circuit_open',
    retryAfterMs: FIRST_PROBE_MS,
  });
}
