/**
 * `running` until every value was looked at. `finished`: no value is left under another key. `incomplete`: some are,
 * because they do not open or because a process goes on sealing with another key.
 */
export type RewrapStatus = 'running' | 'finished' | 'incomplete';

/** One pass over everything sealed, bringing it under key `keyId`. */
export interface Rewrap {
  readonly id: string;
  readonly keyId: string;
  readonly status: RewrapStatus;
  /** The store at work, and the primary key of the last row done in it. */
  readonly store?: string | undefined;
  readonly cursor?: string | undefined;
  readonly done: number;
  readonly total: number;
  /** Values that do not open, as of this pass. */
  readonly failed: number;
  readonly lastError?: string | undefined;
  readonly startedAt: Date;
  readonly finishedAt?: Date | undefined;
}

/** How far a re-wrap has come; saved after every batch. */
export type RewrapProgress = Pick<Rewrap, 'store' | 'cursor' | 'done' | 'total' | 'failed' | 'lastError'>;

/** The progress of a re-wrap that begins again at the first store, with `left` values to go. */
export function nextPass({ done, total }: RewrapProgress, left: number): RewrapProgress {
  return { done, total: Math.max(total, done + left), failed: 0 };
}

/**
 * The progress of a re-wrap that goes on when `left` values are not under the key yet. The count is taken anew, which
 * corrects what a crash between two saves lost.
 */
export function resumed(rewrap: Rewrap, left: number): RewrapProgress {
  const { store, cursor, total, failed, lastError } = rewrap;
  return { store, cursor, failed, lastError, done: Math.max(0, total - left), total: Math.max(total, left) };
}
