import { Injectable } from '@nestjs/common';
import { Audit, type AuditActor } from '../../audit/index.js';
import { Clock, failurePoint, type RequestTrace } from '../../platform/index.js';
import type { SealedConnection } from '../connection.js';
import { ConnectionsRepository } from '../connections.repository.js';
import { DisconnectRows } from './disconnect-rows.js';
import { Revocations } from './revocations.js';

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

  /**
   * Ends a connection; once more changes nothing.
   * @returns the connection as it is afterwards: `inactive`, its history kept
   */
  async disconnect(
    connection: SealedConnection,
    actor: AuditActor,
    trace?: RequestTrace,
  ): Promise<SealedConnection> {
    const how = { actor, trace, at: this.clock.date() };
    const ended = await this.connections.inTransaction(async (tx) => {
      const disconnected = await this.rows.disconnect(tx, connection, how);
      if (disconnected) await this.audit.recordIn(tx, disconnected.event);
      return disconnected;
    });
    failurePoint('revoke.moved');
    if (ended?.revocationId) await this.revocations.begin(ended.revocationId);
    return (await this.connections.find(connection.id)) ?? connection;
  }
}
