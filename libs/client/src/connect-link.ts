import type { Authorization, Connection } from './api-types.js';
import { TimeoutError, ValetkeyError } from './errors.js';
import type { CallOptions, Requests } from './http/requests.js';
import { pause, TimeLimit } from './http/time-limit.js';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;
/** A link is good for ten minutes; the server says when it is not any more. */
const CONNECTED_WITHIN_MS = 15 * 60_000;

/** A link to Valetkey's page, on which one user connects an account or grants more. */
export class ConnectLink {
  readonly #requests: Requests;
  #data: Authorization;

  constructor(requests: Requests, data: Authorization) {
    this.#requests = requests;
    this.#data = data;
  }

  /** As it was when it was last read. */
  get data(): Authorization {
    return this.#data;
  }

  get id(): string {
    return this.#data.id;
  }

  /** Where the user goes. The page asks who they are: the link alone connects nothing. */
  get url(): string {
    return this.#data.authorizationUri;
  }

  /** Reads it anew. */
  async reload(options?: CallOptions): Promise<this> {
    const path = ['authorizations', this.id];
    this.#data = await this.#requests.json<Authorization>({ method: 'GET', path }, options);
    return this;
  }

  /**
   * Waits until the user has consented. @throws ValetkeyError `authorization_denied`, `authorization_failed`,
   * `authorization_expired`, or `token_storage_disabled` where nothing is kept; TimeoutError; the signal's reason
   */
  async connected({ signal, timeoutMs = CONNECTED_WITHIN_MS }: CallOptions = {}): Promise<Connection> {
    const limit = new TimeLimit(timeoutMs, signal);
    try {
      for (let round = 0; this.#data.status === 'pending'; round += 1) {
        await pause(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 1.2 ** round), limit.signal);
        await this.reload({ signal: limit.signal });
      }
      return await this.connection(limit.signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (limit.hasPassed) throw new TimeoutError('The user has not been at the link yet.');
      throw error;
    } finally {
      limit.end();
    }
  }

  private connection(signal: AbortSignal): Promise<Connection> {
    const { status, connectionId, error } = this.#data;
    if (status !== 'completed')
      throw new ValetkeyError(`authorization_${status}`, error ?? `The authorization is ${status}.`);
    if (connectionId === undefined)
      throw new ValetkeyError('token_storage_disabled', 'The account was proven and is not kept.');
    return this.#requests.json<Connection>(
      { method: 'GET', path: ['connections', connectionId] },
      { signal },
    );
  }
}
