import { Injectable } from '@nestjs/common';
import { Audit, type AuditActor } from '../audit/index.js';
import { newId, type RequestTrace, type Transaction } from '../platform/index.js';
import { Vault } from '../vault/index.js';
import type { SealedConnection } from './connection.js';
import { ConnectionsRepository } from './connections.repository.js';
import { revocationBinding, type RevokedTokenSet } from './revocation.js';
import { RevocationsRepository } from './revocations.repository.js';
import { StoreGrant } from './store-grant.js';

/** Who disconnects, and when. */
export interface Disconnecting {
  readonly actor: AuditActor;
  readonly at: Date;
  readonly trace?: RequestTrace | undefined;
}

/** Moves a token set out of use. */
@Injectable()
export class DisconnectRows {
  constructor(
    private readonly connections: ConnectionsRepository,
    private readonly revocations: RevocationsRepository,
    private readonly vault: Vault,
    private readonly storeGrant: StoreGrant,
    private readonly audit: Audit,
  ) {}

  /**
   * Ends the connection inside `tx`, its audit event included; what is stored now goes, whatever the caller has read.
   * @returns the id of the revocation; `undefined` when nothing was stored, or all of this was done before
   */
  async disconnect(
    tx: Transaction,
    { id, userId, connectorId, target }: SealedConnection,
    { actor, at, trace }: Disconnecting,
  ): Promise<string | undefined> {
    const current = await this.connections.lock(tx, id);
    if (!current || (!current.sealed && current.reason === 'disconnected')) return undefined;
    const revocationId = current.sealed ? newId('rev') : undefined;
    if (current.sealed && revocationId) {
      const tokenSet = await this.storeGrant.open(current.sealed, id, userId);
      const kept: RevokedTokenSet = { ...tokenSet, accountId: current.account.id };
      const sealed = await this.vault.seal(JSON.stringify(kept), revocationBinding(revocationId, userId));
      await this.connections.dropTokenSet(tx, id);
      const revocation = { id: revocationId, connectionId: id, userId, connectorId, sealed };
      await this.revocations.add(tx, revocation, at);
    }
    await this.connections.update(tx, id, { reason: 'disconnected', disconnectedAt: at });
    await this.audit.recordIn(tx, {
      type: 'connection.disconnected',
      outcome: 'succeeded',
      actor,
      userId,
      connectionId: id,
      target,
      ...trace,
      detail: { revocationId },
    });
    return revocationId;
  }
}
