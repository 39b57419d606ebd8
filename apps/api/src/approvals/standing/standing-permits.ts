import { Injectable } from '@nestjs/common';
import { Audit } from '../../audit/index.js';
import {
  ActionAccess,
  ApprovalNeeded,
  type ApprovedSending,
  type CheckedRequest,
  type Permit,
} from '../../gateway/index.js';
import { Clock } from '../../platform/index.js';
import type { ApprovalNeed } from '../../policies/index.js';
import { argumentsHash } from '../approval.js';
import { WORKER } from '../approval-events.js';
import { isCovered, standingHash, type StandingApproval } from './standing-approval.js';
import { StandingApprovalsRepository } from './standing-approvals.repository.js';
import { StandingEvents } from './standing-events.js';

/** Those in force that are compared with one call. */
const MOST_COMPARED = 50;

/** A call that needs a person, and by which effect it is known if it is repeated. */
interface AskingCall {
  readonly request: CheckedRequest;
  readonly need: ApprovalNeed;
  readonly effectId?: string | undefined;
}

/** Standing approvals for those who run what they allow: compared, and counted right before something is sent. */
@Injectable()
export class StandingPermits {
  constructor(
    private readonly repository: StandingApprovalsRepository,
    private readonly access: ActionAccess,
    private readonly events: StandingEvents,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * That which covers a call over the connection that it would use now.
   * @throws Problem as `ActionAccess.resolve`, where one would cover it
   */
  async ofCall({ request, need, effectId }: AskingCall): Promise<Permit | undefined> {
    const { principal, userId, action } = request;
    const key = { callerType: principal.type, callerId: principal.id, userId, action: action.id };
    const inForce = await this.repository.inForce(key, effectId, this.clock.date(), MOST_COMPARED);
    const covering = inForce.filter((standing) => isCovered(standing, request, need));
    if (covering.length === 0) return undefined;
    const connection = await this.access.resolve(request);
    const standing = covering.find(
      ({ connectionId, accountId }) => connectionId === connection.id && accountId === connection.account.id,
    );
    return standing && this.permit(standing, { request, need });
  }

  private permit({ id, basis }: StandingApproval, call: AskingCall): Permit {
    return {
      named: { standingApprovalId: id },
      covers: (need) => need.basis.every((rule) => basis.includes(rule)),
      spend: (sending) => this.spend(id, sending, call),
    };
  }

  /** @throws ApprovalNeeded when it does not cover this any more: then a person is asked, as without it */
  private async spend(id: string, sending: ApprovedSending, { request, need }: AskingCall): Promise<void> {
    const standing = await this.repository.findStandingApproval(id);
    const asked = new ApprovalNeeded({ ...request, permit: undefined }, need);
    if (!standing) throw asked;
    const { principal, userId, action, input, connection, effectId } = sending;
    const pinnedHash = standingHash({ action, input }, standing.pins);
    const fits = pinnedHash && isCovered(standing, { ...request, principal, userId, action, input }, need);
    const sent = { input, hash: argumentsHash(action.id, input), taskId: request.taskId };
    const spending = {
      effectId,
      taskId: request.taskId,
      hash: sent.hash,
      connectionId: connection.id,
      accountId: connection.account.id,
      now: this.clock.date(),
    };
    const event = { type: 'standing_approval.used', actor: WORKER, sent, trace: request.trace } as const;
    const used = await this.events.of(standing, { ...event, detail: { effectId } });
    const isSpent =
      fits &&
      (await this.repository.inTransaction(async (tx) => {
        if (!(await this.repository.spend(tx, id, { ...spending, pinnedHash }))) return false;
        await this.audit.recordIn(tx, used);
        return true;
      }));
    if (isSpent) return;
    const code = fits ? await this.whyNot(id, connection.id, spending.now) : 'arguments_changed';
    await this.audit.record(
      await this.events.of(standing, { ...event, outcome: 'denied', detail: { code } }),
    );
    throw asked;
  }

  private async whyNot(id: string, connectionId: string, now: Date): Promise<string> {
    const standing = await this.repository.findStandingApproval(id);
    if (!standing || standing.status === 'ended') return 'ended';
    if (standing.validUntil <= now) return 'expired';
    return standing.connectionId === connectionId ? 'used' : 'connection_changed';
  }
}
