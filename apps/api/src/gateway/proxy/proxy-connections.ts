import { Injectable } from '@nestjs/common';
import type { Provider } from '@valetkey/providers';
import { ConnectionsService, type SealedConnection, type SoughtConnection } from '../../connections/index.js';
import { ConnectorsService } from '../../connectors/index.js';
import type { Problem } from '../../platform/index.js';
import { ConsentLinks } from '../consent-links.js';
import type { ForwardRequest } from './forwarded-request.js';

/** Finds the connection that a forwarded request uses, or the link that makes one. */
@Injectable()
export class ProxyConnections {
  constructor(
    private readonly connectors: ConnectorsService,
    private readonly connections: ConnectionsService,
    private readonly consent: ConsentLinks,
  ) {}

  /**
   * @throws Problem 403 `authorization_required` with a link, 403 `connector_disabled`, 409 `ambiguous_connection`,
   *   422 `connector_missing` or `token_storage_disabled`
   */
  async choose(provider: Provider, request: ForwardRequest): Promise<SealedConnection> {
    const connectors = await this.connectors.requireForProvider(provider);
    const ids = connectors.map(({ id }) => id);
    const connection = await this.connections.choose(request.userId, ids, request.connectionId);
    if (connection?.tokens) return connection;
    throw await this.authorizationRequired(provider, request, connection);
  }

  /** As `choose`, to be used; from memory, if that will do. @throws Problem 403 `connector_disabled`, 422 `connector_missing` */
  async seek(provider: Provider, request: ForwardRequest): Promise<SoughtConnection> {
    const connectors = await this.connectors.requireForProvider(provider);
    const ids = connectors.map(({ id }) => id);
    const recalled = this.connections.recallChoice(request.userId, ids, request.connectionId);
    return this.connections.sought(recalled, () => this.choose(provider, request));
  }

  /**
   * The problem with the link over which the user connects, or connects again. Nobody can tell which scopes a raw request
   * needs: the link asks for those that the connection had, else for what the provider's reading actions need.
   */
  authorizationRequired(
    provider: Provider,
    request: ForwardRequest,
    connection: SealedConnection | undefined,
  ): Promise<Problem> {
    const reading = provider.actions.filter(({ effect }) => effect === 'read');
    const scopes = connection?.scopes.length
      ? connection.scopes
      : [...new Set(reading.flatMap((action) => action.scopes))];
    const reasons = reading.map(({ title }) => title);
    return this.consent.authorizationRequired({ provider, request, connection, scopes, reasons });
  }
}
