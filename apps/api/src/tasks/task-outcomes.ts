import { Injectable } from '@nestjs/common';
import type { NewAuditEvent } from '../audit/index.js';
import type { ActionResult, CheckedRequest } from '../gateway/index.js';
import { Clock, Log, newId } from '../platform/index.js';
import { KeptResults, MOST_KEPT_BYTES } from '../results/index.js';
import { DEADLINE_PASSED, type NextStep, type Task, type TaskError, type TaskStatus } from './task.js';
import { TaskApprovals } from './task-approvals.js';
import type { TaskChange } from './task-move.js';
import { TaskMovesRepository } from './task-moves.repository.js';

/** Longest output, as JSON, that is a part of its task. A longer one is kept apart, for a day. */
const MOST_OUTPUT_BYTES = 256 * 1024;
const KEPT_MS = 86_400_000;

type Effect = CheckedRequest['action']['effect'];

interface TaskEnd extends Pick<TaskChange, 'output' | 'outcomeDecision'> {
  readonly status: TaskStatus;
  readonly message: string;
  readonly error: TaskError | null;
}

/** The ways in which a running task comes to rest, each with its line in the story and in the audit log. */
@Injectable()
export class TaskOutcomes {
  constructor(
    private readonly moves: TaskMovesRepository,
    private readonly approvals: TaskApprovals,
    private readonly results: KeptResults,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /**
   * It has run. A long output is kept apart. One that is too long for that is lost: a read has then brought nothing and
   * fails, a write has happened all the same.
   */
  async done(task: Task, run: ActionResult, effect: Effect, message: string): Promise<undefined> {
    const { output, connectionId } = run;
    const bytes = Buffer.byteLength(JSON.stringify(output) ?? '');
    if (bytes <= MOST_OUTPUT_BYTES)
      return void (await this.end(task, { status: 'succeeded', message, output, error: null }));
    const { id: taskId, userId, callerType, callerId, action } = task;
    const source = { userId, callerType, callerId, action, connectionId, taskId };
    const kept = await this.results.keep(source, output, KEPT_MS);
    if (kept) {
      const where = `${message} The output of ${bytes} bytes is kept until ${kept.expiresAt.toISOString()} as ${kept.id}.`;
      await this.end(task, { status: 'succeeded', message: where, error: null });
    } else if (effect === 'read') {
      await this.failed(task, {
        code: 'output_too_large',
        detail: `The output has ${bytes} bytes; ${MOST_KEPT_BYTES} are kept at most. Ask for less, or run the action directly.`,
      });
    } else {
      const why = `${message} The output of ${bytes} bytes is too large to be kept.`;
      await this.end(task, { status: 'succeeded', message: why, error: null });
    }
  }

  async failed(task: Task, error: TaskError): Promise<undefined> {
    await this.end(task, { status: 'failed', message: error.detail, error });
  }

  /** Its deadline has passed, and nothing was sent. @param from it ends if its status is still one of these */
  async overdue(task: Task, from: readonly TaskStatus[]): Promise<void> {
    const { detail: message } = DEADLINE_PASSED;
    const ended = await this.end(task, { status: 'failed', message, error: DEADLINE_PASSED }, from);
    if (ended) await this.approvals.withdraw(ended);
  }

  /** It may have happened and nobody can tell: a person decides. */
  async unknown(task: Task, why: string): Promise<undefined> {
    const error = {
      code: 'outcome_unknown',
      detail: `Whether this happened is not known: ${why} Check at the provider before you retry.`,
    };
    await this.end(task, { status: 'outcome_unknown', message: error.detail, error, outcomeDecision: null });
  }

  /** Its workers have ended again and again while they ran it: it is kept from ending more of them. */
  async abandoned(task: Task): Promise<undefined> {
    const code = 'worker_lost';
    const detail = `It was started ${task.attempts - 1} times and never came to an end, so it is not started any more.`;
    this.log.error('task abandoned', { taskId: task.id, starts: task.attempts - 1 });
    if (task.sentAt) return this.unknown(task, detail);
    return this.failed(task, { code, detail });
  }

  /** Our own mistake: the log has it, the task names an id. */
  async broke(task: Task, cause: unknown): Promise<undefined> {
    const id = newId('err');
    this.log.error('task failed', { taskId: task.id, errorId: id, error: cause });
    const error = {
      code: 'internal_error',
      detail: `Something went wrong on our side. Quote ${id} when you report it.`,
    };
    await this.end(
      task,
      task.sentAt
        ? { status: 'outcome_unknown', message: error.detail, error, outcomeDecision: null }
        : { status: 'failed', message: error.detail, error },
    );
  }

  async retryLater({ id }: Task, retryInMs: number, message: string): Promise<NextStep> {
    await this.moves.move({ id, from: ['running'], change: { status: 'queued' }, message });
    return { retryInMs };
  }

  async waitForAuthorization(task: Task, error: TaskError): Promise<undefined> {
    const { id, attempts } = task;
    await this.moves.move({
      id,
      from: ['running'],
      // Waiting is no attempt: a user who takes long does not use them up.
      change: { status: 'waiting_for_authorization', error, attempts: attempts - 1 },
      message: `Waiting for the user: ${error.detail}`,
      event: waiting(task, error),
    });
  }

  private async end(
    task: Task,
    { message, ...change }: TaskEnd,
    from: readonly TaskStatus[] = ['running'],
  ): Promise<Task | undefined> {
    return this.moves.move({
      id: task.id,
      from,
      change: { ...change, finishedAt: this.clock.date() },
      message,
      event: finished(task, change.status, change.error),
    });
  }
}

/** The event of a task that has ended. */
export function finished(task: Task, status: TaskStatus, error: TaskError | null): NewAuditEvent {
  return {
    ...about(task),
    type: 'task.finished',
    outcome: status === 'succeeded' ? 'succeeded' : 'failed',
    detail: { status, attempts: task.attempts, ...(error ? { code: error.code } : {}) },
  };
}

function waiting(task: Task, { code, missingScopes }: TaskError): NewAuditEvent {
  return {
    ...about(task),
    type: 'task.waiting_for_authorization',
    outcome: 'succeeded',
    detail: { code, ...(missingScopes ? { missingScopes } : {}) },
  };
}

function about({ id, userId, callerType, callerId, action, connectionId }: Task) {
  return {
    actor: { type: 'system', id: 'worker' },
    userId,
    agentId: callerType === 'agent' ? callerId : undefined,
    connectionId,
    taskId: id,
    action,
  } as const;
}
