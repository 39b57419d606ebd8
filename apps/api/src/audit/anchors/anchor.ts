import type { CheckpointRecord } from '../checkpoint.js';

/** A place outside of the database that keeps checkpoints. */
export interface Anchor {
  /** The address, without credentials. */
  readonly name: string;
  /**
   * Stores checkpoints, in order. The same one may come twice.
   * @throws AnchorError unless all of them are stored for certain
   */
  put(records: readonly CheckpointRecord[]): Promise<void>;
  /**
   * The stored checkpoints.
   * @throws AnchorError when the anchor cannot be read, or holds something else
   */
  read(): Promise<string[]>;
  /**
   * Notes among the newest, of trees larger than this if there are such; none where it cannot be asked.
   * @throws AnchorError when the anchor cannot be read
   */
  newest(size: number): Promise<string[]>;
}

/** Why an anchor does not take or return checkpoints; the message holds no secret. */
export class AnchorError extends Error {
  override readonly name = 'AnchorError';
}

/** The code of an underlying failure, for the message: `ENOSPC`, `AccessDenied`. */
export function codeOf(error: unknown): string {
  const { code, name, cause } = error as { code?: unknown; name?: unknown; cause?: { code?: unknown } };
  const known = [code, cause?.code, name].find((each) => typeof each === 'string');
  return typeof known === 'string' && /^\w{1,64}$/.test(known) ? known : 'unknown';
}
