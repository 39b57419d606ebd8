import { Injectable } from '@nestjs/common';
import {
  compactRangeOf,
  consistencyProof,
  inclusionProof,
  rangeHash,
  subtreesOfTiles,
  tilePath,
  type Hash,
  type ReadSubtree,
  type Tile,
} from '@valetkey/audit-log';
import { AuditTreeRepository } from './audit-tree.repository.js';

/** The tree as it is stored: hashes of its leaves, and roots of its larger subtrees. */
@Injectable()
export class StoredTree {
  constructor(private readonly rows: AuditTreeRepository) {}

  /** The root of the tree that ends with this event; of the chain of before the tree, the event's own hash. Hex. */
  async rootAt(seq: bigint): Promise<string> {
    const { firstSeq } = await this.rows.state();
    if (seq < firstSeq) return (await this.rows.hashAt(seq)).toString('hex');
    const size = Number(seq - firstSeq) + 1;
    return (await rangeHash(this.subtrees(size, firstSeq), 0, size)).toString('hex');
  }

  /** The compact range of the leaves before this event: what a tree goes on from. */
  async edgeBefore(seq: bigint): Promise<Buffer> {
    const { firstSeq } = await this.rows.state();
    const size = Math.max(0, Number(seq - firstSeq));
    return compactRangeOf(this.subtrees(size, firstSeq), size);
  }

  async size(): Promise<number> {
    return (await this.rows.state()).size;
  }

  /** Whether this is its root when it had so many leaves; yes where retention has let go what would tell. */
  async isAt(size: number, root: Hash): Promise<boolean> {
    const { firstSeq, size: now } = await this.rows.state();
    if (size > now) return false;
    if (size === 0) return true;
    try {
      return (await rangeHash(this.subtrees(size, firstSeq), 0, size)).equals(root);
    } catch (error) {
      if (error instanceof RangeError) return true;
      throw error;
    }
  }

  /** The leaf of this event; negative for one of the chain of before the tree. */
  async leafOf(seq: bigint): Promise<number> {
    return Number(seq - (await this.rows.state()).firstSeq);
  }

  /** The hashes of a tile, one after the other; fewer where retention has let some go. */
  async tile(tile: Tile): Promise<Buffer> {
    return this.rows.tile(tile, (await this.rows.state()).firstSeq);
  }

  /** The way from this leaf to the root of the tree of `size` leaves (RFC 9162, section 2.1.3.1). */
  async inclusion(index: number, size: number): Promise<Hash[]> {
    const { firstSeq } = await this.rows.state();
    return inclusionProof(this.subtrees(size, firstSeq), index, size);
  }

  /** That the tree of `first` leaves is the beginning of that of `size` (RFC 9162, section 2.1.4.1). */
  async consistency(first: number, size: number): Promise<Hash[]> {
    const { firstSeq } = await this.rows.state();
    return consistencyProof(this.subtrees(size, firstSeq), first, size);
  }

  /** One proof asks for several subtrees of a tile: it is read once. */
  private subtrees(size: number, firstSeq: bigint): ReadSubtree {
    const tiles = new Map<string, Promise<Buffer>>();
    const read = (tile: Tile) => {
      const path = tilePath(tile);
      const reading = tiles.get(path) ?? this.rows.tile(tile, firstSeq);
      tiles.set(path, reading);
      return reading;
    };
    return subtreesOfTiles(size, read);
  }
}
