import { Injectable } from '@nestjs/common';
import { Audit, type AuditActor } from '../audit/index.js';
import { isUniqueViolation, Problem, type RequestTrace } from '../platform/index.js';
import type { SealedConnection } from './connection.js';
import { ConnectionsRepository } from './connections.repository.js';

/** Changes to a connection that people may make. */
@Injectable()
export class ConnectionChanges {
  constructor(
    private readonly connections: ConnectionsRepository,
    private readonly audit: Audit,
  ) {}

  /**
   * Sets or removes a connection's alias.
   * @throws Problem 409 `alias_taken` when another connection of this user at this connector has it
   */
  async rename(
    { id, userId, target, alias: before }: SealedConnection,
    alias: string | null,
    actor: AuditActor,
    trace: RequestTrace,
  ): Promise<void> {
    if (alias === (before ?? null)) return;
    try {
      await this.connections.inTransaction(async (tx) => {
        await this.connections.update(tx, id, { alias });
        await this.audit.recordIn(tx, {
          type: 'connection.updated',
          outcome: 'succeeded',
          actor,
          userId,
          agentId: actor.type === 'agent' ? actor.id : undefined,
          connectionId: id,
          target,
          ...trace,
          detail: { changed: ['alias'] },
        });
      });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new Problem('alias_taken');
    }
  }
}
