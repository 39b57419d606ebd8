import { Injectable } from '@nestjs/common';
import type { ApprovalNeeded, ApprovedSending, Permit } from '../gateway/index.js';
import { Clock, Problem } from '../platform/index.js';
import { argumentsHash, freeUses, isWithinLimits, pinnedHash, type Approval } from './approval.js';
import { ApprovalEvents, WORKER } from './approval-events.js';
import { ApprovalsRepository } from './approvals.repository.js';
import { StandingPermits } from './standing/standing-permits.js';

/** Approvals in force that are compared with one call. */
const MOST_COMPARED = 50;

/** Reasons for which an approval does not cover what is about to be sent. */
export type VoidReason =
  'arguments_changed' | 'connection_changed' | 'expired' | 'not_in_force' | 'policy_changed' | 'used';

/** After these nothing else can be sent under the approval either. */
const VOIDING: readonly VoidReason[] = ['arguments_changed', 'connection_changed', 'policy_changed'];

/** Approvals for those who run what was approved: compared and spent right before something is sent. */
@Injectable()
export class ApprovalPermits {
  constructor(
    private readonly repository: ApprovalsRepository,
    private readonly standing: StandingPermits,
    private readonly events: ApprovalEvents,
    private readonly clock: Clock,
  ) {}

  /** The permit of the task that asked for this approval; `undefined` unless it was given. */
  async ofTask(approvalId: string): Promise<Permit | undefined> {
    const approval = await this.repository.findApproval(approvalId);
    return approval && ['approved', 'used'].includes(approval.status) ? this.permit(approval) : undefined;
  }

  /** An approval in force that covers a call and has a use left beyond that of its own task, or a standing one. */
  async ofCall(needed: ApprovalNeeded): Promise<Permit | undefined> {
    const { principal, userId, action, input } = needed.request;
    const key = { callerType: principal.type, callerId: principal.id, userId, action: action.id };
    const inForce = await this.repository.inForce(key, this.clock.date(), MOST_COMPARED);
    const fitting = inForce.find(
      (approval) => freeUses(approval) > 0 && isApproved(approval, action.id, input),
    );
    return fitting ? this.permit(fitting) : this.standing.ofCall(needed);
  }

  /** Puts on record that an approval did not cover what was about to be sent. @returns the problem */
  async refuse(approvalId: string, reason: VoidReason, sent?: unknown): Promise<Problem> {
    const approval = await this.repository.findApproval(approvalId);
    if (approval) {
      await this.repository.inTransaction(async (tx) => {
        if (VOIDING.includes(reason))
          await this.repository.move(tx, approvalId, ['approved', 'used'], 'void');
        await this.events.recordIn(tx, approval, {
          type: 'approval.used',
          outcome: 'denied',
          actor: WORKER,
          sent,
          detail: { code: reason },
        });
      });
    }
    return new Problem('approval_void', { why: WHY[reason], reason, approvalId });
  }

  private permit({ id, basis }: Approval): Permit {
    return {
      named: { approvalId: id },
      covers: (need) => need.basis.every((rule) => basis.includes(rule)),
      spend: (sending) => this.spend(id, sending),
    };
  }

  private async spend(id: string, sending: ApprovedSending): Promise<void> {
    const approval = await this.repository.findApproval(id);
    if (!approval) throw await this.refuse(id, 'not_in_force');
    const { action, input, connection, effectId } = sending;
    const fits = isSameCaller(approval, sending) && isApproved(approval, action.id, input);
    const spending = {
      effectId,
      pinnedHash: pinnedHash(action.id, input, approval.pins),
      connectionId: connection.id,
      accountId: connection.account.id,
      now: this.clock.date(),
    };
    const isSpent =
      fits &&
      (await this.repository.inTransaction(async (tx) => {
        if (!(await this.repository.spend(tx, id, spending))) return false;
        await this.events.recordIn(tx, approval, {
          type: 'approval.used',
          actor: WORKER,
          sent: input,
          detail: { effectId },
        });
        return true;
      }));
    if (!isSpent) throw await this.refuse(id, whyNot(approval, sending, spending.now), input);
  }
}

const WHY: Readonly<Record<VoidReason, string>> = {
  arguments_changed: 'the arguments are not those that were approved',
  connection_changed: 'it would go through another connection or account',
  expired: 'the approval has expired',
  not_in_force: 'the approval is not in force',
  policy_changed: 'the policy, or the action itself, has changed since',
  used: 'every use of the approval is spent',
};

/** The arguments that the approver was shown have the hash that was approved, and so have those to be sent. */
function isApproved(approval: Approval, action: string, input: unknown): boolean {
  const shown = argumentsHash(approval.action, approval.arguments);
  const sent = pinnedHash(action, input, approval.pins);
  return (
    approval.action === action &&
    Buffer.from(shown).equals(approval.hash) &&
    Buffer.from(sent).equals(approval.pinnedHash) &&
    isWithinLimits(input, approval.pins)
  );
}

function isSameCaller({ callerType, callerId, userId }: Approval, sending: ApprovedSending): boolean {
  const { principal } = sending;
  return callerType === principal.type && callerId === principal.id && userId === sending.userId;
}

function whyNot(approval: Approval, sending: ApprovedSending, now: Date): VoidReason {
  if (!isSameCaller(approval, sending)) return 'not_in_force';
  if (!isApproved(approval, sending.action.id, sending.input)) return 'arguments_changed';
  const { connection } = sending;
  if (approval.connectionId !== connection.id || approval.accountId !== connection.account.id)
    return 'connection_changed';
  if (!['approved', 'used'].includes(approval.status)) return 'not_in_force';
  return approval.expiresAt <= now ? 'expired' : 'used';
}
