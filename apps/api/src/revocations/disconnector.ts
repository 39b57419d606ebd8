import { Injectable } from '@nestjs/common';
import type { NewAuditEvent } from '../audit/index.js';
import { ConnectorsService } from '../connectors/index.js';
import type { Transaction } from '../platform/index.js';
import {
  type Connection,
  ConnectionsRepository,
  type SealedConnection,
  TokenVault,
} from '../connections/index.js';
import { DisconnectDependents, type DisconnectedBy } from './disconnect-dependents.js';
import { PendingRevocations } from './pending-revocations.js';
import { RevocationsRepository } from './revocations.repository.js';

/** The caller that disconnects, and when. */
export interface Disconnecting extends DisconnectedBy {
  readonly at: Date;
}

/** A connection that has just been disconnected. */
export interface Disconnected {
  /** Absent when no token set was stored, or one for endpoints that the connector no longer has. */
  readonly revocationId: string | undefined;
  /** Its own, and those of what ends with it. */
  readonly events: readonly NewAuditEvent[];
}

/** Moves a token set from its connection to a revocation. */
@Injectable()
export class Disconnector {
  constructor(
    private readonly connections: ConnectionsRepository,
    private readonly revocations: RevocationsRepository,
    private readonly pending: PendingRevocations,
    private readonly connectors: ConnectorsService,
    private readonly vault: TokenVault,
    private readonly dependents: DisconnectDependents,
  ) {}

  /**
   * Disconnects inside `tx`; the token set that is stored now is removed, even if the caller has read another. The
   * caller records `events`, last in its transaction.
   * @returns `undefined` when all of this was done before
   */
  async disconnect(
    tx: Transaction,
    { id, userId, target }: Connection,
    { actor, at, trace }: Disconnecting,
  ): Promise<Disconnected | undefined> {
    const current = await this.connections.lock(tx, id);
    if (!current || (!current.sealed && current.reason === 'disconnected')) return undefined;
    let revocationId: string | undefined;
    if (current.sealed) {
      revocationId = await this.toRevoke(tx, current, at);
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
    const endings = await this.dependents.onDisconnected(tx, id, { actor, trace });
    return { revocationId, events: [...endings, event] };
  }

  /** @returns `undefined` for tokens of endpoints that the connector no longer has: they cannot be revoked here */
  private async toRevoke(tx: Transaction, current: SealedConnection, at: Date): Promise<string | undefined> {
    const { id: connectionId, userId, connectorId, account, scopes } = current;
    const connector = await this.connectors.findConnector(connectorId);
    if (!connector || !(await this.vault.isForConnector(current))) return undefined;
    const from = { connectionId, userId, connector, accountId: account.id, scopes };
    return this.pending.add(tx, await this.vault.open(current), from, at);
  }

  /** Deletes revocations that are confirmed already. */
  forgetEnded(tx: Transaction, userId: string): Promise<void> {
    return this.revocations.deleteEnded(tx, userId);
  }
}
