import { Injectable } from '@nestjs/common';
import { Audit, actorOf, type AuditActor } from '../audit/index.js';
import { Clock, failurePoint, type Caller, type RequestTrace } from '../platform/index.js';
import { ConnectionsRepository, ConnectionsService, type SealedConnection } from '../connections/index.js';
import { Disconnector } from './disconnector.js';
import { Revocations } from './revocations.js';

/** Ends connections: the local copy is gone at once, the provider is told until it confirms. */
@Injectable()
export class Disconnect {
  constructor(
    private readonly rows: Disconnector,
    private readonly connections: ConnectionsService,
    private readonly repository: ConnectionsRepository,
    private readonly revocations: Revocations,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Ends a connection that is the caller's to see; once more changes nothing.
   * @returns the connection as it is afterwards: `inactive`, its history kept
   * @throws Problem 404
   */
  async disconnect(id: string, caller: Caller, trace: RequestTrace): Promise<SealedConnection> {
    const connection = await this.connections.getConnection(
      id,
      caller.type === 'user' ? caller.id : undefined,
    );
    return this.disconnectAs(actorOf(caller), connection, trace);
  }

  /** As `disconnect`, for a connection that was found to be the actor's to end. */
  async disconnectAs(
    actor: AuditActor,
    connection: SealedConnection,
    trace: RequestTrace | undefined,
  ): Promise<SealedConnection> {
    const how = { actor, trace, at: this.clock.date() };
    const ended = await this.repository.inTransaction(async (tx) => {
      const disconnected = await this.rows.disconnect(tx, connection, how);
      if (disconnected) await this.audit.recordIn(tx, ...disconnected.events);
      return disconnected;
    });
    failurePoint('revoke.moved');
    if (ended?.revocationId) await this.revocations.begin(ended.revocationId);
    return (await this.repository.findConnection(connection.id)) ?? connection;
  }
}
