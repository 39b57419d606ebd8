import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/index.js';
import { AuthorizationsModule } from '../authorizations/index.js';
import { GatewayModule } from '../gateway/index.js';
import { PoliciesModule } from '../policies/index.js';
import { ApprovalDecisions } from './approval-decisions.js';
import { ApprovalDependents } from './approval-dependents.js';
import { ApprovalEvents } from './approval-events.js';
import { ApprovalExpiry } from './approval-expiry.js';
import { ApprovalPageController } from './approval-page.controller.js';
import { ApprovalPermits } from './approval-permits.js';
import { ApprovalSubjects } from './approval-subjects.js';
import { Approvals } from './approvals.js';
import { ApprovalsController } from './approvals.controller.js';
import { ApprovalsRepository } from './approvals.repository.js';

/**
 * Calls that a policy lets go on only if a person agrees: asked for, decided, and compared with what is really sent.
 * It runs nothing: what waits for a decision does, and registers itself here.
 */
@Module({
  imports: [AgentsModule, AuthorizationsModule, GatewayModule, PoliciesModule],
  controllers: [ApprovalsController, ApprovalPageController],
  providers: [
    Approvals,
    ApprovalsRepository,
    ApprovalDecisions,
    ApprovalDependents,
    ApprovalEvents,
    ApprovalExpiry,
    ApprovalPermits,
    ApprovalSubjects,
  ],
  exports: [Approvals, ApprovalPermits, ApprovalDependents],
})
export class ApprovalsModule {}
