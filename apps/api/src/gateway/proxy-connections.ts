import { Injectable } from '@nestjs/common';
import type { Provider } from '@valetkey/providers';
import { Authorizations, ConnectionsService, type SealedConnection } from '../connections/index.js';
import { ConnectorsService, type Connector } from '../connectors/index.js';
import { Problem } from '../platform/index.js';
import { UsersService } from '../users/index.js';
import type { ForwardRequest } from './forwarded-request.js';

/** Finds the connection that a forwarded request uses, or the link that makes one. */
@Injectable()
export class ProxyConnections {
  constructor(
    private readonly connectors: ConnectorsService,
    private readonly connections: ConnectionsService,
    private readonly authorizations: Authorizations,
    private readonly users: UsersService,
  ) {}

  /**
   * @throws Problem 403 `authorization_required` with a link, 403 `connector_disabled`, 409 `ambiguous_connection`,
   *   422 `connector_missing`
   */
  async choose(provider: Provider, request: ForwardRequest): Promise<SealedConnection> {
    const connectors = await this.connectors.requireForProvider(provider);
    const ids = connectors.map(({ id }) => id);
    const connection = await this.connections.choose(request.userId, ids, request.connectionId);
    if (connection?.tokens) return connection;
    const connector = connectors.find(({ id }) => id === connection?.connectorId) ?? connectors[0];
    throw await this.authorizationRequired(provider, connector, request);
  }

  /** Nobody can tell which scopes a raw request needs: the link asks for what the provider's reading actions need. */
  private async authorizationRequired(
    provider: Provider,
    connector: Connector,
    { principal, userId, trace }: ForwardRequest,
  ): Promise<Problem> {
    const reading = provider.actions.filter(({ effect }) => effect === 'read');
    const scopes = [...new Set(reading.flatMap((action) => action.scopes))];
    await this.users.ensure(userId);
    const link = await this.authorizations.link({
      userId,
      connector,
      scopes,
      reasons: reading.map(({ title }) => title),
      agentId: principal.type === 'agent' ? principal.id : undefined,
      actor: principal,
      trace,
    });
    return new Problem(
      403,
      'authorization_required',
      `The user has not connected ${connector.displayName}. Send them to authorizationUri.`,
      {
        missingScopes: scopes,
        authorizationId: link.id,
        authorizationUri: link.authorizationUri,
        authorizationExpiresAt: link.expiresAt.toISOString(),
      },
    );
  }
}
