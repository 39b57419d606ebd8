import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Caller, RequestTrace } from '../platform/index.js';
import type { ApprovalAsk } from './approval-ask.js';
import type { ActionResult, ApprovalNeeded } from './action-run.js';

/** A direct call that may not run before a person agrees. */
export interface HeldRun {
  readonly needed: ApprovalNeeded;
  /** As they were sent. */
  readonly input: Record<string, unknown>;
  /** The bounds of the approval that the caller asks for. */
  readonly approval: ApprovalAsk | undefined;
  readonly caller: Caller;
  readonly trace: RequestTrace;
  /** How long the answer is held for a decision, in milliseconds. */
  readonly waitMs: number;
}

/** The answer of a call that became a task, as far as it is known here. */
export const heldRunView = z
  .looseObject({
    id: z.string().describe('Id of the task.'),
    status: z.string(),
    approval: z.looseObject({ id: z.string(), status: z.string(), expiresAt: z.iso.datetime() }).optional(),
  })
  .describe('The task that the call became: it runs once a person agrees. See GET /v1/tasks/{id}.');

/** `output` where an approval in force covers the call, or a person agreed while the answer was held. */
export type HeldAnswer = ActionResult | { readonly task: z.input<typeof heldRunView> };

/** The room that keeps calls until a person has decided. */
export interface HoldsRuns {
  hold(run: HeldRun): Promise<HeldAnswer>;
}

/** Direct calls that need a person: the room of the tasks registers itself here. Without it, they are refused. */
@Injectable()
export class HeldRuns implements HoldsRuns {
  private holder: HoldsRuns | undefined;

  register(holder: HoldsRuns): void {
    this.holder = holder;
  }

  /** @throws Problem as `HoldsRuns`, 403 `approval_required` where nobody holds calls */
  async hold(run: HeldRun): Promise<HeldAnswer> {
    if (!this.holder) throw run.needed.need.problem;
    return this.holder.hold(run);
  }
}
