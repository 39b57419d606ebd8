import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { changedBy } from '../agents/index.js';
import {
  ActionAccess,
  approvalReason,
  approvalSeconds,
  approvalUses,
  effectOf,
  isOtherRun,
  pinsSchema,
} from '../gateway/index.js';
import { Clock, newId, Problem, type RequestTrace } from '../platform/index.js';
import { Agreements } from './agreements.js';
import {
  argumentsHash,
  isWithinLimits,
  pinnedHash,
  widening,
  type Approval,
  type Approver,
} from './approval.js';
import { ApprovalDependents } from './approval-dependents.js';
import { ApprovalEvents } from './approval-events.js';
import { Approvals } from './approvals.js';
import { ApprovalsRepository, type StoredDecision } from './approvals.repository.js';
import { changedPaths } from './argument-paths.js';
import {
  inherited,
  pinned,
  standingChoice,
  type NewStandingApproval,
  type StandingChoice,
} from './standing/standing-approval.js';

const reason = approvalReason.optional().describe('The agent reads it.');

/** A decision, as it is sent. */
export const decisionSchema = z.discriminatedUnion('decision', [
  z.strictObject({
    decision: z.literal('approve'),
    reason,
    edit: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('The whole arguments, as they are to be sent instead. The agent is told what was changed.'),
    pins: pinsSchema.optional().describe('Narrower than those that were asked for.'),
    uses: approvalUses.optional().describe('At most as many as were asked for.'),
    expiresIn: approvalSeconds.optional(),
    standing: standingChoice.optional(),
  }),
  z.strictObject({ decision: z.literal('deny'), reason }),
]);
export type Decision = z.output<typeof decisionSchema>;
type Approving = Extract<Decision, { decision: 'approve' }>;

interface Deciding {
  readonly decision: Decision;
  readonly by: Approver;
  readonly trace: RequestTrace;
  readonly standing: NewStandingApproval | undefined;
}

