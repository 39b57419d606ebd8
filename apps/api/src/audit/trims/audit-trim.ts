/** Old events, let go for good: all up to `throughSeq`. */
export interface AuditTrim {
  readonly throughSeq: bigint;
  /** Hash of that event, hex. */
  readonly throughHash: string;
  readonly events: bigint;
  /** They were recorded before this, the beginning of a month in UTC. */
  readonly before: Date;
  readonly startedAt: Date;
  readonly finishedAt?: Date | undefined;
}

/** The beginning of the month, in UTC: the log is cut by months. */
export function startOfMonth(at: Date): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1));
}
