import type { CheckpointRecord } from '../checkpoint.js';

/** A place outside of the database that keeps checkpoints. */
export interface Anchor {
  /** The address, without credentials. */
  readonly name: string;
  /**
   * Stores checkpoints, in order. The same one may come twice.
   * @throws OutsideError unless all of them are stored for certain
   */
  put(records: readonly CheckpointRecord[]): Promise<void>;
  /**
   * The stored checkpoints.
   * @throws OutsideError when the anchor cannot be read, or holds something else
   */
  read(): Promise<string[]>;
  /**
   * Notes among the newest, of trees larger than this if there are such; none where it cannot be asked.
   * @throws OutsideError when the anchor cannot be read
   */
  newest(size: number): Promise<string[]>;
}