/** Decides on approvals: once, by a person who may, and for no more than was asked for. */
@Injectable()
export class ApprovalDecisions {
  constructor(
    private readonly approvals: Approvals,
    private readonly repository: ApprovalsRepository,
    private readonly agreements: Agreements,
    private readonly access: ActionAccess,
    private readonly dependents: ApprovalDependents,
    private readonly events: ApprovalEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws Problem 404; 403 `approver_is_requester` or `approver_not_allowed`; 409 `approval_not_pending`; 422
   *   `approval_widened`; for an edit 400 `invalid_input` and 403 `policy_denied`
   */
  async decide(id: string, decision: Decision, by: Approver, trace: RequestTrace): Promise<Approval> {
    const approval = await this.approvals.getApproval(id, by);
    requireApprover(approval, by);
    if (approval.needed > 1) requireAsItStands(decision);
    if (approval.status !== 'pending' || approval.expiresAt <= this.clock.date()) throw notPending(approval);
    const change =
      decision.decision === 'deny'
        ? { ...approval, status: 'denied' as const }
        : await this.approve(approval, decision);
    const stored: StoredDecision = {
      ...change,
      reason: decision.reason,
      decidedBy: { type: by.type, id: by.id },
      decidedAt: this.clock.date(),
    };
    const decided = { ...approval, ...stored };
    const choice = decision.decision === 'approve' ? decision.standing : undefined;
    const standing = choice && (await this.standing(decided, choice, by));
    return this.store(decided, { decision, by, trace, standing });
  }

  /** Later calls like what was decided, as the approver lets them run. @throws Problem 400 for pins that do not fit it */
  private async standing(
    decided: Approval,
    choice: StandingChoice,
    by: Approver,
  ): Promise<NewStandingApproval> {
    const { action: id, arguments: input } = decided;
    // The effect of a request of the proxy follows from all of it.
    const effect =
      effectOf(id) ?? (await this.judged(decided, input as Record<string, unknown>)).action.effect;
    const { uses, validFor } = choice;
    return {
      ...inherited(decided),
      ...pinned({ action: { id, effect }, input }, choice),
      id: newId('sta'),
      uses,
      validUntil: new Date(this.clock.now() + validFor * 1_000),
      madeBy: { type: by.type, id: by.id },
    };
  }

  private async approve(approval: Approval, { edit, pins, uses, expiresIn }: Approving) {
    const bounds = {
      pins: pins ?? approval.pins,
      uses: uses ?? approval.uses,
      expiresAt:
        expiresIn === undefined ? approval.expiresAt : new Date(this.clock.now() + expiresIn * 1_000),
    };
    const member = widening(approval, bounds);
    if (member !== undefined) throw new Problem('approval_widened', { member });
    const edited = edit === undefined ? approval : await this.edited(approval, edit);
    if (!isWithinLimits(edited.arguments, bounds.pins)) throw new Problem('invalid_input.approval_limits');
    return {
      ...edited,
      ...bounds,
      status: 'approved' as const,
      pinnedHash: pinnedHash(approval.action, edited.arguments, bounds.pins),
      changed: changedPaths(approval.arguments, edited.arguments),
    };
  }

  /** The edit is judged like a new call: by the schema, and by the policy, which may ask for more than before. */
  private async edited(approval: Approval, edit: Readonly<Record<string, unknown>>): Promise<Approval> {
    const { action } = approval;
    const { input, need } = await this.judged(approval, edit);
    const isStricter = need && need.approvers !== 'any' && need.approvers !== approval.approvers;
    if (need && need.needed > approval.needed) throw new Problem('approver_not_allowed.two');
    if (isStricter) throw new Problem('approver_not_allowed', { approvers: APPROVER_WORDS[need.approvers] });
    return {
      ...approval,
      arguments: input,
      hash: argumentsHash(action, input),
      basis: [...new Set([...approval.basis, ...(need?.basis ?? [])])],
      policies: [...new Set([...approval.policies, ...(need?.policies ?? [])])],
    };
  }

  private judged(
    { callerType, callerId, userId, action, connectionId, taskId }: Approval,
    input: Readonly<Record<string, unknown>>,
  ) {
    return this.access.checkToKeep({
      principal: { type: callerType, id: callerId },
      userId,
      action,
      connectionId,
      input,
      taskId,
      isOther: isOtherRun(action),
    });
  }

  private async store(
    decided: Approval & StoredDecision,
    { decision, by, trace, standing }: Deciding,
  ): Promise<Approval> {
    const { id, uses, pins, changed: members } = decided;
    const changed = changedBy(by, trace);
    const edited = decision.decision === 'approve' ? decision.edit : undefined;
    const told = {
      type: 'approval.decided' as const,
      actor: changed.actor,
      trace,
      detail: {
        decision: decision.decision,
        uses,
        vary: pins.vary,
        ...(members.length > 0 ? { changed: members } : {}),
        ...(standing ? { standingApprovalId: standing.id } : {}),
      },
    };
    const ended = { approval: decided, edited, standing, by: changed };
    const isDecided = await this.repository.inTransaction(async (tx) => {
      await this.repository.lockTask(tx, decided);
      if (
        decision.decision === 'approve' &&
        (await this.agreements.waitsForAnother(tx, decided, { by, trace }))
      )
        return 'waits';
      if (!(await this.repository.decide(tx, id, storedPart(decided), this.clock.date()))) return false;
      await this.dependents.onEnded(tx, ended);
      await this.events.recordIn(tx, decided, told);
      return true;
    });
    if (!isDecided) throw notPending(await this.approvals.getApproval(id, by));
    if (isDecided === 'waits') return this.approvals.getApproval(id, by);
    await this.dependents.onCommitted(ended);
    return decided.needed > 1 ? this.approvals.getApproval(id, by) : decided;
  }
}

/** Where two people agree, they agree to the same: what was asked for. @throws Problem 400 */
function requireAsItStands(decision: Decision): void {
  if (decision.decision === 'deny') return;
  const { edit, pins, uses, expiresIn, standing } = decision;
  if ([edit, pins, uses, expiresIn, standing].some((choice) => choice !== undefined))
    throw new Problem('invalid_input.two_approvers');
}

const APPROVER_WORDS = { any: 'a person', operator: 'an operator', user: 'the user' } as const;

/** A person does not decide on what they asked for themselves: a user token that the agent minted is the agent's word. */
function requireApprover(approval: Approval, by: Approver): void {
  const { callerType, callerId, approvers } = approval;
  const isRequester =
    by.type === 'user' &&
    (callerType === 'user' ? callerId === by.id : by.mintedBy !== undefined && callerId === by.mintedBy);
  if (isRequester) throw new Problem('approver_is_requester').asDenial(approval.userId);
  // A person who has the key could sign in as well, and would count as two.
  if (approval.needed > 1 && by.type === 'operator' && by.via === 'key')
    throw new Problem('approver_not_allowed.key').asDenial(approval.userId);
  if (approvers !== 'any' && approvers !== by.type)
    throw new Problem('approver_not_allowed', { approvers: APPROVER_WORDS[approvers] }).asDenial(
      approval.userId,
    );
}

function notPending({ status, expiresAt }: Approval): Problem {
  const state = status === 'pending' ? `expired at ${expiresAt.toISOString()}` : status;
  return new Problem('approval_not_pending', { state, approvalStatus: status });
}

function storedPart(decided: StoredDecision): StoredDecision {
  const { status, decidedAt, decidedBy, reason: why, pins, uses, expiresAt, changed } = decided;
  const { hash, pinnedHash: pinned, basis, policies } = decided;
  return {
    status,
    decidedAt,
    decidedBy,
    reason: why,
    arguments: decided.arguments,
    hash,
    pinnedHash: pinned,
    pins,
    uses,
    expiresAt,
    basis,
    policies,
    changed,
  };
}
