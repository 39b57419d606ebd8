import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  AgentDependents,
  type AgentDependent,
  type ChangedBy,
  type EndedAuthority,
} from '../agents/index.js';
import type { NewAuditEvent } from '../audit/index.js';
import { Clock, type Transaction } from '../platform/index.js';
import { SchedulesRepository } from './schedules.repository.js';

/** Pauses the schedules of an agent that is disabled, or of a key that is revoked: a stolen key leaves nothing for later. */
@Injectable()
export class CalledOffSchedules implements AgentDependent, OnModuleInit {
  constructor(
    private readonly dependents: AgentDependents,
    private readonly clock: Clock,
    private readonly schedules: SchedulesRepository,
  ) {}

  async callOff(tx: Transaction, ended: EndedAuthority, by: ChangedBy): Promise<NewAuditEvent[]> {
    const { agentId, code } = ended;
    // Its token opens nothing that makes a schedule.
    if (code === 'session_ended') return [];
    const paused = await this.schedules.pauseAllOf(tx, ended, code, this.clock.date());
    return paused.map(({ id: scheduleId, userId, action, connectionId }) => ({
      type: 'schedule.paused',
      outcome: 'succeeded',
      actor: by.actor,
      userId,
      agentId,
      connectionId,
      action,
      ...by.trace,
      detail: { scheduleId, code },
    }));
  }

  onModuleInit(): void {
    this.dependents.register(this);
  }
}
