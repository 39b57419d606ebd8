import { Injectable } from '@nestjs/common';
import { compactRangeOf, rangeHash, subtreesOfTiles } from '@valetkey/audit-log';
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

  private subtrees(size: number, firstSeq: bigint) {
    return subtreesOfTiles(size, (tile) => this.rows.tile(tile, firstSeq));
  }
}
