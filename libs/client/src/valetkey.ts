import { Approvals } from './approvals.js';
import { StandingApprovals } from './standing-approvals.js';
import { Authorizations } from './authorizations.js';
import { Connections } from './connections.js';
import { Address } from './http/address.js';
import { Requests } from './http/requests.js';
import type { ProviderFetchSettings } from './proxy/provider-fetch.js';
import { Tasks } from './tasks/tasks.js';
import { UserClient } from './user-client.js';

export interface ValetkeyOptions {
  /** Where your Valetkey is: `https://valetkey.example`. */
  readonly url: string | URL;
  /** An agent key, or a user token. */
  readonly key: string;
  /** Milliseconds for each attempt. Default: a minute. */
  readonly timeoutMs?: number;
  /** How often a request that may be repeated is sent again. Default: 2. */
  readonly maxRetries?: number;
  /** Instead of the platform's. It must not follow redirects where it is told not to. */
  readonly fetch?: typeof fetch;
}

const TIMEOUT_MS = 60_000;
const MAX_RETRIES = 2;

/** A Valetkey, spoken to under one key. The key is sent to `url` and nowhere else. */
export class Valetkey {
  readonly tasks: Tasks;
  readonly connections: Connections;
  readonly authorizations: Authorizations;
  readonly approvals: Approvals;
  readonly standingApprovals: StandingApprovals;
  readonly #requests: Requests;
  readonly #proxy: ProviderFetchSettings;

  /** @throws TypeError for an address or a key that cannot be one */
  constructor({ url, key, timeoutMs = TIMEOUT_MS, maxRetries = MAX_RETRIES, ...rest }: ValetkeyOptions) {
    if (!/^[\x21-\x7e]+$/.test(key)) throw new TypeError('key: must be visible ASCII characters');
    const address = new Address(url);
    const authorization = `Bearer ${key}`;
    // Called without an object: platforms refuse their fetch as a method of another one.
    const send: typeof fetch = (input, init) => (rest.fetch ?? fetch)(input, init);
    this.#proxy = { address, authorization, fetch: send };
    this.#requests = new Requests({ address, authorization, fetch: send, timeoutMs, maxRetries });
    this.tasks = new Tasks(this.#requests);
    this.connections = new Connections(this.#requests);
    this.authorizations = new Authorizations(this.#requests);
    this.approvals = new Approvals(this.#requests);
    this.standingApprovals = new StandingApprovals(this.#requests);
  }

  /** Acts for a user, under the id that your app has for them. */
  for(userId: string): UserClient {
    if (userId === '') throw new TypeError('userId: must not be empty');
    return new UserClient(this.#requests, this.#proxy, userId);
  }
}
