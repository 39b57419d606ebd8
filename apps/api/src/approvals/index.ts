export type { Approval } from './approval.js';
export { approvalSummary, summarize } from './approval.view.js';
export { ApprovalDependents, type ApprovalDependent, type EndedWait } from './approval-dependents.js';
export { ApprovalExpiry } from './approval-expiry.js';
export { ApprovalPermits } from './approval-permits.js';
export { Approvals, deniedProblem, type ApprovalDraft } from './approvals.js';
export { StandingApprovals } from './standing/standing-approvals.js';
export { StandingPermits } from './standing/standing-permits.js';
export { ApprovalsModule } from './approvals.module.js';
