import { Injectable } from '@nestjs/common';
import { ConnectorsService } from '../connectors/index.js';
import { Clock, type RequestTrace } from '../platform/index.js';
import { Disconnect } from '../revocations/index.js';
import { accountName, ConnectionsRepository } from '../connections/index.js';

/** The newest that one page shows. */
const MOST = 100;

/** An account that agents can use for a user, in the user's words. */
export interface UserAccount {
  readonly connectionId: string;
  readonly providerName: string;
  readonly account: string;
  readonly alias: string | undefined;
}

/** The accounts that a user has connected, and their end by the user's own hand. */
@Injectable()
export class UserAccounts {
  constructor(
    private readonly connections: ConnectionsRepository,
    private readonly connectors: ConnectorsService,
    private readonly disconnects: Disconnect,
    private readonly clock: Clock,
  ) {}

  /** Those that hold tokens, newest first. */
  async list(userId: string): Promise<UserAccount[]> {
    const [connections, connectors] = await Promise.all([
      this.connections.newest({ userId }, this.clock.date(), undefined, MOST),
      this.connectors.all(),
    ]);
    const names = new Map(connectors.map(({ id, displayName }) => [id, displayName]));
    return connections
      .filter(({ tokens }) => tokens)
      .map((connection) => ({
        connectionId: connection.id,
        providerName: names.get(connection.connectorId) ?? connection.target,
        account: accountName(connection),
        alias: connection.alias,
      }));
  }

  /** @throws Problem 404 unless it is this user's */
  async disconnect(userId: string, connectionId: string, trace: RequestTrace): Promise<void> {
    await this.disconnects.disconnect(connectionId, { type: 'user', id: userId, rawTokens: false }, trace);
  }
}
