import { Injectable } from '@nestjs/common';
import type { Connector } from '../../connectors/index.js';
import type { Connection } from '../connection.js';
import { ConnectionsRepository } from '../connections.repository.js';
import { PendingRevocations } from './pending-revocations.js';
import type { Grant } from '../../oauth/index.js';

/** Token sets that a provider gave and that no connection will hold: they are revoked, not forgotten. */
@Injectable()
export class SupersededGrants {
  constructor(
    private readonly pending: PendingRevocations,
    private readonly connections: ConnectionsRepository,
  ) {}

  async revoke(
    { id: connectionId, userId, account, scopes }: Connection,
    { tokenSet, connector }: Grant & { readonly connector: Connector },
    at: Date,
  ): Promise<void> {
    const from = { connectionId, userId, connector, accountId: account.id, scopes };
    await this.connections.inTransaction((tx) => this.pending.add(tx, tokenSet, from, at));
  }
}
