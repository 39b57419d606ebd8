import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AuditsNothing } from '../../audit/index.js';
import { backoffMs, Clock, Jobs, Mailer, type Transaction } from '../../platform/index.js';
import type { Approval } from '../approval.js';
import { ApprovalMailsRepository, type DueMails } from './approval-mails.repository.js';
import { SendApprovalMails } from './send-approval-mails.js';

const EVERY_MS = 2_000;
const RETRY = { firstMs: 15_000, longestMs: 900_000 };
/** Approvals in one round. */
const MOST = 50;

/**
 * Tells operators who may decide of an approval by mail, at least once: what was not sent is tried again for as long as
 * the approval waits.
 */
@AuditsNothing('tells operators of requests that are on record; a mail decides nothing')
@Injectable()
export class ApprovalMails implements OnApplicationBootstrap {
  constructor(
    private readonly repository: ApprovalMailsRepository,
    private readonly sender: SendApprovalMails,
    private readonly mailer: Mailer,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
  ) {}

  onApplicationBootstrap(): void {
    if (this.mailer.isConfigured) this.jobs.every(EVERY_MS, 'sending mail about approvals', () => this.run());
  }

  /** Has operators told of an approval, in the transaction that asks for it. */
  async queue(tx: Transaction, { id, approvers }: Pick<Approval, 'id' | 'approvers'>): Promise<void> {
    if (this.mailer.isConfigured && approvers !== 'user')
      await this.repository.create(tx, id, this.clock.date());
  }

  /** One round. */
  async run(): Promise<void> {
    for (let count = 0; count < MOST && !this.jobs.isStopping; count++) {
      const due = await this.repository.claim(this.clock.date());
      if (!due) return;
      await this.sendAll(due);
    }
  }

  private async sendAll(due: DueMails): Promise<void> {
    const { approvalId, attempts } = due;
    if (await this.sender.send(due)) return this.repository.delete(approvalId);
    const nextAt = new Date(this.clock.now() + backoffMs(RETRY, attempts));
    await this.repository.retryAt(approvalId, nextAt);
  }
}
