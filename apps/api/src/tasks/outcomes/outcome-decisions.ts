import { Injectable } from '@nestjs/common';
import { actorOf, type NewAuditEvent } from '../../audit/index.js';
import { canBeLookedUp } from '../../gateway/index.js';
import { Clock, Problem, randomSecret, type Caller, type RequestTrace } from '../../platform/index.js';
import type { OutcomeDecision, Task } from '../task.js';
import { TaskAuthority } from '../task-authority.js';
import type { TaskChange, TaskMove } from '../task-move.js';
import { TaskMovesRepository } from '../task-moves.repository.js';
import { TaskQueue } from '../task-queue.js';
import { TasksService } from '../tasks.service.js';

/** A word on a task whose outcome is not known. */
export interface OutcomeWord {
  readonly decision: OutcomeDecision['decision'];
  readonly note?: string | undefined;
  /** The end of the task that it is about. */
  readonly finishedAt?: Date | undefined;
}

/** Decided tasks, each once: it happened, it did not and is to be sent again, or it is left as it is. */
@Injectable()
export class OutcomeDecisions {
  constructor(
    private readonly tasks: TasksService,
    private readonly moves: TaskMovesRepository,
    private readonly authority: TaskAuthority,
    private readonly queue: TaskQueue,
    private readonly clock: Clock,
  ) {}

  /**
   * The same word again changes nothing. A task that was left can still be decided on.
   * @throws Problem 404; 409 `task_outcome_known` or `task_outcome_decided`; 429 `too_many_open_tasks`
   */
  async decide(id: string, word: OutcomeWord, caller: Caller, trace: RequestTrace): Promise<Task> {
    const task = await this.tasks.getTask(id, caller);
    const { finishedAt } = task;
    const isSameEnd = word.finishedAt === undefined || word.finishedAt.getTime() === finishedAt?.getTime();
    const isSaid = task.outcomeDecision?.decision === word.decision;
    if (task.status !== 'outcome_unknown' || !finishedAt || !isSameEnd || isSaid) return settled(task, word);
    const move = {
      id,
      from: [task.status],
      rested: { at: finishedAt, undecided: word.decision === 'leave' },
      change: this.change(task, word, caller),
      message: message(word, caller),
      event: event(task, word, caller, trace),
    };
    return word.decision === 'send_again' ? this.sendAgain(task, move, caller) : this.end(task, move, caller);
  }

  private async end(task: Task, move: TaskMove, caller: Caller): Promise<Task> {
    return (await this.moves.move(move)) ?? this.lost(task, move, caller);
  }

  private async sendAgain(task: Task, move: TaskMove, caller: Caller): Promise<Task> {
    const again = await this.moves.reopen(task, move);
    if (!again) return this.lost(task, move, caller);
    await this.queue.remove(task.id);
    await this.queue.add(again);
    return again;
  }

  /** Another decision came first, or the caller of the task has no room for an open one. */
  private async lost({ id, finishedAt }: Task, { change }: TaskMove, caller: Caller): Promise<Task> {
    const now = await this.tasks.getTask(id, caller);
    const isAsItWas = now.status === 'outcome_unknown' && now.finishedAt?.getTime() === finishedAt?.getTime();
    const { decision = 'leave' } = change.outcomeDecision ?? {};
    if (isAsItWas && decision === 'send_again') throw this.authority.tooManyOpen(now);
    return settled(now, { decision });
  }

  private change(task: Task, { decision, note }: OutcomeWord, caller: Caller): TaskChange {
    const outcomeDecision = {
      decision,
      note,
      by: { type: caller.type, id: caller.id },
      at: this.clock.date().toISOString(),
      sentAt: task.sentAt?.toISOString(),
    };
    if (decision === 'leave') return { status: 'outcome_unknown', outcomeDecision };
    if (decision === 'happened')
      return { status: 'succeeded', error: null, finishedAt: this.clock.date(), outcomeDecision };
    return {
      status: 'queued',
      attempts: 0,
      error: null,
      finishedAt: null,
      outcomeDecision,
      // The approval was for the sending before this one.
      approvalId: null,
      // An id that the provider cannot be asked about cannot be told from its first use.
      ...(canBeLookedUp(task.action) ? {} : { effectId: randomSecret(20) }),
      ...(caller.type === 'agent' ? { keyId: caller.keyId } : {}),
    };
  }
}

/** @throws Problem unless this is what was said already */
function settled(task: Task, { decision }: Pick<OutcomeWord, 'decision'>): Task {
  const { status, outcomeDecision } = task;
  if (outcomeDecision?.decision === decision) return task;
  if (status === 'outcome_unknown' && !outcomeDecision) throw new Problem('task_outcome_decided.earlier_end');
  throw outcomeDecision
    ? new Problem('task_outcome_decided', { decision: outcomeDecision.decision })
    : new Problem('task_outcome_known', { status });
}

const SAID = {
  happened: 'says that it happened',
  send_again: 'says that it did not happen, and has it sent again',
  leave: 'leaves it as it is',
} as const;

const SPEAKERS = { agent: 'The app', user: 'The user', operator: 'An operator' } as const;

function message({ decision, note }: OutcomeWord, { type }: Caller): string {
  return `${SPEAKERS[type]} ${SAID[decision]}${note === undefined ? '.' : `: ${note}`}`;
}

function event(task: Task, { decision }: OutcomeWord, caller: Caller, trace: RequestTrace): NewAuditEvent {
  return {
    type: 'task.outcome_decided',
    outcome: 'succeeded',
    actor: actorOf(caller),
    userId: task.userId,
    agentId: task.callerType === 'agent' ? task.callerId : undefined,
    connectionId: task.connectionId,
    taskId: task.id,
    action: task.action,
    ...trace,
    detail: { decision, effectId: task.effectId },
  };
}
