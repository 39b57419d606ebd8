import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Subjects } from '../policies/index.js';
import { Approvals } from './approvals.js';

/** Tells the policy whose approvals are. */
@Injectable()
export class ApprovalSubjects implements OnModuleInit {
  constructor(
    private readonly subjects: Subjects,
    private readonly approvals: Approvals,
  ) {}

  onModuleInit(): void {
    this.subjects.register('approval', async (id) => {
      const found = await this.approvals.findApproval(id);
      return found && { userId: found.userId };
    });
  }
}
