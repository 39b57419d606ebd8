export type {
  AuditActor,
  AuditArguments,
  AuditEvent,
  AuditOutcome,
  NewAuditEvent,
  RecordedEvent,
} from './audit-event.js';
export type { AuditType } from './audit-vocabulary.js';
export type { AuditFilter, AuditIntent } from './search/audit-filter.js';
export { AuditSearch } from './search/audit-search.js';
export { AuditModule } from './audit.module.js';
export { auditEventView, auditPage, auditQuery, viewOwnEvent, type OwnEvent } from './audit.schemas.js';
export { Audit } from './audit.js';
export { AuditErasures } from './erasures/audit-erasures.js';
export { RunErasures } from './erasures/run-erasures.js';
export { Denials } from './denials.js';
export { CallEvents } from './call-events.js';
export { auditKeyBinding, AuditKeys } from './audit-keys.js';
export { actorOf } from './audit-actor.js';
export { AUDITED, Audits, AuditsNothing, type AuditDeclaration } from './audited.js';
export { AUDIT_TYPES } from './audit-vocabulary.js';
export { FollowLog } from './sinks/follow-log.js';
export { ForwardEvents } from './sinks/forward-events.js';
export { inboxRow, type InboxRow } from './inbox-row.js';
export { Sequencer } from './sequencer.js';
export { EventProofs } from './proofs/event-proofs.js';
export { proofHeaders } from './proofs/proofs.controller.js';
export { ForkGuard } from './forks/fork-guard.js';
