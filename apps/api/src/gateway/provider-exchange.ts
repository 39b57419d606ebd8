import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { ProviderError, type Provider, type SendRequest } from '@valetkey/providers';
import { request, type Agent } from 'undici';
import type { SealedConnection } from '../connections/index.js';
import { Outgoing, PRIVATE_ADDRESS, surviveFailure } from '../platform/index.js';
import { ProviderBudgets } from './limits/provider-budgets.js';
import { ProviderCircuits } from './limits/provider-circuits.js';
import { withRefusal } from './limits/refusal-body.js';

/** Limit for the first byte of a response, and for the silence between two. */
const SILENCE_MS = 60_000;
const CONNECT_MS = 10_000;
/** Limit for one response, forwarded or not. */
export const MOST_ANSWER_BYTES = 256 * 1024 * 1024;

/**
 * Every request to a provider's API, of actions and of the proxy, is sent here: over one pool, within its account's
 * budgets and through its host's circuit.
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

  /**
   * A sender to this provider for an account; responses come with their headers, and a request that is not sent fails
   * with a ProviderError.
   */
  sender(
    provider: Provider,
    { connectorId, account }: Pick<SealedConnection, 'connectorId' | 'account'>,
  ): SendRequest {
    return (url, options) => {
      const call = async () => {
        const answer = await this.circuits.run(provider, url, () =>
          request(url, { ...options, dispatcher: this.pool }).catch((error: unknown) => {
            throw isRefusedAddress(error) ? unreachable(provider) : error;
          }),
        );
        surviveFailure(answer.body);
        return withRefusal(provider, url.pathname, answer);
      };
      const route = { method: options.method, path: url.pathname, isPublished: isOwnHost(provider, url) };
      return this.budgets.spend(provider, `${connectorId} ${account.id}`, route, () => {
        // The deadline passed while the request was queued: it is not sent, so its outcome is known.
        if (options.signal instanceof AbortSignal && options.signal.aborted)
          throw new ProviderError({ provider: provider.id, code: 'rate_limited', reason: 'queue' });
        return call();
      });
    };
  }

  /** Requests a signed address at a host that is not the provider's API: no account's budget pays for it. */
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

/** The host resolves to a private address, where no provider is. Nothing was sent, and waiting changes nothing. */
function unreachable({ id: provider }: Provider): ProviderError {
  return new ProviderError({ provider, code: 'unavailable', reason: 'private_address', retryable: false });
}

/** The limits that a provider publishes hold for its own hosts, not for another installation of its software. */
function isOwnHost({ apiBaseUrl, uploadBaseUrl, contentBaseUrl }: Provider, { origin }: URL): boolean {
  return [apiBaseUrl, uploadBaseUrl, contentBaseUrl].some(
    (base) => base?.startsWith(`${origin}/`) || base === origin,
  );
}
