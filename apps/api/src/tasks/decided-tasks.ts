import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  ApprovalDependents,
  deniedProblem,
  type ApprovalDependent,
  type EndedWait,
} from '../approvals/index.js';
import { Audit } from '../audit/index.js';
import { Clock, Problem, type Transaction } from '../platform/index.js';
import type { Task, TaskError } from './task.js';
import { finished } from './task-outcomes.js';
import { TaskQueue } from './task-queue.js';
import { WaitingTasksRepository } from './waiting-tasks.repository.js';

/** Tasks whose wait has ended: approved, they go on, otherwise they end. */
@Injectable()
export class DecidedTasks implements ApprovalDependent, OnModuleInit {
  constructor(
    private readonly dependents: ApprovalDependents,
    private readonly tasks: WaitingTasksRepository,
    private readonly queue: TaskQueue,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.dependents.register(this);
  }

  /** @throws Problem 409 `approval_not_pending` for a decision on a task that waits no more */
  async onEnded(tx: Transaction, { approval, edited }: EndedWait): Promise<void> {
    const { id: approvalId, status, decidedBy } = approval;
    const task = await this.tasks.findWaitingTask(tx, approval.taskId);
    if (task?.approvalId !== approvalId || task.status !== 'waiting_for_approval') {
      if (status === 'expired') return;
      throw new Problem('approval_not_pending', { state: 'called off', approvalStatus: 'withdrawn' });
    }
    if (status === 'denied') return this.end(tx, task, deniedProblem(approval));
    if (status === 'expired') return this.end(tx, task, new Problem('approval_expired', { approvalId }));
    await this.tasks.move(
      tx,
      { id: task.id, from: task.status },
      { status: this.delayOf(task) > 0 ? 'scheduled' : 'queued', ...(edited ? { input: edited } : {}) },
      approval.needed > 1
        ? `Approved by ${approval.needed} people.`
        : `Approved by ${decidedBy?.type === 'user' ? 'the user' : 'an operator'}.`,
    );
  }

  async onCommitted({ approval: { status, taskId } }: EndedWait): Promise<void> {
    if (status !== 'approved') return;
    const task = await this.tasks.inTransaction((tx) => this.tasks.findWaitingTask(tx, taskId));
    if (task && ['queued', 'scheduled'].includes(task.status)) await this.queue.add(task, this.delayOf(task));
  }

  private async end(tx: Transaction, task: Task, { code, detail }: Problem): Promise<void> {
    const error: TaskError = { code, detail };
    const change = { status: 'failed', error, finishedAt: this.clock.date() } as const;
    await this.tasks.move(tx, { id: task.id, from: task.status }, change, detail);
    await this.audit.recordIn(tx, finished(task, 'failed', error));
  }

  private delayOf({ runAt }: Task): number {
    return Math.max(0, (runAt?.getTime() ?? 0) - this.clock.now());
  }
}
