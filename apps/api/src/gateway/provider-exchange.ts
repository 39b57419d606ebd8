import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Provider, SendRequest } from '@valetkey/providers';
import { Agent, request } from 'undici';
import { ProviderCircuits } from './provider-circuits.js';

/** Limit for the first byte of an answer, and for the silence between two. */
const SILENCE_MS = 60_000;
const CONNECT_MS = 10_000;
/** Limit for one answer, passed through or not. */
export const MOST_ANSWER_BYTES = 256 * 1024 * 1024;

/** Every request to a provider's API, of actions and of the proxy, leaves here: over one pool, past its host's circuit. */
@Injectable()
export class ProviderExchange implements OnApplicationShutdown {
  private readonly pool = new Agent({
    connections: 128,
    headersTimeout: SILENCE_MS,
    bodyTimeout: SILENCE_MS,
    maxResponseSize: MOST_ANSWER_BYTES,
    connect: { timeout: CONNECT_MS },
  });

  constructor(private readonly circuits: ProviderCircuits) {}

  /** Sends to this provider; the answer comes with its headers, and what it does not take it throws as ProviderError. */
  sender(provider: Provider): SendRequest {
    return (url, options) =>
      this.circuits.run(provider, url, () => request(url, { ...options, dispatcher: this.pool }));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.close();
  }
}
