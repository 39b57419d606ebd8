import { Injectable } from '@nestjs/common';
import { actorOf, type AuditActor } from '../audit/index.js';
import type { Principal } from '../policies/index.js';
import { principalOf, type ApprovalAsk, type ApprovalNeeded } from '../gateway/index.js';
import {
  Clock,
  newId,
  notFound,
  Problem,
  randomSecret,
  sameSecret,
  ownRows,
  visiblePage,
  type Caller,
  type CursorPage,
  type ListedPage,
  type MayShow,
  type PageRequest,
  type RequestTrace,
} from '../platform/index.js';
import { hashOfRequest } from './request-hash.js';
import {
  CANCELABLE,
  hasEnded,
  isOverdue,
  PRIORITIES,
  RETRYABLE,
  type Task,
  type TaskEvent,
  type TaskStatus,
} from './task.js';
import { TaskApprovals, type Waiting } from './task-approvals.js';
import { TaskAuthority } from './task-authority.js';
import { TaskQueue } from './task-queue.js';
import { TaskMovesRepository, type NewTask } from './task-moves.repository.js';
import { TasksRepository, type TaskFilter } from './tasks.repository.js';

export interface TaskRequest {
  readonly userId: string;
  readonly action: string;
  readonly connectionId?: string | undefined;
  readonly input: Record<string, unknown>;
  readonly runAt?: Date | undefined;
  readonly deadlineAt?: Date | undefined;
  readonly priority?: number | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly scheduleId?: string | undefined;
  /** The approval that the caller asks for, should the policy want one. */
  readonly approval?: ApprovalAsk | undefined;
}

/** The caller in whose name a task is queued. */
export interface TaskOwner {
  readonly principal: Principal;
  /** The agent key under which it runs. */
  readonly keyId?: string | undefined;
  /** By whom the log says that it was queued. */
  readonly actor: AuditActor;
}

/** Which page of a list, and which of its rows may be shown. */
export interface TaskListing {
  readonly cursor: string | undefined;
  readonly limit: number;
  readonly mayShow?: MayShow | undefined;
}

/** Queues actions and tells their story. The row is written before the job, so that a crash between the two loses nothing. */
@Injectable()
export class TasksService {
  constructor(
    private readonly repository: TasksRepository,
    private readonly queue: TaskQueue,
    private readonly authority: TaskAuthority,
    private readonly moves: TaskMovesRepository,
    private readonly approvals: TaskApprovals,
    private readonly clock: Clock,
  ) {}

  /**
   * @param held a direct call that needs a person: it is refused where no connection could run it
   * @returns the task that waits for the same call, if there is one and this has no idempotency key
   * @throws Problem as an action's checks do; 403 `approval_denied`; 429 `too_many_open_tasks`; 422
   *   `idempotency_key_reused` for another body under the same key
   */
  create(request: TaskRequest, caller: Caller, trace: RequestTrace, held?: ApprovalNeeded): Promise<Task> {
    const owner = { principal: principalOf(caller), keyId: keyOf(caller), actor: actorOf(caller) };
    return this.createFor(owner, request, trace, held);
  }

  /** As `create`, in somebody's name. @param trace the request that asks for it, if one does */
  async createFor(
    owner: TaskOwner,
    request: TaskRequest,
    trace?: RequestTrace,
    held?: ApprovalNeeded,
  ): Promise<Task> {
    const { task, waiting } = await this.newTask(request, owner, trace, held);
    const event = this.event('task.queued', task, owner.actor, trace);
    if (waiting)
      return (await this.approvals.createWaiting(task, waiting, event, trace)) ?? this.notCreated(task);
    const created = await this.moves.create(task, event);
    if (!created) return this.notCreated(task);
    await this.queue.add(task, Math.max(0, (task.runAt?.getTime() ?? 0) - this.clock.now()));
    return created;
  }

  /** Checked, with the approval that it waits for. */
  private async newTask(
    { idempotencyKey, approval: ask, ...call }: TaskRequest,
    { principal, keyId }: TaskOwner,
    trace: RequestTrace | undefined,
    held: ApprovalNeeded | undefined,
  ): Promise<{ task: NewTask; waiting: Waiting | undefined }> {
    const { runAt } = call;
    const checked = await this.authority.checkNew({
      ...call,
      principal,
      trace,
      isOther: held?.request.isOther,
    });
    const need = checked.need ?? held?.need;
    const asked = need && { request: checked, need, ask, runAt };
    const waiting = asked && (await (held ? this.approvals.draftNow(asked) : this.approvals.draft(asked)));
    // An action has two names, and one of them is kept.
    const body = { ...call, ...(ask ? { approval: ask } : {}), action: checked.action.id };
    const isLater = runAt !== undefined && runAt.getTime() > this.clock.now();
    const task: NewTask = {
      ...call,
      priority: call.priority ?? PRIORITIES.usual,
      action: checked.action.id,
      id: newId('tsk'),
      callerType: principal.type,
      callerId: principal.id,
      keyId,
      status: isLater ? 'scheduled' : 'queued',
      effectId: randomSecret(20),
      idempotencyKey,
      requestHash: hashOfRequest(body),
    };
    return { task, waiting };
  }

  /** Judges a request without queueing it. @returns the id of its action @throws Problem as `create` */
  async check(
    { idempotencyKey: _, approval: __, ...call }: TaskRequest,
    principal: Principal,
    trace: RequestTrace,
  ): Promise<string> {
    return (await this.authority.checkNew({ ...call, principal, trace })).action.id;
  }

