import { actorOf, type AuditActor, type AuditType, type NewAuditEvent } from '../audit/index.js';
import type { Caller, RequestTrace } from '../platform/index.js';

/** The author of a change of operators: one of them, or a command on the machine. */
export interface ChangedBy {
  readonly actor: AuditActor;
  readonly trace?: RequestTrace;
}

/** The caller of a request as the author of a change. */
export function changedBy(caller: Caller, trace: RequestTrace): ChangedBy {
  return { actor: actorOf(caller), trace };
}

/** A change of operators as the log has it. */
export function changeEvent(
  type: AuditType,
  detail: Readonly<Record<string, unknown>>,
  { actor, trace }: ChangedBy,
): NewAuditEvent {
  return { type, outcome: 'succeeded', actor, detail, ...trace };
}
