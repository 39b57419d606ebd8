import { Injectable } from '@nestjs/common';
import type { Connector } from '../connectors/index.js';
import { invalidInput, Problem } from '../platform/index.js';
import {
  type Connection,
  ConnectionsService,
  GrantsRepository,
  requireTokenStorage,
} from '../connections/index.js';

/** What an authorization shall lead to, as far as whoever asks cares. */
export interface Aim {
  readonly userId: string;
  readonly connector: Connector;
  /** This very connection shall be widened or revived. */
  readonly connectionId?: string | undefined;
  /** The name of a connection that is to be made. */
  readonly alias?: string | undefined;
}

/** Knows whether an aim can be reached. */
@Injectable()
export class AuthorizationAims {
  constructor(
    private readonly connections: ConnectionsService,
    private readonly grants: GrantsRepository,
  ) {}

  /**
   * @throws Problem 404 when the user has no such connection, 400 `connection_mismatch` when it is at another
   *   connector, 409 `alias_taken`, 422 `token_storage_disabled`
   */
  async require({ userId, connector, connectionId, alias }: Aim): Promise<void> {
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
    return this.connections.get(id, userId);
  }
}
