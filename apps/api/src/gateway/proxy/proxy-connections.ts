import { Injectable } from '@nestjs/common';
import { placeholdersIn, type Provider } from '@valetkey/providers';
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
import { readingConsent } from './reading-consent.js';
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
    const all = connectionId === undefined ? await this.connectors.forProvider(provider) : [];
    // Another tenant is another place: which of two is meant is not guessed.
    if (all.length > connectors.length)
      await this.connections.choose(
        userId,
        all.map(({ id }) => id),
      );
    const wanted = { userId, connectionId, connectorIds: connectors.map(({ id }) => id) };
    return this.uses.record({ ...wanted, event }, async (found) => {
      const connection = await this.connections.chooseAmong(found, wanted);
      if (connection?.tokens) return connection;
      throw await this.authorizationRequired(provider, request, connection);
    });
  }

  /**
   * The connector of the connection that a request names, or of the only one that its user has. That there are several is
   * told after the policy's yes.
   * @throws Problem 404 when the connection is not this user's
   */
  async connectorId(
    { connectionId, userId }: ForwardRequest,
    provider: Provider,
  ): Promise<string | undefined> {
    if (connectionId !== undefined)
      return (await this.connections.getConnection(connectionId, userId)).connectorId;
    if (placeholdersIn(provider.apiBaseUrl).length === 0) return undefined;
    const connectors = await this.connectors.forProvider(provider);
    if (connectors.length < 2) return undefined;
    const { stored, usable } = await this.connections.candidates(
      userId,
      connectors.map(({ id }) => id),
    );
    return (usable[0] ?? stored[0])?.connectorId;
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
    const reading = readingConsent(provider);
    const scopes = connection?.scopes.length ? connection.scopes : reading.scopes;
    return this.consent.authorizationRequired({
      provider,
      request,
      connection,
      scopes,
      reasons: reading.reasons,
    });
  }
}
