import { Injectable } from '@nestjs/common';
import { TransactionalRepository, type Transaction } from '../../platform/index.js';

/** Mails about one approval that are in hand. */
export interface DueMails {
  readonly approvalId: string;
  /** Ids of the operators who have theirs. */
  readonly sentTo: readonly string[];
  readonly attempts: number;
}

/** Mails that are to be sent. */
@Injectable()
export class ApprovalMailsRepository extends TransactionalRepository {
  async create(tx: Transaction, approvalId: string, now: Date): Promise<void> {
    await tx.approvalMail.create({ data: { approvalId, nextAt: now } });
  }

  /** Takes what is due under a lease; of many processes one has it. */
  async claim(now: Date): Promise<DueMails | undefined> {
    const [row] = await this.prisma.$queryRaw<DueMails[]>`
      UPDATE approval_mails SET lease_until = now() + interval '2 minutes', attempts = attempts + 1
      WHERE approval_id = (
        SELECT approval_id FROM approval_mails
        WHERE next_at <= ${now} AND (lease_until IS NULL OR lease_until < now())
        ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING approval_id AS "approvalId", sent_to AS "sentTo", attempts`;
    return row;
  }

  /** Notes that an operator has theirs, and goes on holding the lease. */
  async noteSent(approvalId: string, operatorId: string): Promise<void> {
    await this.prisma.$executeRaw`
      UPDATE approval_mails SET sent_to = array_append(sent_to, ${operatorId}),
        lease_until = now() + interval '2 minutes'
      WHERE approval_id = ${approvalId}`;
  }

  async retryAt(approvalId: string, nextAt: Date): Promise<void> {
    await this.prisma.approvalMail.updateMany({ where: { approvalId }, data: { nextAt, leaseUntil: null } });
  }

  async delete(approvalId: string): Promise<void> {
    await this.prisma.approvalMail.deleteMany({ where: { approvalId } });
  }
}
