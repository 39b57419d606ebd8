import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/index.js';
import { AuthorizationsModule } from '../authorizations/index.js';
import { GatewayModule } from '../gateway/index.js';
import { OperatorsModule } from '../operators/index.js';
import { PoliciesModule } from '../policies/index.js';
import { RevocationsModule } from '../revocations/index.js';
import { Agreements } from './agreements.js';
import { ApprovalDecisions } from './approval-decisions.js';
import { ApprovalDependents } from './approval-dependents.js';
import { ApprovalEvents } from './approval-events.js';
import { ApprovalExpiry } from './approval-expiry.js';
import { ApprovalPageController } from './approval-page.controller.js';
import { ApprovalPermits } from './approval-permits.js';
import { ApprovalReaders } from './approval-readers.js';
import { ApprovalSubjects } from './approval-subjects.js';
import { Approvals } from './approvals.js';
import { ApprovalsController } from './approvals.controller.js';
import { ApprovalsRepository } from './approvals.repository.js';
import { ApprovalMails } from './mail/approval-mails.js';
import { ApprovalMailsRepository } from './mail/approval-mails.repository.js';
import { SendApprovalMails } from './mail/send-approval-mails.js';
import { StandingApprovals } from './standing/standing-approvals.js';
import { StandingApprovalsController } from './standing/standing-approvals.controller.js';
import { StandingApprovalsRepository } from './standing/standing-approvals.repository.js';
import { StandingEvents } from './standing/standing-events.js';
import { StandingPermits } from './standing/standing-permits.js';

/**
 * Calls that a policy lets go on only if a person agrees: asked for, decided, and compared with what is really sent.
 * It runs nothing: what waits for a decision does, and registers itself here.
 */
@Module({
  imports: [
    AgentsModule,
    AuthorizationsModule,
    GatewayModule,
    OperatorsModule,
    PoliciesModule,
    RevocationsModule,
  ],
  controllers: [ApprovalsController, StandingApprovalsController, ApprovalPageController],
  providers: [
    Agreements,
    ApprovalMails,
    ApprovalMailsRepository,
    SendApprovalMails,
    Approvals,
    ApprovalsRepository,
    ApprovalDecisions,
    ApprovalDependents,
    ApprovalEvents,
    ApprovalExpiry,
    ApprovalPermits,
    ApprovalSubjects,
    ApprovalReaders,
    StandingApprovals,
    StandingApprovalsRepository,
    StandingEvents,
    StandingPermits,
  ],
  exports: [Approvals, ApprovalPermits, ApprovalDependents, StandingApprovals, StandingPermits],
})
export class ApprovalsModule {}
