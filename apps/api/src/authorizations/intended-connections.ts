import { Injectable } from '@nestjs/common';
import type { Connector } from '../connectors/index.js';
import { invalidInput, Problem } from '../platform/index.js';
import {
  type Connection,
  ConnectionsService,
  GrantsRepository,
  requireTokenStorage,
} from '../connections/index.js';

/** The result that an authorization should have, as far as the caller specifies it. */
export interface IntendedConnection {
  readonly userId: string;
  readonly connector: Connector;
  /** The connection that is to be upgraded or revived. */
  readonly connectionId?: string | undefined;
  /** The alias of a connection that is to be created. */
  readonly alias?: string | undefined;
}

/** Checks whether the requested result is possible. */
@Injectable()
export class IntendedConnections {
  constructor(
    private readonly connections: ConnectionsService,
    private readonly grants: GrantsRepository,
  ) {}

  /**
   * @throws Problem 404 when the user has no such connection, 400 `connection_mismatch` when it is at another
   *   connector, 409 `alias_taken`, 422 `token_storage_disabled`
   */
  async require({ userId, connector, connectionId, alias }: IntendedConnection): Promise<void> {
    requireTokenStorage(connector);
    if (connectionId !== undefined) {
      await this.connections.choose(userId, [connector.id], connectionId);
      if (alias !== undefined)
        throw invalidInput('alias: names a new connection; the one that connectionId names has its own');
    }
    if (alias === undefined) return;
    if (await this.grants.isAliasTaken({ userId, connectorId: connector.id, alias })) {
      throw new Problem('alias_taken.authorization', { alias, connector: connector.displayName });
    }
  }

  /** The connection that an authorization is for. @throws Problem 404 */
  connection(id: string, userId: string): Promise<Connection> {
    return this.connections.getConnection(id, userId);
  }
}
