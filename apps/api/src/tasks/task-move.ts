import type { NewAuditEvent } from '../audit/index.js';
import { storable } from '../platform/index.js';
import type { OutcomeDecision, TaskError, TaskStatus } from './task.js';

/** The columns that a move changes; a member that is `null` is emptied, one that is absent stays. */
export interface TaskChange {
  readonly status: TaskStatus;
  readonly output?: unknown;
  readonly error?: TaskError | null;
  readonly attempts?: number;
  readonly startedAt?: Date;
  readonly finishedAt?: Date | null;
  readonly keyId?: string | undefined;
  readonly effectId?: string | undefined;
  readonly approvalId?: null;
  readonly outcomeDecision?: OutcomeDecision | null;
}

/** One step of a task, with the line of its story and the event of the log. */
export interface TaskMove {
  readonly id: string;
  /** It is moved only when its status is one of these. */
  readonly from: readonly TaskStatus[];
  readonly change: TaskChange;
  /** It is moved only when it came to rest at this time; `undecided`: and only when no decision on it is kept. */
  readonly rested?: { readonly at: Date; readonly undecided: boolean };
  /** Without it the move begins an attempt, which it counts and tells: not once the deadline has passed. */
  readonly message?: string;
  readonly event?: NewAuditEvent;
}

/** The change as a record of columns. */
export function changedColumns({ output, error, outcomeDecision, ...change }: TaskChange) {
  const { attempts, status, startedAt, finishedAt, keyId, effectId, approvalId } = change;
  return {
    status,
    output: storable(output),
    error: storable(error),
    attempts,
    key_id: keyId,
    effect_id: effectId,
    approval_id: approvalId,
    outcome_decision: storable(outcomeDecision),
    started_at: startedAt,
    finished_at: finishedAt,
  };
}
