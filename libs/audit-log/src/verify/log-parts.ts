import type { Node } from '../tree/compact-range.js';

/** The first row that is not as it was written, and how that is known. */
export interface BadRow {
  readonly seq: number;
  /** When rows before it may have been rewritten as well: the first of them. Older rows are vouched for. */
  readonly since?: number;
  readonly why: string;
}

/** Where a log begins. */
export interface LogStart {
  /** The first leaf of the tree; rows before it are of the chain. */
  readonly firstSeq: number;
  /** The first row that is kept. */
  readonly fromSeq: number;
  /** The compact range of the leaves before it. */
  readonly edge: Buffer;
}

/** The tree as a database holds it beside the rows. */
export interface StoredTree {
  readonly size: number;
  readonly edge: Buffer;
  /** Complete subtrees of levels 8, 16, 24, … */
  readonly nodes: readonly Node[];
}
