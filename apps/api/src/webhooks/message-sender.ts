import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { fetch as undiciFetch, type Agent } from 'undici';
import { Clock, failureReason, readStart, retryAfterOf, storable } from '../platform/index.js';
import { signedHeaders, type SignedMessage, type SigningKeys } from './signatures.js';
import { WebhookAddresses } from './webhook-addresses.js';
import { WebhookSecrets } from './webhook-secrets.js';

/** How long a receiver may take to answer. */
const ANSWER_MS = 15_000;
/** Characters of an answer that the log keeps. */
const LONGEST_ANSWER = 2_000;

/** An attempt to send a message, as the log keeps it. */
export interface Attempt {
  readonly at: Date;
  readonly url: string;
  readonly durationMs: number;
  readonly status?: number | undefined;
  /** Why it has failed; absent when the receiver took the message. */
  readonly error?: string | undefined;
  /** The beginning of the answer. */
  readonly answer?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** Posts messages to receivers: signed, with bounds on time and answer, over no redirect. */
@Injectable()
export class MessageSender implements OnApplicationShutdown {
  private readonly pool: Agent;

  constructor(
    addresses: WebhookAddresses,
    private readonly secrets: WebhookSecrets,
    private readonly clock: Clock,
  ) {
    this.pool = addresses.pool();
  }

  /**
   * Opens the keys that sign for an endpoint.
   * @returns makes one attempt to send a message to it; it does not throw: a failure is part of the result
   * @throws UnsealError
   */
  async openFor(endpointId: string): Promise<(url: string, message: SignedMessage) => Promise<Attempt>> {
    const keys = await this.secrets.keysOf(endpointId);
    return (url, message) => this.send(url, message, keys);
  }

  private async send(url: string, message: SignedMessage, keys: readonly SigningKeys[]): Promise<Attempt> {
    const at = this.clock.date();
    const startedAt = performance.now();
    const took = () => ({ at, url, durationMs: Math.round(performance.now() - startedAt) });
    try {
      const response = await this.post(url, message.body, signedHeaders(message, at, keys));
      const { status } = response;
      const text = await readStart(response, LONGEST_ANSWER);
      const answer = storable(text.slice(0, LONGEST_ANSWER)) || undefined;
      if (response.ok) return { ...took(), status, answer };
      const retryAfterMs = retryAfterOf(response, at.getTime());
      return { ...took(), status, answer, error: `status ${status}`, retryAfterMs };
    } catch (error) {
      return { ...took(), error: failureReason(error, secretsOf(url)) };
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.destroy();
  }

  private post(url: string, body: string, headers: Record<string, string>): Promise<Response> {
    return undiciFetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/json', 'user-agent': 'valetkey', ...headers },
      body,
      dispatcher: this.pool,
      signal: AbortSignal.timeout(ANSWER_MS),
    }) as unknown as Promise<Response>;
  }
}

/** Parts of an address that the words of a failure may repeat. */
function secretsOf(url: string): string[] {
  const { href, pathname, search } = new URL(url);
  return [url, href, pathname, search].filter((text) => text.length > 1);
}
