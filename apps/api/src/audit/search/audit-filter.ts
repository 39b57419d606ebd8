import type { AuditEvent } from '../audit-event.js';
import type { AuditType } from '../audit-vocabulary.js';

/** The conditions of a search; every member that is given must match. */
export interface AuditFilter {
  readonly userId?: string | undefined;
  readonly agentId?: string | undefined;
  /** The operator, or the operator key, who did it. */
  readonly operatorId?: string | undefined;
  readonly connectionId?: string | undefined;
  readonly taskId?: string | undefined;
  readonly action?: string | undefined;
  readonly type?: string | undefined;
  readonly outcome?: string | undefined;
  readonly target?: string | undefined;
  /** Also includes events without a target whose action is of one of these providers: tasks, refusals. */
  readonly orProviders?: readonly string[] | undefined;
  /** Also includes events with neither, about one of these connections: refusals. */
  readonly orConnections?: readonly string[] | undefined;
  /** At or after this time. */
  readonly from?: Date | undefined;
  /** Before this time. */
  readonly to?: Date | undefined;
}

/** A position in the log: lists are in this order. `seq` alone is the order in which events got their places. */
export interface LogPosition {
  readonly at: Date;
  readonly seq: bigint;
}

/** Where a search goes on, and which way. */
export interface AuditPosition {
  readonly direction: 'newest_first' | 'oldest_first';
  /** The last position that was looked at; left out, the search begins at that end of the log. */
  readonly after?: LogPosition | undefined;
  /** The last event that is looked for; what got its place later is passed over, so that the search ends. */
  readonly through?: bigint | undefined;
}

/** The result of one step of a search. */
export interface AuditPage {
  readonly events: AuditEvent[];
  /** The last position that was looked at, when there may be more behind it. */
  readonly reached?: LogPosition | undefined;
}

/** A page of a list that goes both ways: cursors lead to older and to newer events. */
export interface AuditWindow {
  /** Newest first. */
  readonly events: AuditEvent[];
  readonly older?: string | undefined;
  readonly newer?: string | undefined;
}

/** An event that began something, and how its end is recognized: an event that names it, or one of these types. */
export interface AuditIntent {
  readonly id: string;
  readonly position: LogPosition;
  /** Types of events that end it where they are about the same. */
  readonly ends: readonly AuditType[];
  /** An authorization, a revocation, or a connection. */
  readonly about: string | undefined;
}

/** The agents and targets that occur in a stretch of the log. */
export interface AuditFacets {
  readonly agentIds: readonly string[];
  readonly targets: readonly string[];
}
