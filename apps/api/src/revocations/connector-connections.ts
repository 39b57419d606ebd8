import { Injectable } from '@nestjs/common';
import { Audit, type AuditActor } from '../audit/index.js';
import { ConnectionsRepository } from '../connections/index.js';
import { ConnectorRowsRepository } from './connector-rows.repository.js';
import { Disconnector } from './disconnector.js';
import { Revocations } from './revocations.js';

/** The connections of one connector, to be ended one after another. */
@Injectable()
export class ConnectorConnections {
  constructor(
    private readonly rows: ConnectorRowsRepository,
    private readonly connections: ConnectionsRepository,
    private readonly disconnects: Disconnector,
    private readonly revocations: Revocations,
    private readonly audit: Audit,
  ) {}

  /** Ids of connections that hold tokens, in order, after the one that was seen last. */
  holdingTokens(connectorId: string, after: string, limit: number): Promise<string[]> {
    return this.rows.holdingTokens(connectorId, after, limit);
  }

  /** Disconnects one; its revocation goes on the queue. */
  async disconnect(id: string, actor: AuditActor, at: Date): Promise<void> {
    const connection = await this.connections.findConnection(id);
    if (!connection?.tokens) return;
    const revocationId = await this.connections.inTransaction(async (tx) => {
      const ended = await this.disconnects.disconnect(tx, connection, { actor, at });
      if (ended) await this.audit.recordIn(tx, ...ended.events);
      return ended?.revocationId;
    });
    if (revocationId) await this.revocations.enqueue([revocationId]);
  }
}
