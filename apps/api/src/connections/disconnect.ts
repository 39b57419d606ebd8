import { Injectable } from '@nestjs/common';
import { Audit, type AuditActor } from '../audit/index.js';
import { Clock, type RequestTrace } from '../platform/index.js';
import type { SealedConnection } from './connection.js';
import { ConnectionsRepository } from './connections.repository.js';
import { Revocations } from './revocations.js';
import { DisconnectRows } from './disconnect-rows.js';

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
  async disconnect(
    connection: SealedConnection,
    actor: AuditActor,
    trace?: RequestTrace,
  ): Promise<SealedConnection> {
    const { id, userId, target } = connection;
    const revocationId = await this.connections.inTransaction(async (tx) => {
      const pending = await this.rows.moveToRevocation(tx, connection, this.clock.date());
      await this.connections.update(tx, id, { reason: 'disconnected', disconnectedAt: this.clock.date() });
      await this.audit.recordIn(tx, {
        type: 'connection.disconnected',
        outcome: 'succeeded',
        actor,
        userId,
        connectionId: id,
        target,
        ...trace,
        detail: { revocationId: pending },
      });
      return pending;
    });
    if (revocationId) await this.revocations.runDue();
    return (await this.connections.find(id)) ?? connection;
  }
}
