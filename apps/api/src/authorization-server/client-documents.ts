import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { fetch as undiciFetch, type Agent } from 'undici';
import { Outgoing } from '../platform/index.js';

const TIMEOUT_MS = 2_500;
const MAX_ANSWER_BYTES = 64 * 1024;

/**
 * Fetches the metadata documents of clients (OAuth Client ID Metadata Document), whose addresses strangers choose: at
 * addresses that are judged when the connection is made, without redirects, small and in time.
 */
@Injectable()
export class ClientDocuments implements OnApplicationShutdown {
  private readonly pool: Agent;

  constructor(outgoing: Outgoing) {
    this.pool = outgoing.agent({
      connections: 4,
      maxResponseSize: MAX_ANSWER_BYTES,
      connectMs: TIMEOUT_MS,
      thisMachine: false,
    });
  }

  /** As `fetch`. */
  readonly fetch = async (url: string | URL | Request, init: object = {}): Promise<Response> => {
    const address = url instanceof Request ? url.url : url;
    const answer = await undiciFetch(address, { ...init, redirect: 'manual', dispatcher: this.pool });
    return answer as unknown as Response;
  };

  async onApplicationShutdown(): Promise<void> {
    await this.pool.destroy();
  }
}
