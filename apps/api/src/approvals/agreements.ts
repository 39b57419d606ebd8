import { Injectable } from '@nestjs/common';
import { changedBy } from '../agents/index.js';
import { OperatorsService } from '../operators/index.js';
import { Clock, type RequestTrace, type Transaction } from '../platform/index.js';
import type { Agreement, Approval, Approver } from './approval.js';
import { ApprovalEvents } from './approval-events.js';
import { ApprovalsRepository } from './approvals.repository.js';

/** The people who have agreed, where more than one person has to. */
@Injectable()
export class Agreements {
  constructor(
    private readonly repository: ApprovalsRepository,
    private readonly operators: OperatorsService,
    private readonly events: ApprovalEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * Writes down that a person agrees, once. Called with the task locked. Those who agreed before count only if they
   * could still do so.
   * @returns whether another has to agree as well
   */
  async waitsForAnother(
    tx: Transaction,
    { id, needed }: Approval,
    { by, trace }: { by: Approver; trace: RequestTrace },
  ): Promise<boolean> {
    if (needed === 1) return false;
    const now = await this.repository.findApproval(id, tx);
    if (now?.status !== 'pending' || now.expiresAt <= this.clock.date()) return false;
    const before = await this.standing(tx, now.agreed);
    const isSame = before.some(({ type, id: person }) => type === by.type && person === by.id);
    if (isSame) return true;
    const agreed = [...before, { type: by.type, id: by.id, at: this.clock.date().toISOString() }];
    await this.repository.agree(tx, id, agreed);
    if (agreed.length >= needed) return false;
    const { actor } = changedBy(by, trace);
    const detail = { agreed: agreed.length, needed };
    await this.events.recordIn(tx, now, { type: 'approval.agreed', actor, trace, detail });
    return true;
  }

  /** Without operators who were disabled, removed or given a lesser role since. */
  private async standing(tx: Transaction, agreed: readonly Agreement[]): Promise<Agreement[]> {
    const ids = agreed.flatMap(({ type, id }) => (type === 'operator' ? [id] : []));
    const still = new Set(ids.length > 0 ? await this.operators.stillApprovers(tx, ids) : []);
    return agreed.filter(({ type, id }) => type === 'user' || still.has(id));
  }
}
