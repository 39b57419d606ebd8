import { Injectable } from '@nestjs/common';
import { Audit, type AuditActor } from '../audit/index.js';
import { Clock, newId, type RequestTrace } from '../platform/index.js';
import { Vault } from '../vault/index.js';
import type { SealedConnection } from './connection.js';
import { ConnectionsRepository } from './connections.repository.js';
import { Revocations, revocationBinding } from './revocations.js';
import { RevocationsRepository } from './revocations.repository.js';
import { StoreGrant } from './store-grant.js';
import { TokenSetsRepository } from './token-sets.repository.js';

/** Ends connections: the local copy is gone at once, the provider is told until it confirms. */
@Injectable()
export class Disconnect {
  constructor(
    private readonly rows: DisconnectRows,
    private readonly connections: ConnectionsRepository,
    private readonly revocations: Revocations,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** @returns the connection as it is afterwards: `inactive`, its history kept */
  async disconnect(connection: SealedConnection, actor: AuditActor, trace?: RequestTrace): Promise<SealedConnection> {
    const { id, userId, target } = connection;
    const revocationId = await this.connections.inTransaction(async (tx) => {
      const pending = await this.rows.moveToRevocation(tx, connection, this.clock.date());
      await this.connections.update(tx, id, { reason: 'disconnected', disconnectedAt: this.clock.date() });
      await this.audit.recordIn(tx, { type: 'connection.disconnected', outcome: 'succeeded', actor, userId, connectionId: id, target, ...trace, detail: { revocationId: pending } });
      return pending;
    });
    if (revocationId) await this.revocations.runDue();
    return (await this.connections.find(id)) ?? connection;
  }
}

/** Moves a token set out of use. */
@Injectable()
export class DisconnectRows {
  constructor(
    private readonly vault: Vault,
    private readonly tokenSets: TokenSetsRepository,
    private readonly revocations: RevocationsRepository,
    private readonly storeGrant: StoreGrant,
  ) {}

  async moveToRevocation(tx: Parameters<TokenSetsRepository['delete']>[0], connection: SealedConnection, now: Date): Promise<string | undefined> {
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
