import { Injectable } from '@nestjs/common';
import { ApprovalNeeded, failureOf, RunAction, type CheckedRequest, type Failure } from '../gateway/index.js';
import { Clock } from '../platform/index.js';
import {
  CONSENT_CODES,
  DEADLINE_PASSED,
  isOverdue,
  isSaidUnsent,
  MOST_STARTS,
  OPEN,
  waitBeforeRetry,
  type NextStep,
  type Task,
  type TaskError,
} from './task.js';
import { TaskApprovals } from './task-approvals.js';
import { TaskAuthority } from './task-authority.js';
import { TaskMovesRepository } from './task-moves.repository.js';
import { TaskOutcomes } from './task-outcomes.js';
import { TasksRepository } from './tasks.repository.js';

/**
 * Takes one task one step further. After a crash, or a failure whose effect is not known, the provider is asked
 * before anything is sent again; what cannot be known is parked as `outcome_unknown`.
 */
@Injectable()
export class RunTask {
  constructor(
    private readonly tasks: TasksRepository,
    private readonly moves: TaskMovesRepository,
    private readonly outcomes: TaskOutcomes,
    private readonly authority: TaskAuthority,
    private readonly approvals: TaskApprovals,
    private readonly runner: RunAction,
    private readonly clock: Clock,
  ) {}

  async runTask(taskId: string): Promise<NextStep> {
    const task = await this.moves.move({
      id: taskId,
      from: ['queued', 'scheduled', 'running'],
      change: { status: 'running', startedAt: this.clock.date() },
    });
    if (!task) return this.notBegun(taskId);
    if (task.attempts > MOST_STARTS) return this.outcomes.abandoned(task);
    try {
      const request = await this.authority.check(task);
      return task.sentAt && request.action.effect !== 'read'
        ? await this.recover(task, task.sentAt, request)
        : await this.send(task, request);
    } catch (error) {
      // Read again: whether something may have been sent has changed on the way.
      return this.stopped({ ...task, sentAt: (await this.tasks.findTask(taskId))?.sentAt }, error);
    }
  }

  /** Its status has changed meanwhile, or its deadline has passed. */
  private async notBegun(taskId: string): Promise<undefined> {
    const task = await this.tasks.findTask(taskId);
    if (task && isOverdue(task, this.clock.now())) await this.outcomes.overdue(task, OPEN);
  }

  private async send(task: Task, request: CheckedRequest): Promise<NextStep> {
    const isWrite = request.action.effect !== 'read';
    if (isWrite) await this.moves.noteSent(task.id, this.clock.date());
    try {
      const result = await this.runner.run(request, task.effectId);
      return await this.outcomes.done(task, result, request.action.effect, 'Done.');
    } catch (error) {
      const failure = failureOf(error);
      if (isWrite && failure && !failure.mayHaveHappened) await this.moves.noteSent(task.id, null);
      if (isWrite && failure?.mayHaveHappened) return this.unclear(task, request, failure);
      // Where only the provider knows the recipients, the policy asks for a person at the last moment.
      const permit = request.permit ? undefined : await this.authority.standingPermit(task, error);
      if (permit) return this.send(task, { ...request, permit });
      throw error;
    }
  }

  /** The provider may have acted: the next attempt asks it, once it can be expected to know. */
  private async unclear(task: Task, request: CheckedRequest, failure: Failure): Promise<NextStep> {
    if (!request.action.recover)
      return this.outcomes.unknown(task, 'The provider did not confirm, and it offers no way to ask.');
    const waitMs = waitBeforeRetry(task.attempts, failure.retryAfterMs, Math.random());
    if (waitMs === undefined)
      return this.outcomes.unknown(task, `The provider did not confirm: ${failure.problem.code}.`);
    return this.outcomes.retryLater(
      task,
      Math.max(waitMs, request.action.settleMs),
      'The answer was lost; the provider will be asked whether it acted.',
    );
  }

  private async recover(task: Task, sentAt: Date, request: CheckedRequest): Promise<NextStep> {
    const answer = await this.runner.recover(request, task.effectId, sentAt);
    if ('found' in answer) {
      const result = { output: answer.found, connectionId: answer.connectionId };
      return this.outcomes.done(task, result, request.action.effect, 'The provider had acted already.');
    }
    if ('unknown' in answer && !isSaidUnsent(task)) return this.outcomes.unknown(task, answer.unknown);
    const settled = sentAt.getTime() + request.action.settleMs - this.clock.now();
    if (settled > 0)
      return this.outcomes.retryLater(
        task,
        settled,
        'The provider will be asked again when its answer can be believed.',
      );
    await this.moves.noteSent(task.id, null);
    const unsent = { ...task, sentAt: undefined };
    if (isOverdue(unsent, this.clock.now())) return this.outcomes.failed(task, DEADLINE_PASSED);
    return this.send(unsent, request);
  }

  private async stopped(task: Task, error: unknown): Promise<NextStep> {
    // Once something may have been sent, an approval would come too late.
    const isTooLate = task.sentAt && !isSaidUnsent(task);
    if (!(error instanceof ApprovalNeeded) || isTooLate) return this.failed(task, error);
    try {
      return await this.approvals.park(task, error);
    } catch (failure) {
      return this.failed(task, failure);
    }
  }

  private async failed(task: Task, error: unknown): Promise<NextStep> {
    const failure = failureOf(error);
    if (!failure) return this.outcomes.broke(task, error);
    const { problem, retryable, retryAfterMs } = failure;
    const taskError = errorOf(failure);
    // Without a link there is nothing that the user could do.
    if (CONSENT_CODES.has(problem.code) && taskError.authorizationUri !== undefined)
      return this.outcomes.waitForAuthorization(task, taskError);
    const waitMs = retryable ? waitBeforeRetry(task.attempts, retryAfterMs, Math.random()) : undefined;
    if (waitMs !== undefined)
      return this.outcomes.retryLater(
        task,
        waitMs,
        `${problem.code}: trying again in ${Math.ceil(waitMs / 1000)} s.`,
      );
    if (task.sentAt && !isSaidUnsent(task))
      return this.outcomes.unknown(task, `The provider could not be asked: ${problem.code}.`);
    return this.outcomes.failed(task, taskError);
  }
}

function errorOf({ problem }: Failure): TaskError {
  const { authorizationUri, missingScopes } = problem.extensions;
  return {
    code: problem.code,
    detail: problem.detail,
    ...(typeof authorizationUri === 'string' ? { authorizationUri } : {}),
    ...(Array.isArray(missingScopes) ? { missingScopes: missingScopes as string[] } : {}),
  };
}
