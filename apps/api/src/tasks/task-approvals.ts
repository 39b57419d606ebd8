import { Injectable } from '@nestjs/common';
import { ApprovalPermits, Approvals, StandingPermits, type ApprovalDraft } from '../approvals/index.js';
import { Audit, type NewAuditEvent } from '../audit/index.js';
import type { ApprovalNeeded } from '../gateway/index.js';
import { Problem, type RequestTrace, type Transaction } from '../platform/index.js';
import { CONSENT_CODES, type Task } from './task.js';
import { TaskAuthority } from './task-authority.js';
import type { NewTask } from './task-moves.repository.js';
import { WaitingTasksRepository } from './waiting-tasks.repository.js';

type ApprovalRequest = Parameters<Approvals['draft']>[0];
/** The approval that a task is to wait for. */
export type Waiting = ApprovalDraft;

/** Tasks that wait for a person: they park with an approval of their own, and go on or end with the decision. */
@Injectable()
export class TaskApprovals {
  constructor(
    private readonly approvals: Approvals,
    private readonly permits: ApprovalPermits,
    private readonly standing: StandingPermits,
    private readonly tasks: WaitingTasksRepository,
    private readonly authority: TaskAuthority,
    private readonly audit: Audit,
  ) {}

  /**
   * The approval that a new task waits for; `undefined` where a standing one covers it, or the user has to consent first:
   * it asks again when it runs.
   * @throws Problem as `Approvals.draft`
   */
  async draft(run: ApprovalRequest): Promise<Waiting | undefined> {
    try {
      if (await this.standing.ofCall(run)) return undefined;
      return await this.draftNow(run);
    } catch (error) {
      if (error instanceof Problem && CONSENT_CODES.has(error.code)) return undefined;
      throw error;
    }
  }

  /** As `draft`, for a call that is to run now: it is refused where the user has to consent first. */
  draftNow(run: ApprovalRequest): Promise<Waiting> {
    return this.approvals.draft(run);
  }

  /**
   * @returns the task, or the one that waits for the same call; `undefined` when its idempotency key was used before
   * @throws Problem 429 `too_many_open_tasks`
   */
  async createWaiting(
    task: NewTask,
    draft: Waiting,
    event: NewAuditEvent,
    trace: RequestTrace | undefined,
  ): Promise<Task | undefined> {
    const { id: approvalId, connectionId } = draft;
    let taskId = task.id;
    const isNew = await this.tasks.createIfNew(async (tx) => {
      const open = await this.tasks.lockCaller(tx, task);
      const like =
        task.idempotencyKey === undefined ? await this.approvals.pendingLike(tx, draft) : undefined;
      if (like) {
        taskId = like.taskId;
        return;
      }
      this.authority.requireRoom(task, open);
      await this.tasks.create(tx, task, { approvalId, connectionId });
      await this.audit.recordIn(tx, { ...event, connectionId });
      await this.request(tx, draft, task, trace);
    });
    return isNew ? this.tasks.inTransaction((tx) => this.tasks.findWaitingTask(tx, taskId)) : undefined;
  }

  /** Parks a running task. @throws Problem as `Approvals.draft`; 403 `approval_void` when it ran under an approval already */
  async park(task: Task, { request, need }: ApprovalNeeded): Promise<undefined> {
    const { named } = request.permit ?? {};
    const approvalId = named && 'approvalId' in named ? named.approvalId : undefined;
    // At a cap the policy is what it was: a person is asked once more, about all of it.
    if (approvalId !== undefined && !need.isCounted)
      throw await this.permits.refuse(approvalId, 'policy_changed');
    const draft = await this.draftNow({ request, need });
    const change = {
      status: 'waiting_for_approval',
      // Waiting is no attempt: an approver who takes long does not use them up.
      attempts: task.attempts - 1,
      approvalId: draft.id,
      connectionId: draft.connectionId,
    } as const;
    await this.tasks.inTransaction(async (tx) => {
      if (!(await this.tasks.move(tx, { id: task.id, from: 'running' }, change, need.problem.detail))) return;
      if (approvalId !== undefined) await this.approvals.withdraw(tx, [task.id]);
      await this.request(tx, draft, task);
    });
  }

  /** Ends the approval of a task that was called off. */
  async withdraw(task: Task): Promise<void> {
    if (task.approvalId !== undefined) await this.tasks.inTransaction((tx) => this.withdrawAll(tx, [task]));
  }

  /** As `withdraw`, in the transaction that called them off. */
  withdrawAll(tx: Transaction, tasks: readonly Task[]): Promise<void> {
    const waiting = tasks.filter(({ approvalId }) => approvalId !== undefined);
    return this.approvals.withdraw(
      tx,
      waiting.map(({ id }) => id),
    );
  }

  private request(
    tx: Transaction,
    draft: Waiting,
    { id: taskId, effectId }: Pick<Task, 'id' | 'effectId'>,
    trace?: RequestTrace,
  ): Promise<void> {
    return this.approvals.request(tx, draft, { taskId, effectId }, trace);
  }
}
