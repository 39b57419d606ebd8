import { Injectable } from '@nestjs/common';
import type { ChangedBy } from '../agents/index.js';
import type { Transaction } from '../platform/index.js';
import type { Approval } from './approval.js';
import type { NewStandingApproval } from './standing/standing-approval.js';

/** An approval that waits no more, and the arguments as an approver edited them. */
export interface EndedWait {
  readonly approval: Approval;
  readonly edited?: Readonly<Record<string, unknown>> | undefined;
  /** Later calls that the approver lets run without asking. */
  readonly standing?: NewStandingApproval | undefined;
  /** The person who decided. */
  readonly by?: ChangedBy | undefined;
}

/** A room that waits for decisions. */
export interface ApprovalDependent {
  /** In the transaction in which it was approved, denied or expired. */
  onEnded(tx: Transaction, ended: EndedWait): Promise<void>;
  /** Once that is committed. */
  onCommitted(ended: EndedWait): Promise<void>;
}

/** The rooms whose work waits for decisions register themselves here when they start. */
@Injectable()
export class ApprovalDependents implements ApprovalDependent {
  private readonly dependents: ApprovalDependent[] = [];

  register(dependent: ApprovalDependent): void {
    this.dependents.push(dependent);
  }

  async onEnded(tx: Transaction, ended: EndedWait): Promise<void> {
    for (const dependent of this.dependents) await dependent.onEnded(tx, ended);
  }

  async onCommitted(ended: EndedWait): Promise<void> {
    for (const dependent of this.dependents) await dependent.onCommitted(ended);
  }
}
