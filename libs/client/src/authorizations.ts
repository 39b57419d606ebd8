import type { Authorization } from './api-types.js';
import { ConnectLink } from './connect-link.js';
import type { CallOptions, Requests } from './http/requests.js';

/** Links on which users consent, also those that an `AuthorizationError` brought. */
export class Authorizations {
  constructor(private readonly requests: Requests) {}

  /** @throws ProblemError `not_found` */
  async get(id: string, options?: CallOptions): Promise<ConnectLink> {
    const path = ['authorizations', id];
    return new ConnectLink(
      this.requests,
      await this.requests.json<Authorization>({ method: 'GET', path }, options),
    );
  }
}
