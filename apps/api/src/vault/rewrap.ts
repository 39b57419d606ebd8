/**
 * `running` until everything was looked at. `finished`: nothing is left under another key. `incomplete`: something is,
 * because it does not open or because a process goes on sealing with another key.
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

/** A re-wrap that begins again at the first store, with `left` values to go. */
export function nextPass({ done, total }: RewrapProgress, left: number): RewrapProgress {
  return { done, total: Math.max(total, done + left), failed: 0 };
}

/** What is done when `left` values of what was found are not under the key yet; a crash between two saves is made good. */
export function resumed(rewrap: Rewrap, left: number): RewrapProgress {
  const { store, cursor, total, failed, lastError } = rewrap;
  return { store, cursor, failed, lastError, done: Math.max(0, total - left), total: Math.max(total, left) };
}
