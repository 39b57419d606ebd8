import { actorOf, type AuditActor } from '../audit/index.js';
import type { Caller, RequestTrace } from '../platform/index.js';

/** The operator, or the program, that changes something, as the audit log records it. */
export interface ChangedBy {
  readonly actor: AuditActor;
  readonly trace?: RequestTrace;
  /** Absent when it is the program itself. */
  readonly caller?: Caller;
}

/** The caller of a request as the author of a change. */
export function changedBy(caller: Caller, trace: RequestTrace): ChangedBy {
  return { actor: actorOf(caller), trace, caller };
}
