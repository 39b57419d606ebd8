import { Injectable } from '@nestjs/common';
import type { Provider } from '@valetkey/providers';
import {
  Authorizations,
  ConnectionsService,
  requireTokenStorage,
  type SealedConnection,
} from '../connections/index.js';
import { ConnectorsService } from '../connectors/index.js';
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
   *   422 `connector_missing` or `token_storage_disabled`
   */
  async choose(provider: Provider, request: ForwardRequest): Promise<SealedConnection> {
    const connectors = await this.connectors.requireForProvider(provider);
    const ids = connectors.map(({ id }) => id);
    const connection = await this.connections.choose(request.userId, ids, request.connectionId);
    if (connection?.tokens) return connection;
    throw await this.authorizationRequired(provider, request, connection);
  }

  /**
   * The problem with the link over which the user connects, or connects again. Nobody can tell which scopes a raw request
   * needs: the link asks for those that the connection had, else for what the provider's reading actions need.
   */
  async authorizationRequired(
    provider: Provider,
    { principal, userId, trace }: ForwardRequest,
    connection: SealedConnection | undefined,
  ): Promise<Problem> {
    const connectors = await this.connectors.requireForProvider(provider);
    const connector =
      connectors.find(({ id }) => id === connection?.connectorId) ??
      connectors.find(({ options }) => options.storeTokens) ??
      connectors[0];
    requireTokenStorage(connector);
    const reading = provider.actions.filter(({ effect }) => effect === 'read');
    const scopes = connection?.scopes.length
      ? connection.scopes
      : [...new Set(reading.flatMap((action) => action.scopes))];
    await this.users.ensure(userId);
    const link = await this.authorizations.link({
      userId,
      connector,
      scopes,
      connectionId: connection?.id,
      reasons: reading.map(({ title }) => title),
      agentId: principal.type === 'agent' ? principal.id : undefined,
      actor: principal,
      trace,
    });
    const why = connection ? 'no longer works' : 'is not there yet';
    return new Problem(
      403,
      'authorization_required',
      `The user's ${connector.displayName} connection ${why}. Send them to authorizationUri.`,
      {
        missingScopes: scopes,
        reason: connection?.reason,
        connectionId: connection?.id,
        authorizationId: link.id,
        authorizationUri: link.authorizationUri,
        authorizationExpiresAt: link.expiresAt.toISOString(),
      },
    );
  }
}
