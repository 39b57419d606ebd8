import type { AuditEvent } from '../audit-event.js';
import type { AuditType } from '../audit-vocabulary.js';

/** What a search may narrow to; every member that is there must match. */
export interface AuditFilter {
  readonly userId?: string | undefined;
  readonly agentId?: string | undefined;
  readonly connectionId?: string | undefined;
  readonly taskId?: string | undefined;
  readonly action?: string | undefined;
  readonly type?: string | undefined;
  readonly outcome?: string | undefined;
  readonly target?: string | undefined;
  /** Beside those of `target`, what names no target but an action of these providers: tasks, refusals. */
  readonly orProviders?: readonly string[] | undefined;
  /** Beside those as well, what names neither but one of these connections: refusals. */
  readonly orConnections?: readonly string[] | undefined;
  /** At or after this time. */
  readonly from?: Date | undefined;
  /** Before this time. */
  readonly to?: Date | undefined;
}

/** A place in the log. Time never steps back along the chain, so this is its order. */
export interface AuditPlace {
  readonly at: Date;
  readonly seq: bigint;
}

/** Where a search goes on, and which way. */
export interface AuditPosition {
  readonly direction: 'newest_first' | 'oldest_first';
  /** The last place that was looked at; left out, the search begins at that end of the log. */
  readonly after?: AuditPlace | undefined;
}

/** What one step of a search found. */
export interface AuditPage {
  readonly events: AuditEvent[];
  /** The last place that was looked at, when there may be more behind it. */
  readonly reached?: AuditPlace | undefined;
}

/** A page of a list that goes both ways: cursors lead on to what is older and back to what is newer. */
export interface AuditWindow {
  /** Newest first. */
  readonly events: AuditEvent[];
  readonly older?: string | undefined;
  readonly newer?: string | undefined;
}

/** An event that something was begun, and what tells that it has ended: an event that names it, or one of these types. */
export interface AuditIntent {
  readonly id: string;
  readonly place: AuditPlace;
  /** Types of events that end it where they are about the same. */
  readonly ends: readonly AuditType[];
  /** An authorization, a revocation, or a connection. */
  readonly about: string | undefined;
}

/** Who and what occurs in a stretch of the log. */
export interface AuditCast {
  readonly agentIds: readonly string[];
  readonly targets: readonly string[];
}
