import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  AgentDependents,
  type AgentDependent,
  type ChangedBy,
  type EndedAuthority,
} from '../agents/index.js';
import { StandingApprovals } from '../approvals/index.js';
import type { NewAuditEvent } from '../audit/index.js';
import { Clock, type Transaction } from '../platform/index.js';
import { CANCELABLE } from './task.js';
import { TaskApprovals } from './task-approvals.js';
import { TasksRepository } from './tasks.repository.js';

const WHY = {
  agent_disabled: 'The agent was disabled.',
  agent_key_revoked: 'The agent key was revoked.',
  session_ended: 'The session was ended.',
};

/**
 * Cancels what an agent that is disabled, or a key that is revoked, has open, and ends what it may do without asking: a
 * stolen key leaves nothing for later.
 */
@Injectable()
export class CalledOffTasks implements AgentDependent, OnModuleInit {
  constructor(
    private readonly tasks: TasksRepository,
    private readonly dependents: AgentDependents,
    private readonly approvals: TaskApprovals,
    private readonly standing: StandingApprovals,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.dependents.register(this);
  }

  async callOff(tx: Transaction, ended: EndedAuthority, by: ChangedBy): Promise<NewAuditEvent[]> {
    const canceled = await this.tasks.moveAllOf(tx, ended, CANCELABLE, {
      status: 'canceled',
      message: `Canceled: ${WHY[ended.code]}`,
      finishedAt: this.clock.date(),
    });
    await this.approvals.withdrawAll(tx, canceled);
    const events = canceled.map(
      ({ id, userId, action, connectionId }) =>
        ({
          type: 'task.canceled' as const,
          outcome: 'succeeded' as const,
          actor: by.actor,
          userId,
          agentId: ended.agentId,
          connectionId,
          taskId: id,
          action,
          ...by.trace,
          detail: { code: ended.code },
        }) satisfies NewAuditEvent,
    );
    return [...events, ...(await this.standing.callOff(tx, ended, by))];
  }
}
