import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Audits } from '../audit/index.js';
import { Clock, Jobs } from '../platform/index.js';
import type { Approval } from './approval.js';
import { ApprovalDependents } from './approval-dependents.js';
import { ApprovalEvents, WORKER } from './approval-events.js';
import { ApprovalsRepository } from './approvals.repository.js';

const EVERY_MS = 1_000;
const BATCH = 100;

/** Ends approvals whose time is over, and the wait of what asked for them. */
@Audits('approval.expired', 'task.finished')
@Injectable()
export class ApprovalExpiry implements OnApplicationBootstrap {
  constructor(
    private readonly repository: ApprovalsRepository,
    private readonly dependents: ApprovalDependents,
    private readonly events: ApprovalEvents,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
  ) {}

  onApplicationBootstrap(): void {
    this.jobs.every(EVERY_MS, 'ending approvals that have expired', () => this.run());
  }

  /** One round. */
  async run(): Promise<void> {
    for (const approval of await this.repository.overdue(this.clock.date(), BATCH)) await this.end(approval);
  }

  private async end(approval: Approval): Promise<void> {
    const ended = { approval: { ...approval, status: 'expired' as const } };
    const isEnded = await this.repository.inTransaction(async (tx) => {
      await this.repository.lockTask(tx, approval);
      if (!(await this.repository.move(tx, approval.id, [approval.status], 'expired'))) return false;
      await this.dependents.onEnded(tx, ended);
      await this.events.recordIn(tx, approval, {
        type: 'approval.expired',
        actor: WORKER,
        detail: { status: approval.status },
      });
      return true;
    });
    if (isEnded) await this.dependents.onCommitted(ended);
  }
}
