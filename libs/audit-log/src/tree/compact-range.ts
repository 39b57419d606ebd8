import { EMPTY_ROOT, HASH_BYTES, nodeHash, type Hash } from './hashes.js';

/** A perfect subtree: `level` 0 is a leaf, and subtree `index` of a level holds leaves from `index * 2 ** level` on. */
export interface Node {
  readonly level: number;
  readonly index: number;
  readonly hash: Hash;
}

const isOdd = (value: number) => value % 2 === 1;

/**
 * The right edge of a Merkle tree: one perfect subtree for each bit of its size, the largest first. It is all that
 * appending needs: n leaves cost about n node hashes and no look at what is stored.
 *
 * https://github.com/transparency-dev/merkle, compact ranges
 */
export class CompactRange {
  private constructor(
    private count: number,
    private readonly edge: Hash[],
  ) {}

  static empty(): CompactRange {
    return new CompactRange(0, []);
  }

  /** @throws RangeError when the bytes are not the edge of a tree of this size */
  static fromBytes(size: number, edge: Buffer): CompactRange {
    const hashes = Array.from({ length: edge.length / HASH_BYTES }, (_, n) =>
      edge.subarray(n * HASH_BYTES, (n + 1) * HASH_BYTES),
    );
    if (edge.length % HASH_BYTES !== 0 || hashes.length !== bitsOf(size))
      throw new RangeError(`${edge.length} bytes are no edge of a tree of ${size} leaves`);
    return new CompactRange(size, hashes);
  }

  get size(): number {
    return this.count;
  }

  toBytes(): Buffer {
    return Buffer.concat(this.edge);
  }

  copy(): CompactRange {
    return new CompactRange(this.count, [...this.edge]);
  }

  /** Appends a leaf. `onComplete` is called for each subtree, from level 1 on, that is complete with it. */
  append(leaf: Hash, onComplete?: (node: Node) => void): void {
    let hash = leaf;
    let level = 0;
    let index = this.count;
    for (let left = isOdd(index) ? this.edge.pop() : undefined; left;) {
      hash = nodeHash(left, hash);
      index = (index - 1) / 2;
      level++;
      onComplete?.({ level, index, hash });
      left = isOdd(index) ? this.edge.pop() : undefined;
    }
    this.edge.push(hash);
    this.count++;
  }

  /** The tree head's root hash. */
  root(): Hash {
    return (
      this.edge.reduceRight<Hash | undefined>(
        (right, left) => (right === undefined ? left : nodeHash(left, right)),
        undefined,
      ) ?? EMPTY_ROOT
    );
  }
}

/** The number of perfect subtrees in a tree of this size. */
function bitsOf(size: number): number {
  let bits = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) if (isOdd(rest)) bits++;
  return bits;
}
