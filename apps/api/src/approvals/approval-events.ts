import { Injectable } from '@nestjs/common';
import { Audit, type AuditActor, type NewAuditEvent } from '../audit/index.js';
import { AuditedArguments } from '../gateway/index.js';
import type { RequestTrace, Transaction } from '../platform/index.js';
import type { Approval } from './approval.js';

/** The part of an approval that its events tell. */
export type ToldApproval = Pick<
  Approval,
  'id' | 'taskId' | 'userId' | 'callerType' | 'callerId' | 'action' | 'connectionId' | 'arguments' | 'hash'
>;

interface Telling {
  readonly type: `approval.${'requested' | 'agreed' | 'decided' | 'expired' | 'used'}`;
  readonly actor: AuditActor;
  readonly outcome?: NewAuditEvent['outcome'];
  /** The arguments that were about to be sent, where it is not what was approved. */
  readonly sent?: unknown;
  readonly detail?: Readonly<Record<string, unknown>>;
  readonly trace?: RequestTrace | undefined;
}

/** The worker or a clock, where no caller acts. */
export const WORKER: AuditActor = { type: 'system', id: 'worker' };

/**
 * Events of an approval. Each has the keyed hash of its arguments, which is that of the run (`action.run`), so that the
 * log shows that what was approved is what was sent.
 */
@Injectable()
export class ApprovalEvents {
  constructor(
    private readonly auditedArguments: AuditedArguments,
    private readonly audit: Audit,
  ) {}

  /** Records one in the transaction of the change that it tells. */
  async recordIn(
    tx: Transaction,
    approval: ToldApproval,
    { sent, detail, trace, ...telling }: Telling,
  ): Promise<void> {
    const { id, taskId, userId, callerType, callerId, action, connectionId, hash } = approval;
    await this.audit.recordIn(tx, {
      outcome: 'succeeded',
      ...telling,
      userId,
      agentId: callerType === 'agent' ? callerId : undefined,
      connectionId,
      taskId,
      action,
      ...trace,
      arguments: await this.auditedArguments.of(sent ?? approval.arguments),
      detail: { approvalId: id, hash: Buffer.from(hash).toString('hex'), ...detail },
    });
  }
}
