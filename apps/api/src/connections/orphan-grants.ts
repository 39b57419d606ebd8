import { Injectable } from '@nestjs/common';
import { newId, type Transaction } from '../platform/index.js';
import { Vault } from '../vault/index.js';
import type { Connection } from './connection.js';
import { ConnectionsRepository } from './connections.repository.js';
import { revocationBinding, type RevokedTokenSet } from './revocation.js';
import { RevocationsRepository } from './revocations.repository.js';
import type { TokenSet } from './token-set.js';

/** Token sets that a provider gave and that no connection will hold: they are revoked, not forgotten. */
@Injectable()
export class OrphanGrants {
  constructor(
    private readonly vault: Vault,
    private readonly connections: ConnectionsRepository,
    private readonly revocations: RevocationsRepository,
  ) {}

  async revoke(
    { id: connectionId, userId, connectorId, account, scopes }: Connection,
    tokenSet: TokenSet,
    at: Date,
  ): Promise<void> {
    const id = newId('rev');
    const kept: RevokedTokenSet = { ...tokenSet, accountId: account.id, scopes };
    const sealed = await this.vault.seal(JSON.stringify(kept), revocationBinding(id, userId));
    await this.connections.inTransaction((tx: Transaction) =>
      this.revocations.add(tx, { id, connectionId, userId, connectorId, sealed }, at),
    );
  }
}
