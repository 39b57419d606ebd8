import { Injectable } from '@nestjs/common';
import { OperatorsService } from '../../operators/index.js';
import { Log, Mailer, type Mail } from '../../platform/index.js';
import { ApprovalReaders } from '../approval-readers.js';
import { ApprovalsRepository } from '../approvals.repository.js';
import { approvalMail } from './approval-mail.text.js';
import { ApprovalMailsRepository, type DueMails } from './approval-mails.repository.js';

/** Sends the mails about one approval, to each operator who may decide and does not have theirs yet. */
@Injectable()
export class SendApprovalMails {
  constructor(
    private readonly repository: ApprovalMailsRepository,
    private readonly approvals: ApprovalsRepository,
    private readonly readers: ApprovalReaders,
    private readonly operators: OperatorsService,
    private readonly mailer: Mailer,
    private readonly log: Log,
  ) {}

  /** @returns whether nothing is left to be sent */
  async send({ approvalId, sentTo }: DueMails): Promise<boolean> {
    const approval = await this.approvals.findApproval(approvalId);
    const [read] = approval?.status === 'pending' ? await this.readers.read([approval]) : [];
    if (!read) return true;
    const mail = approvalMail(read, this.readers.dashboardUri(approvalId));
    let isDone = true;
    for (const { id, email } of await this.operators.approvers()) {
      if (sentTo.includes(id)) continue;
      const isOver = await this.sendOne({ ...mail, id: `${approvalId}.${id}`, to: email });
      if (isOver) await this.repository.noteSent(approvalId, id);
      isDone &&= isOver;
    }
    return isDone;
  }

  /** @returns whether nothing is left to be done: it was sent, or can never be */
  private async sendOne(mail: Mail): Promise<boolean> {
    try {
      const isTaken = await this.mailer.send(mail);
      if (!isTaken) this.log.warn('the mail server takes no mail for an operator', { mail: mail.id });
      return true;
    } catch (error) {
      const { code, responseCode } = error as { code?: string; responseCode?: number };
      this.log.warn('a mail about an approval was not sent; it is tried again', {
        mail: mail.id,
        code,
        responseCode,
      });
      return false;
    }
  }
}
