import { Injectable } from '@nestjs/common';
import type { Connector } from '../connectors/index.js';
import type { Grant } from '../oauth/index.js';
import { type Connection, ConnectionRevocations, type Revoker } from '../connections/index.js';
import { PendingRevocations } from './pending-revocations.js';
import type { Revocation } from './revocation.js';
import { RevocationsRepository } from './revocations.repository.js';

/** The revocations as connections use them. */
@Injectable()
export class ConnectionRevoker implements Revoker {
  constructor(
    private readonly pending: PendingRevocations,
    private readonly revocations: RevocationsRepository,
    connections: ConnectionRevocations,
  ) {
    connections.register(this);
  }

  async revoke(
    { id: connectionId, userId, account, scopes }: Connection,
    { tokenSet, connector }: Grant & { readonly connector: Connector },
    at: Date,
  ): Promise<void> {
    const from = { connectionId, userId, connector, accountId: account.id, scopes };
    await this.revocations.inTransaction((tx) => this.pending.add(tx, tokenSet, from, at));
  }

  newestOf(connectionIds: readonly string[]): Promise<ReadonlyMap<string, Revocation>> {
    return this.revocations.newestOf(connectionIds);
  }
}
