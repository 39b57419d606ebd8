import { Injectable } from '@nestjs/common';
import type { Provider } from '@valetkey/providers';
import type { NewAuditEvent } from '../../audit/index.js';
import {
  ConnectionsService,
  ConnectionUses,
  type SealedConnection,
  type UsedConnection,
} from '../../connections/index.js';
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
    private readonly uses: ConnectionUses,
    private readonly consent: ConsentLinks,
  ) {}

  /**
   * Records the intent of a request with the connection that it uses.
   * @throws Problem 403 `authorization_required` with a link, 403 `connector_disabled`, 409 `ambiguous_connection`,
   *   422 `connector_missing` or `token_storage_disabled`, 503 `audit_unavailable`
   */
  async intend(provider: Provider, request: ForwardRequest, event: NewAuditEvent): Promise<UsedConnection> {
    const connectors = await this.connectors.requireForPlaced(provider);
    const { userId, connectionId } = request;
    const wanted = { userId, connectionId, connectorIds: connectors.map(({ id }) => id) };
    return this.uses.record({ ...wanted, event }, async (found) => {
      const connection = await this.connections.chooseAmong(found, wanted);
      if (connection?.tokens) return connection;
      throw await this.authorizationRequired(provider, request, connection);
    });
  }

  /** The connector of the connection that a request names. @throws Problem 404 when it is not this user's */
  async connectorId({ connectionId, userId }: ForwardRequest): Promise<string | undefined> {
    return connectionId === undefined
      ? undefined
      : (await this.connections.getConnection(connectionId, userId)).connectorId;
  }

  /**
   * The problem with the link over which the user connects, or connects again. Nobody can tell which scopes a raw request
   * needs: the link asks for those that the connection had, else for what the provider's reading actions need, or its
   * entry in the catalogue says.
   */
  authorizationRequired(
    provider: Provider,
    request: ForwardRequest,
    connection: SealedConnection | undefined,
  ): Promise<Problem> {
    const reading = provider.actions.filter(({ effect }) => effect === 'read');
    const scopes = connection?.scopes.length
      ? connection.scopes
      : [...new Set([...(provider.defaultScopes ?? []), ...reading.flatMap((action) => action.scopes)])];
    const reasons = reading.map(({ title }) => title);
    return this.consent.authorizationRequired({ provider, request, connection, scopes, reasons });
  }
}
