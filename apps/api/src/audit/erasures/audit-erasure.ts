import type { RequestTrace } from '../../platform/index.js';
import type { AuditActor } from '../audit-event.js';

/** The operator or process that asks for work on the log. */
export interface AskedBy {
  readonly actor: AuditActor;
  readonly trace?: RequestTrace;
}

/**
 * `waiting`: everything so far is erased; it is looked at again, for what was still under way. `finished`: the user's
 * id is forgotten here as well, and what is recorded about such a user from then on stays.
 */
export type AuditErasureStatus = 'running' | 'waiting' | 'finished';

/** A user being erased from the log. */
export interface AuditErasure {
  readonly id: string;
  readonly status: AuditErasureStatus;
  /** Events whose personal part is gone. */
  readonly erased: number;
  /**
   * Token sets of a deleted user whose revocation no provider confirmed: given up, and deleted when the erasure ended.
   */
  readonly unconfirmedRevocations: number;
  readonly startedAt: Date;
  readonly finishedAt?: Date | undefined;
}
