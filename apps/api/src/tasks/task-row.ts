import type { OutcomeDecision, Task, TaskError, TaskStatus } from './task.js';

/** A row of `tasks`, by whichever way it was read. */
export interface TaskRow {
  readonly id: string;
  readonly userId: string;
  readonly callerType: string;
  readonly callerId: string;
  readonly keyId: string | null;
  readonly action: string;
  readonly connectionId: string | null;
  readonly input: unknown;
  readonly status: string;
  readonly output: unknown;
  readonly error: unknown;
  readonly effectId: string;
  readonly approvalId: string | null;
  readonly sentAt: Date | null;
  readonly outcomeDecision: unknown;
  readonly attempts: number;
  readonly createdAt: Date;
  readonly runAt: Date | null;
  readonly deadlineAt: Date | null;
  readonly priority: number;
  readonly scheduleId: string | null;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** The columns of a `TaskRow` in SQL. */
export const TASK_COLUMNS = `
  id, user_id AS "userId", caller_type AS "callerType", caller_id AS "callerId", key_id AS "keyId", action, connection_id AS "connectionId", input, status, output, error, effect_id AS "effectId",
  approval_id AS "approvalId",
  sent_at AS "sentAt", outcome_decision AS "outcomeDecision", attempts, created_at AS "createdAt", run_at AS "runAt", deadline_at AS "deadlineAt", priority,
  schedule_id AS "scheduleId",
  started_at AS "startedAt", finished_at AS "finishedAt"`;

export function toTask(row: TaskRow): Task {
  return {
    id: row.id,
    userId: row.userId,
    callerType: row.callerType as Task['callerType'],
    callerId: row.callerId,
    keyId: row.keyId ?? undefined,
    action: row.action,
    connectionId: row.connectionId ?? undefined,
    input: row.input,
    status: row.status as TaskStatus,
    output: row.output ?? undefined,
    error: (row.error as TaskError | null) ?? undefined,
    effectId: row.effectId,
    approvalId: row.approvalId ?? undefined,
    sentAt: row.sentAt ?? undefined,
    outcomeDecision: (row.outcomeDecision as OutcomeDecision | null) ?? undefined,
    attempts: row.attempts,
    createdAt: row.createdAt,
    runAt: row.runAt ?? undefined,
    deadlineAt: row.deadlineAt ?? undefined,
    priority: row.priority,
    scheduleId: row.scheduleId ?? undefined,
    startedAt: row.startedAt ?? undefined,
    finishedAt: row.finishedAt ?? undefined,
  };
}
