import { actorOf, type AuditActor } from '../audit/index.js';
import type { Caller, RequestTrace } from '../platform/index.js';

/** Who asked for a change, as the audit log keeps it. */
export interface ChangedBy {
  readonly actor: AuditActor;
  readonly trace?: RequestTrace;
  /** Absent when it is the program itself. */
  readonly caller?: Caller;
}

/** The caller of a request as the one who changes something. */
export function changedBy(caller: Caller, trace: RequestTrace): ChangedBy {
  return { actor: actorOf(caller), trace, caller };
}
