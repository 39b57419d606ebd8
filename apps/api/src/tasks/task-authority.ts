import { Inject, Injectable } from '@nestjs/common';
import { AgentsService } from '../agents/index.js';
import { ApprovalPermits, StandingPermits } from '../approvals/index.js';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import {
  ActionAccess,
  ApprovalNeeded,
  isOtherRun,
  type CheckedRequest,
  type Permit,
} from '../gateway/index.js';
import { Clock, inputProblem, Problem, retryAfterHeader } from '../platform/index.js';
import { LONGEST_AHEAD_MS, type Task } from './task.js';

const ASK_AGAIN_MS = 60_000;

/**
 * A task acts with the authority that its caller has when it runs, not only when it was queued: the agent, its key, the
 * user and the policy are checked again before each attempt.
 */
@Injectable()
export class TaskAuthority {
  constructor(
    private readonly agents: AgentsService,
    private readonly access: ActionAccess,
    private readonly permits: ApprovalPermits,
    private readonly standing: StandingPermits,
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** Before a task is kept. @throws Problem as an action's checks do; 400 for times that make no sense */
  async checkNew({
    runAt,
    deadlineAt,
    ...request
  }: Parameters<ActionAccess['checkToKeep']>[0] & Pick<Task, 'runAt' | 'deadlineAt'>) {
    const [now, start, deadline] = [this.clock.now(), runAt?.getTime(), deadlineAt?.getTime()];
    const refuse = (path: string, message: string) => inputProblem([{ path, message }]);
    const isTooFar = (time = now) => time - now > LONGEST_AHEAD_MS;
    if (isTooFar(start)) throw refuse('runAt', 'must be at most a year ahead');
    if (isTooFar(deadline)) throw refuse('deadlineAt', 'must be at most a year ahead');
    if (deadline !== undefined && deadline <= now) throw refuse('deadlineAt', 'must not have passed');
    if (deadline !== undefined && deadline <= (start ?? now))
      throw refuse('deadlineAt', 'must be later than runAt');
    return this.access.checkToKeep(request);
  }

  /** A caller has as many open tasks as are allowed. */
  tooManyOpen({ callerType }: Pick<Task, 'callerType'>): Problem {
    return new Problem(
      'too_many_open_tasks',
      { caller: callerType, most: this.settings.maxOpenTasks, retryAfterMs: ASK_AGAIN_MS },
      retryAfterHeader(ASK_AGAIN_MS),
    );
  }

  /** @throws Problem 429 `too_many_open_tasks` when a caller with so many open tasks may have no further one */
  requireRoom(caller: Pick<Task, 'callerType'>, open: number): void {
    if (open >= this.settings.maxOpenTasks) throw this.tooManyOpen(caller);
  }

  /**
   * Before each attempt.
   * @throws Problem 403 `agent_disabled` or `agent_key_revoked`, and as an action's checks do; ApprovalNeeded where a
   *   person has to agree first
   */
  async check(task: Task): Promise<CheckedRequest> {
    const { id, callerType, callerId, keyId, approvalId, userId, action, connectionId, input, effectId } =
      task;
    if (callerType === 'agent') await this.agents.requireAuthority(callerId, keyId);
    const permit = approvalId === undefined ? undefined : await this.permits.ofTask(approvalId);
    const request = {
      principal: { type: callerType, id: callerId },
      userId,
      action,
      connectionId,
      input,
      taskId: id,
      effectId,
      isOther: isOtherRun(action),
      permit,
    };
    try {
      return await this.access.check(request);
    } catch (error) {
      const standing = permit ? undefined : await this.standingPermit(task, error);
      if (!standing) throw error;
      return this.access.check({ ...request, permit: standing });
    }
  }

  /** The standing approval under which a run that needs a person may go on all the same. */
  async standingPermit({ effectId }: Pick<Task, 'effectId'>, error: unknown): Promise<Permit | undefined> {
    return error instanceof ApprovalNeeded ? this.standing.ofCall({ ...error, effectId }) : undefined;
  }
}
