import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AgentsService } from '../agents/index.js';
import { Audit, Audits, type NewAuditEvent } from '../audit/index.js';
import { PoliciesService, verbAction } from '../policies/index.js';
import { Clock, Jobs, Problem, randomSecret } from '../platform/index.js';
import { TasksService } from '../tasks/index.js';
import { nextRun } from './cron.js';
import { DueSchedulesRepository, type DueSchedule } from './due-schedules.repository.js';
import type { ScheduleRun } from './schedule.js';

const EVERY_MS = 1_000;
const BATCH = 25;
/** A process that dies with a run in hand delays it by as long. */
const LEASE_MS = 20_000;
/** A run that is later than this has been missed. */
const MISSED_AFTER_MS = 60_000;
/** How long a run is tried that fails for our own reasons. */
const TRIED_FOR_MS = 10 * 60_000;
const ACTOR = { type: 'system', id: 'schedules' } as const;

type Outcome = Omit<ScheduleRun, 'scheduledFor'>;

/**
 * Makes a task of each run that is due. The row is the truth: the queue hears of a run when it is a task. A run is
 * named by its schedule and its time, so that it becomes one task however many processes make it, or die doing so.
 */
@Audits('task.queued', 'approval.requested', 'schedule.run_missed', 'schedule.run_refused')
@Injectable()
export class ScheduleRuns implements OnApplicationBootstrap {
  private readonly holder = randomSecret(9);

  constructor(
    private readonly due: DueSchedulesRepository,
    private readonly tasks: TasksService,
    private readonly agents: AgentsService,
    private readonly policies: PoliciesService,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
  ) {}

  onApplicationBootstrap(): void {
    this.jobs.every(EVERY_MS, 'making the runs of schedules', () => this.run());
  }

  /** One round. */
  async run(): Promise<void> {
    for (;;) {
      const due = await this.due.claim(this.holder, LEASE_MS, this.clock.date(), BATCH);
      const runs = await Promise.allSettled(due.map((schedule) => this.runOne(schedule)));
      for (const run of runs) if (run.status === 'rejected') throw run.reason;
      if (due.length < BATCH || this.jobs.isStopping) return;
    }
  }

  private async runOne(schedule: DueSchedule): Promise<void> {
    const late = this.clock.now() - schedule.nextRunAt.getTime();
    if (schedule.missedRuns === 'none' && late > MISSED_AFTER_MS)
      return this.finish(schedule, { outcome: 'missed' }, MISSED_AFTER_MS);
    const outcome = await this.outcome(schedule, late);
    if (outcome) await this.finish(schedule, outcome);
  }

  /** @returns `undefined` when it is to be tried again: the lease keeps it until then */
  private async outcome(schedule: DueSchedule, late: number): Promise<Outcome | undefined> {
    try {
      const before = schedule.lastRun?.taskId;
      if (before !== undefined && (await this.tasks.isOpen(before))) return { outcome: 'skipped' };
      return { outcome: 'queued', taskId: await this.makeTask(schedule) };
    } catch (error) {
      const problem = error instanceof Error && error.cause instanceof Problem ? error.cause : error;
      const isOurs = !(problem instanceof Problem) || problem.status >= 500;
      if (isOurs && late < TRIED_FOR_MS) throw error;
      const { code, detail } = problem instanceof Problem ? problem : new Problem('unavailable');
      return { outcome: 'refused', problem: { code, detail } };
    }
  }

  /** Its caller has the authority that it has now, not only when it made the schedule. @throws Problem as a task's checks do */
  private async makeTask(schedule: DueSchedule): Promise<string> {
    const { id: scheduleId, userId, callerType: type, callerId: id, agentId, keyId, nextRunAt } = schedule;
    const principal = { type, id };
    if (agentId !== undefined) await this.agents.requireAuthority(agentId, keyId);
    await this.policies.require({ principal, userId, action: verbAction('task.create'), context: {} });
    const { action, connectionId, input, priority } = schedule;
    // No caller can send a key with a space.
    const idempotencyKey = `${scheduleId} ${nextRunAt.toISOString()}`;
    const request = {
      userId,
      action,
      connectionId,
      input,
      priority,
      scheduleId,
      runAt: nextRunAt,
      idempotencyKey,
    };
    return (await this.tasks.createFor({ principal, keyId, actor: ACTOR }, request)).id;
  }

  /** @param lookBackMs how long before now the next run may have been due */
  private async finish(schedule: DueSchedule, outcome: Outcome, lookBackMs = 0): Promise<void> {
    const { id, cron, timeZone, nextRunAt: scheduledFor } = schedule;
    const from = Math.max(scheduledFor.getTime(), this.clock.now() - lookBackMs);
    const finished = { run: { scheduledFor, ...outcome }, next: nextRun(cron, timeZone, new Date(from)) };
    const event = eventOf(schedule, outcome);
    await this.due.inTransaction(async (tx) => {
      if ((await this.due.finish(tx, id, this.holder, finished)) && event)
        await this.audit.recordIn(tx, event);
    });
  }
}

/** A run that became a task has the event of that task. */
function eventOf(schedule: DueSchedule, { outcome, problem }: Outcome): NewAuditEvent | undefined {
  if (outcome !== 'missed' && outcome !== 'refused') return undefined;
  const { id: scheduleId, userId, agentId, connectionId, action, nextRunAt } = schedule;
  const code = problem && { code: problem.code };
  return {
    type: `schedule.run_${outcome}`,
    outcome: 'failed',
    actor: ACTOR,
    userId,
    agentId,
    connectionId,
    action,
    detail: { scheduleId, scheduledFor: nextRunAt.toISOString(), ...code },
  };
}
