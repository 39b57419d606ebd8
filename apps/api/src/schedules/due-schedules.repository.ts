import { Injectable } from '@nestjs/common';
import { leaseSql, TransactionalRepository, type Transaction } from '../platform/index.js';
import type { Schedule, ScheduleRun } from './schedule.js';
import { toSchedule } from './schedules.repository.js';

/** A schedule whose next run is due. */
export type DueSchedule = Schedule & { readonly nextRunAt: Date };

/** Which process makes the runs of a schedule. Leases are judged by the database's clock. */
@Injectable()
export class DueSchedulesRepository extends TransactionalRepository {
  /** Takes schedules that are due and that no other process has, the longest due first. */
  async claim(holder: string, leaseMs: number, now: Date, limit: number): Promise<DueSchedule[]> {
    const claimed = await this.prisma.$queryRaw<{ id: string }[]>`
      UPDATE schedules SET ${leaseSql.take(holder, leaseMs)} WHERE id IN (
        SELECT id FROM schedules WHERE next_run_at <= ${now} AND ${leaseSql.isFree}
        ORDER BY next_run_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
      RETURNING id`;
    const rows = await this.prisma.schedule.findMany({
      where: { id: { in: claimed.map(({ id }) => id) }, nextRunAt: { not: null } },
      orderBy: { nextRunAt: 'asc' },
    });
    return rows.map((row) => ({ ...toSchedule(row), nextRunAt: row.nextRunAt as Date }));
  }

  /**
   * Notes how a run went, sets the next one and lets go. A schedule that was paused or moved meanwhile keeps its next
   * run. A run that became no task leaves the last task in its place.
   * @returns false when another process has it, or it is gone
   */
  async finish(
    tx: Transaction,
    id: string,
    holder: string,
    { run, next }: { readonly run: ScheduleRun; readonly next: Date },
  ): Promise<boolean> {
    const problem = run.problem ? JSON.stringify(run.problem) : null;
    const count = await tx.$executeRaw`
      UPDATE schedules SET ${leaseSql.release},
        last_run_at = ${run.scheduledFor}, last_outcome = ${run.outcome},
        last_task_id = coalesce(${run.taskId ?? null}, last_task_id), last_problem = ${problem}::jsonb,
        next_run_at = CASE WHEN next_run_at = ${run.scheduledFor} THEN ${next} ELSE next_run_at END
      WHERE id = ${id} AND holder = ${holder}`;
    return count > 0;
  }
}
