import type { Action, Recovery } from '@valetkey/providers';
import type { ApprovalNeed, Principal } from '../policies/index.js';
import type { SealedConnection } from '../connections/index.js';
import type { RequestTrace } from '../platform/index.js';

/** One request to run an action for a user. */
export interface ActionRequest {
  readonly principal: Principal;
  readonly userId: string;
  readonly action: string;
  readonly connectionId?: string | undefined;
  readonly input: unknown;
  readonly trace?: RequestTrace | undefined;
  readonly taskId?: string | undefined;
  /** The logical effect of which this is an attempt; left out: a new one. */
  readonly effectId?: string | undefined;
  /** A person's approval under which it runs. */
  readonly permit?: Permit | undefined;
  /** It is no action: a request of the proxy, or a disconnection. Callers name none of these; their routes and tasks do. */
  readonly isOther?: boolean | undefined;
  /** Fires when nobody waits for the answer any more. A read is given up then; a write that was sent goes on. */
  readonly signal?: AbortSignal | undefined;
}

/** A run that is about to be sent, and from which account. */
export interface ApprovedSending {
  readonly principal: Principal;
  readonly userId: string;
  readonly action: Action;
  readonly input: unknown;
  readonly connection: SealedConnection;
  readonly effectId: string;
}

/** A person's approval, for whoever runs what was approved. */
export interface Permit {
  /** Its name in the events of the run. */
  readonly named: { readonly approvalId: string } | { readonly standingApprovalId: string };
  /** Whether it was given for what the policy asks now. */
  covers(need: ApprovalNeed): boolean;
  /**
   * Spends a use right before something is sent; the same effect spends it once.
   * @throws Problem 403 `approval_void` when this is not what was approved, or no use is left; ApprovalNeeded where it
   *   stands for more calls than one, and a person can be asked about this one
   */
  spend(sending: ApprovedSending): Promise<void>;
}

/** A run that needs a person's approval first. Where nobody waits for one, it is the problem `approval_required`. */
export class ApprovalNeeded extends Error {
  override readonly name = 'ApprovalNeeded';

  constructor(
    readonly request: CheckedRequest,
    readonly need: ApprovalNeed,
  ) {
    super(need.problem.message);
  }
}

/** A request that passed every check that needs no provider. */
export interface CheckedRequest extends Omit<ActionRequest, 'action' | 'input'> {
  readonly action: Action;
  /** Parsed by the action's schema. */
  readonly input: unknown;
}

/** A request that is allowed, or would be with an approval. */
export type JudgedRun = CheckedRequest & { readonly need?: ApprovalNeed };

export interface ActionResult {
  readonly output: unknown;
  readonly connectionId: string;
}

export type RecoveryResult = Recovery<unknown>;