  /** Whether there is such a task that has not ended. */
  async isOpen(id: string): Promise<boolean> {
    const task = await this.repository.findTask(id);
    return task !== undefined && !hasEnded(task.status);
  }

  /** @throws Problem 404 when there is none, or when it is not the caller's to see */
  async getTask(id: string, caller: Caller): Promise<Task> {
    const task = await this.repository.findTask(id);
    if (!task || !isVisible(task, caller)) throw notFound('task');
    return task;
  }

  async list(
    filter: TaskFilter,
    { cursor, limit, mayShow }: TaskListing,
    caller: Caller,
  ): Promise<CursorPage<Task>> {
    const own = ownRows(caller);
    const read = (before: string | undefined, count: number) =>
      this.repository.newest({ ...filter, ...own }, before, count);
    const subjectOf = ({ userId }: Task) => ({ userId });
    return visiblePage({ read, keyOf: ({ id }) => id, subjectOf }, cursor, limit, mayShow);
  }

  listForOperators(page: PageRequest): Promise<ListedPage<Task>> {
    return this.repository.listTasks(page);
  }

  /** How many tasks there are of each status, of those that the caller may see. */
  async count(
    filter: Omit<TaskFilter, 'status'>,
    mayShow: MayShow | undefined,
    caller: Caller,
  ): Promise<Partial<Record<TaskStatus, number>>> {
    const counts: Partial<Record<TaskStatus, number>> = {};
    for (const { userId, status, count } of await this.repository.countByUser({
      ...filter,
      ...ownRows(caller),
    }))
      if (!mayShow || (await mayShow({ userId }))) counts[status] = (counts[status] ?? 0) + count;
    return counts;
  }

  countByStatus(): ReturnType<TasksRepository['countByStatus']> {
    return this.repository.countByStatus();
  }

  async events(id: string, after: bigint, caller: Caller): Promise<TaskEvent[]> {
    await this.getTask(id, caller);
    return this.repository.events(id, after);
  }

  /** @throws Problem 409 `task_not_cancelable` */
  async cancel(id: string, caller: Caller, trace: RequestTrace): Promise<Task> {
    const task = await this.getTask(id, caller);
    const canceled = await this.moves.move({
      id,
      from: CANCELABLE,
      change: { status: 'canceled', finishedAt: this.clock.date() },
      message: 'Canceled.',
      event: this.event('task.canceled', task, actorOf(caller), trace),
    });
    if (!canceled) throw new Problem('task_not_cancelable');
    await this.approvals.withdraw(canceled);
    await this.queue.remove(id);
    return canceled;
  }

  /**
   * Starts an ended task again, with the same effect id: what may have happened is asked for first. One that was to run
   * later does so. An agent does it with the key that it uses now.
   * @param from only if its status is one of these
   * @throws Problem 409 `task_not_retryable`, 429 `too_many_open_tasks`
   */
  async retry(id: string, caller: Caller, trace: RequestTrace, from = RETRYABLE): Promise<Task> {
    const task = await this.getTask(id, caller);
    if (isOverdue(task, this.clock.now())) throw new Problem('task_not_retryable.deadline');
    const delayMs = Math.max(0, (task.runAt?.getTime() ?? 0) - this.clock.now());
    const again = await this.moves.reopen(task, {
      id,
      from,
      change: {
        status: delayMs > 0 ? 'scheduled' : 'queued',
        attempts: 0,
        error: null,
        finishedAt: null,
        ...(task.status === 'outcome_unknown' ? { outcomeDecision: null } : {}),
        ...(caller.type === 'agent' ? { keyId: caller.keyId } : {}),
      },
      message: delayMs > 0 ? 'Scheduled again.' : 'Queued again.',
      event: this.event('task.retried', task, actorOf(caller), trace),
    });
    if (!again) {
      const { status } = await this.getTask(id, caller);
      throw from.includes(status) ? this.authority.tooManyOpen(task) : new Problem('task_not_retryable');
    }
    // The job of a task that was canceled with its agent may still wait for its time.
    await this.queue.remove(id);
    await this.queue.add(again, delayMs);
    return again;
  }

  private async notCreated(task: NewTask): Promise<Task> {
    const { callerType, callerId, idempotencyKey } = task;
    const known =
      idempotencyKey === undefined
        ? undefined
        : await this.repository.findByKey(callerType, callerId, idempotencyKey);
    if (!known) throw this.authority.tooManyOpen(task);
    if (sameSecret(known.requestHash, task.requestHash)) return known;
    throw new Problem('idempotency_key_reused');
  }

  private event(
    type: 'task.queued' | 'task.canceled' | 'task.retried',
    task: Pick<Task, 'id' | 'userId' | 'callerType' | 'callerId' | 'action' | 'connectionId'>,
    actor: AuditActor,
    trace: RequestTrace | undefined,
  ) {
    return {
      type,
      outcome: 'succeeded' as const,
      actor,
      userId: task.userId,
      agentId: task.callerType === 'agent' ? task.callerId : undefined,
      connectionId: task.connectionId,
      taskId: task.id,
      action: task.action,
      ...trace,
    };
  }
}

function keyOf(caller: Caller): string | undefined {
  return caller.type === 'agent' ? caller.keyId : undefined;
}

function isVisible(task: Task, caller: Caller): boolean {
  if (caller.type === 'operator') return true;
  if (caller.type === 'user') return task.userId === caller.id;
  return task.callerType === 'agent' && task.callerId === caller.id;
}
