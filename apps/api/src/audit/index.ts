export type { AuditActor, AuditOutcome, NewAuditEvent } from './audit-event.js';
export type { AuditType } from './audit-vocabulary.js';
export { AuditSearch } from './audit-search.js';
export { AuditModule } from './audit.module.js';
export { Audit } from './audit.js';
export { CallEvents } from './call-events.js';
export { actorOf } from './audit-actor.js';
export { AUDITED, Audits, AuditsNothing, type AuditDeclaration } from './audited.js';
export { AUDIT_TYPES } from './audit-vocabulary.js';
