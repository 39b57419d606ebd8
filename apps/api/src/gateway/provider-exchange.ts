import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { ProviderError, type Provider, type SendRequest } from '@valetkey/providers';
import { request, type Agent } from 'undici';
import type { SealedConnection } from '../connections/index.js';
import { Outgoing, PRIVATE_ADDRESS, surviveFailure } from '../platform/index.js';
import { ProviderBudgets } from './limits/provider-budgets.js';
import { ProviderCircuits } from './limits/provider-circuits.js';
import { heard } from './limits/refusal-words.js';

/** Limit for the first byte of an answer, and for the silence between two. */
const SILENCE_MS = 60_000;
const CONNECT_MS = 10_000;
/** Limit for one answer, passed through or not. */
export const MOST_ANSWER_BYTES = 256 * 1024 * 1024;

/**
 * Every request to a provider's API, of actions and of the proxy, leaves here: over one pool, within its account's budgets
 * and past its host's circuit.
 */
@Injectable()
export class ProviderExchange implements OnApplicationShutdown {
  private readonly pool: Agent;

  constructor(
    outgoing: Outgoing,
    private readonly circuits: ProviderCircuits,
    private readonly budgets: ProviderBudgets,
  ) {
    this.pool = outgoing.agent({
      connections: 128,
      headersTimeout: SILENCE_MS,
      bodyTimeout: SILENCE_MS,
      maxResponseSize: MOST_ANSWER_BYTES,
      connectMs: CONNECT_MS,
    });
  }

  /** Sends to this provider for an account; the answer comes with its headers, and what is not sent is a ProviderError. */
  sender(provider: Provider, { connectorId, account }: SealedConnection): SendRequest {
    return (url, options) => {
      const call = async () => {
        const answer = await this.circuits.run(provider, url, () =>
          request(url, { ...options, dispatcher: this.pool }).catch((error: unknown) => {
            throw isRefusedAddress(error) ? unreachable(provider) : error;
          }),
        );
        surviveFailure(answer.body);
        return heard(provider, url.pathname, answer);
      };
      const wish = { method: options.method, path: url.pathname, isPublished: isOwnHost(provider, url) };
      return this.budgets.spend(provider, `${connectorId} ${account.id}`, wish, () => {
        // It has waited for its turn as long as it may: nothing is sent, and nobody need wonder.
        if (options.signal instanceof AbortSignal && options.signal.aborted)
          throw new ProviderError({ provider: provider.id, code: 'rate_limited', reason: 'queue' });
        return call();
      });
    };
  }

  /** Asks a host that is not the provider's API for what is at a signed address: no account's budget pays for it. */
  withoutToken(provider: Provider): SendRequest {
    return (url, options) =>
      this.circuits.run(provider, url, () =>
        request(url, { ...options, dispatcher: this.pool }).catch((error: unknown) => {
          throw isRefusedAddress(error) ? unreachable(provider) : error;
        }),
      );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.destroy();
  }
}

function isRefusedAddress(error: unknown): boolean {
  return (error as { code?: string }).code === PRIVATE_ADDRESS;
}

/** Its host is at an address where no provider is. Nothing was sent, and waiting changes nothing. */
function unreachable({ id: provider }: Provider): ProviderError {
  return new ProviderError({ provider, code: 'unavailable', reason: 'private_address', retryable: false });
}

/** What a provider publishes about limits holds for its own hosts, not for another installation of its software. */
function isOwnHost({ apiBaseUrl, uploadBaseUrl, contentBaseUrl }: Provider, { origin }: URL): boolean {
  return [apiBaseUrl, uploadBaseUrl, contentBaseUrl].some(
    (base) => base?.startsWith(`${origin}/`) || base === origin,
  );
}
