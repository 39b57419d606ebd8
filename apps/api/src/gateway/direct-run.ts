import { Injectable } from '@nestjs/common';
import { Problem, randomSecret, type Caller, type RequestTrace } from '../platform/index.js';
import type { Principal } from '../policies/index.js';
import { ActionAccess } from './action-access.js';
import { ApprovalNeeded } from './action-run.js';
import type { ApprovalAsk } from './approval-ask.js';
import { HeldRuns, type HeldAnswer } from './held-runs.js';
import { RunAction } from './run-action.js';

/** A call whose caller waits for the output. */
export interface DirectCall {
  readonly caller: Caller;
  readonly trace: RequestTrace;
  readonly userId: string;
  readonly action: string;
  readonly connectionId?: string | undefined;
  /** As in ActionRequest: set by routes of their own. */
  readonly isOther?: boolean | undefined;
  /** As it was sent. */
  readonly input: Record<string, unknown>;
  /** The approval that the caller asks for, should the policy want one. */
  readonly approval?: ApprovalAsk | undefined;
  /** How long the answer is held for a person's decision, in milliseconds. */
  readonly waitMs: number;
  /** Fires when the caller has gone. */
  readonly signal?: AbortSignal | undefined;
}

/** The one way of a direct call, whatever protocol it comes by: checks, run, and a task where a person has to agree. */
@Injectable()
export class DirectRun {
  constructor(
    private readonly access: ActionAccess,
    private readonly runner: RunAction,
    private readonly held: HeldRuns,
  ) {}

  /**
   * @throws Problem for the caller's and our own part; ProviderError for the provider's, which `asProblem` makes one
   */
  async runCall({ caller, approval, waitMs, ...call }: DirectCall): Promise<HeldAnswer> {
    const { input, trace } = call;
    try {
      const checked = await this.access.check({ principal: principalOf(caller), ...call });
      return await this.runner.run(checked, randomSecret(20));
    } catch (error) {
      if (!(error instanceof ApprovalNeeded)) throw error;
      return this.held.hold({ needed: error, input, approval, caller, trace, waitMs });
    }
  }
}

/** The caller as the one who runs something; operators run nothing. */
export function principalOf(caller: Caller): Principal {
  if (caller.type === 'operator') throw new Problem('wrong_credential_kind.action');
  return { type: caller.type, id: caller.id };
}
