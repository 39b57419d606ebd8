import { Injectable } from '@nestjs/common';
import { Clock, Problem } from '../platform/index.js';
import type { CheckpointRecord } from './checkpoint.js';
import { CheckpointsRepository } from './checkpoints.repository.js';
import { SignedTree, type NewestTree } from './signed-tree.js';

/** Signed heads of the tree, one a minute, as they are kept here, with the cosignatures of witnesses. */
@Injectable()
export class Checkpoints {
  constructor(
    private readonly rows: CheckpointsRepository,
    private readonly tree: SignedTree,
    private readonly clock: Clock,
  ) {}

  /** Keeps the newest head, unless there is a checkpoint of it already. */
  async make(): Promise<void> {
    const { size, root, note } = await this.tree.newest();
    if (note === undefined || size <= ((await this.newestKept())?.size ?? 0)) return;
    await this.rows.add({ size, root, at: this.clock.date().toISOString(), note });
  }

  /**
   * A kept checkpoint of a tree with at least so many leaves: the newest one, or that of now.
   * @throws Problem 503 `audit_unsigned`
   */
  async covering(size: number): Promise<CheckpointRecord> {
    const kept = await this.newestKept();
    if (kept && kept.size >= size) return kept;
    await this.make();
    const made = await this.newestKept();
    if (!made || made.size < size) throw new Problem('audit_unsigned');
    return made;
  }

  /** The kept checkpoint of a tree of this size. @throws Problem 404 */
  async ofSize(size: number): Promise<CheckpointRecord> {
    const found = await this.rows.ofSize(size);
    if (!found) throw new Problem('not_found', { thing: `checkpoint of ${size} leaves` });
    return found;
  }

  newest(): Promise<NewestTree> {
    return this.tree.newest();
  }

  newestKept(): Promise<CheckpointRecord | undefined> {
    return this.rows.newest();
  }

  /** Oldest first, of trees larger than `size`. */
  list(size: number, limit: number): Promise<CheckpointRecord[]> {
    return this.rows.after(size, limit);
  }
}
