import { Injectable } from '@nestjs/common';
import type { AuditActor, NewAuditEvent } from '../../audit/index.js';
import { AuditedArguments } from '../../gateway/index.js';
import type { RequestTrace } from '../../platform/index.js';
import type { StandingApproval } from './standing-approval.js';

type ToldStanding = Pick<
  StandingApproval,
  | 'id'
  | 'approvalId'
  | 'userId'
  | 'callerType'
  | 'callerId'
  | 'action'
  | 'connectionId'
  | 'arguments'
  | 'hash'
>;

interface Telling {
  readonly type: `standing_approval.${'created' | 'ended' | 'used'}`;
  readonly actor: AuditActor;
  readonly outcome?: NewAuditEvent['outcome'];
  /** A call under it: its arguments, their hash, and the task that it is. */
  readonly sent?: { readonly input: unknown; readonly hash: Uint8Array; readonly taskId: string | undefined };
  readonly detail?: Readonly<Record<string, unknown>>;
  readonly trace?: RequestTrace | undefined;
}

/** Events of a standing approval. That of a use has the keyed hash of what was sent, as the run's own event has. */
@Injectable()
export class StandingEvents {
  constructor(private readonly auditedArguments: AuditedArguments) {}

  async of(standing: ToldStanding, { sent, detail, trace, ...telling }: Telling): Promise<NewAuditEvent> {
    const { id, approvalId, userId, callerType, callerId, action, connectionId } = standing;
    return {
      outcome: 'succeeded',
      ...telling,
      userId,
      agentId: callerType === 'agent' ? callerId : undefined,
      connectionId,
      taskId: sent?.taskId,
      action,
      ...trace,
      arguments: await this.auditedArguments.of(sent ? sent.input : standing.arguments),
      detail: {
        standingApprovalId: id,
        approvalId,
        hash: Buffer.from(sent?.hash ?? standing.hash).toString('hex'),
        ...detail,
      },
    };
  }
}
