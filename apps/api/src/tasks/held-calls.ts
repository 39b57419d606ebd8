import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ApprovalPermits } from '../approvals/index.js';
import {
  ActionAccess,
  ApprovalNeeded,
  type ActionResult,
  type CheckedRequest,
  type Permit,
  HeldRuns,
  RunAction,
  type HeldAnswer,
  type HeldRun,
  type HoldsRuns,
} from '../gateway/index.js';
import { randomSecret } from '../platform/index.js';
import { TaskAnswers } from './task-answers.js';
import { TaskEnds } from './task-ends.js';
import { TasksService } from './tasks.service.js';

/** Direct calls that need a person become tasks; an approval in force that covers one lets it run at once. */
@Injectable()
export class HeldCalls implements HoldsRuns, OnModuleInit {
  constructor(
    private readonly held: HeldRuns,
    private readonly permits: ApprovalPermits,
    private readonly access: ActionAccess,
    private readonly runner: RunAction,
    private readonly tasks: TasksService,
    private readonly answers: TaskAnswers,
    private readonly ends: TaskEnds,
  ) {}

  onModuleInit(): void {
    this.held.register(this);
  }

  /** @throws Problem as an action's checks and `POST /v1/tasks` do; 403 `approval_denied` or `approval_void` */
  async hold({ needed, input, approval, caller, trace, waitMs }: HeldRun): Promise<HeldAnswer> {
    const { request } = needed;
    const permit = await this.permits.ofCall(needed);
    const done = permit && (await this.runUnder(permit, request, input));
    if (done) return done;
    const { userId, connectionId, action } = request;
    const ask = { userId, connectionId, action: action.id, input, approval };
    const task = await this.tasks.create(ask, caller, trace, needed);
    const ended = waitMs > 0 ? await this.ends.within(task, caller, waitMs) : task;
    const { status, connectionId: used = '' } = ended;
    if (status === 'succeeded') return { output: await this.answers.outputOf(ended), connectionId: used };
    return { task: await this.answers.view(ended) };
  }

  /**
   * @returns `undefined` where a standing approval has ended meanwhile, or a cap is reached: a person is asked
   * @throws Problem 403 `approval_void` where the approval was given for this call and does not cover it any more
   */
  private async runUnder(
    permit: Permit,
    { action, ...request }: CheckedRequest,
    input: Record<string, unknown>,
  ): Promise<ActionResult | undefined> {
    try {
      const checked = await this.access.check({ ...request, action: action.id, input, permit });
      return await this.runner.run(checked, randomSecret(20));
    } catch (error) {
      if (!(error instanceof ApprovalNeeded)) throw error;
      const { named } = permit;
      if (!('approvalId' in named) || error.need.isCounted) return undefined;
      throw await this.permits.refuse(named.approvalId, 'policy_changed', request.input);
    }
  }
}
