import { Injectable } from '@nestjs/common';
import type { AuditActor, NewAuditEvent } from '../audit/index.js';
import { newId, type RequestTrace, type Transaction } from '../platform/index.js';
import { Vault } from '../vault/index.js';
import type { Connection } from './connection.js';
import { ConnectionsRepository } from './connections.repository.js';
import { revocationBinding, type RevokedTokenSet } from './revocation.js';
import { RevocationsRepository } from './revocations.repository.js';
import { StoreGrant } from './store-grant.js';
import type { TokenSet } from './token-set.js';

/** Who disconnects, and when. */
export interface Disconnecting {
  readonly actor: AuditActor;
  readonly at: Date;
  readonly trace?: RequestTrace | undefined;
}

/** A connection that has ended just now. */
export interface Disconnected {
  /** Absent when no token set was stored. */
  readonly revocationId: string | undefined;
  readonly event: NewAuditEvent;
}

/** Whose token set is to be revoked. */
export interface RevokedFrom {
  /** The connection, or the authorization that has not become one yet. */
  readonly connectionId: string;
  readonly userId: string;
  readonly connectorId: string;
  readonly accountId: string;
  readonly scopes: readonly string[];
}

/** Moves a token set out of use. */
@Injectable()
export class DisconnectRows {
  constructor(
    private readonly connections: ConnectionsRepository,
    private readonly revocations: RevocationsRepository,
    private readonly vault: Vault,
    private readonly storeGrant: StoreGrant,
  ) {}

  /**
   * Ends the connection inside `tx`; what is stored now goes, whatever the caller has read. The caller records `event`,
   * last in its transaction.
   * @returns `undefined` when all of this was done before
   */
  async disconnect(
    tx: Transaction,
    { id, userId, connectorId, target }: Connection,
    { actor, at, trace }: Disconnecting,
  ): Promise<Disconnected | undefined> {
    const current = await this.connections.lock(tx, id);
    if (!current || (!current.sealed && current.reason === 'disconnected')) return undefined;
    let revocationId: string | undefined;
    if (current.sealed) {
      const tokenSet = await this.storeGrant.open(current.sealed, id, userId);
      const { account, scopes } = current;
      const from = { connectionId: id, userId, connectorId, accountId: account.id, scopes };
      revocationId = await this.toRevoke(tx, tokenSet, from, at);
      await this.connections.dropTokenSet(tx, id);
    }
    await this.connections.update(tx, id, { reason: 'disconnected', disconnectedAt: at });
    const event = {
      type: 'connection.disconnected' as const,
      outcome: 'succeeded' as const,
      actor,
      userId,
      connectionId: id,
      target,
      ...trace,
      detail: { revocationId },
    };
    return { revocationId, event };
  }

  /** Has a token set revoked that nobody uses any more. @returns the id of the revocation */
  async toRevoke(
    tx: Transaction,
    tokenSet: TokenSet,
    { connectionId, userId, connectorId, accountId, scopes }: RevokedFrom,
    at: Date,
  ): Promise<string> {
    const id = newId('rev');
    const kept: RevokedTokenSet = { ...tokenSet, accountId, scopes };
    const sealed = await this.vault.seal(JSON.stringify(kept), revocationBinding(id, userId));
    await this.revocations.add(tx, { id, connectionId, userId, connectorId, sealed }, at);
    return id;
  }

  /** Forgets what has been confirmed already. */
  forgetEnded(tx: Transaction, userId: string): Promise<void> {
    return this.revocations.deleteEnded(tx, userId);
  }
}
