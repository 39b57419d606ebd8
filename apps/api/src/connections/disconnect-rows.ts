import { Injectable } from '@nestjs/common';
import { newId, type Transaction } from '../platform/index.js';
import { Vault } from '../vault/index.js';
import type { SealedConnection } from './connection.js';
import { revocationBinding } from './revocations.js';
import { RevocationsRepository } from './revocations.repository.js';
import { StoreGrant } from './store-grant.js';
import { TokenSetsRepository } from './token-sets.repository.js';

/** Moves a token set out of use. */
@Injectable()
export class DisconnectRows {
  constructor(
    private readonly vault: Vault,
    private readonly tokenSets: TokenSetsRepository,
    private readonly revocations: RevocationsRepository,
    private readonly storeGrant: StoreGrant,
  ) {}

  async moveToRevocation(
    tx: Transaction,
    connection: SealedConnection,
    now: Date,
  ): Promise<string | undefined> {
    if (!connection.sealed) return undefined;
    const { id: connectionId, userId, connectorId } = connection;
    const tokenSet = await this.storeGrant.open(connection.sealed, connectionId, userId);
    const id = newId('rev');
    const sealed = await this.vault.seal(JSON.stringify(tokenSet), revocationBinding(id, userId));
    await this.tokenSets.delete(tx, connectionId);
    await this.revocations.add(tx, { id, connectionId, userId, connectorId, sealed }, now);
    return id;
  }
}
