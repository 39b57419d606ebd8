import { nodeHash, type Hash } from './hashes.js';

/** Reads the hash of a perfect subtree of `2 ** level` leaves from leaf `start` on. */
export type ReadSubtree = (start: number, level: number) => Promise<Hash>;

/** The largest power of two below `size`: where RFC 9162 splits a tree. */
function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

/** The hash of the leaves from `start` up to, not with, `end`. */
export async function rangeHash(read: ReadSubtree, start: number, end: number): Promise<Hash> {
  const size = end - start;
  const level = Math.log2(size);
  if (Number.isInteger(level)) return read(start, level);
  const split = start + splitOf(size);
  const [left, right] = await Promise.all([rangeHash(read, start, split), rangeHash(read, split, end)]);
  return nodeHash(left, right);
}

/** The edge of a tree of `size` leaves, as `CompactRange` has it: what a tree goes on from. */
export async function compactRangeOf(read: ReadSubtree, size: number): Promise<Buffer> {
  const hashes: Hash[] = [];
  let start = 0;
  for (let level = Math.floor(Math.log2(Math.max(1, size))); level >= 0; level--) {
    if (start + 2 ** level > size) continue;
    hashes.push(await read(start, level));
    start += 2 ** level;
  }
  return Buffer.concat(hashes);
}

/**
 * The hashes that lead from leaf `index` to the root of a tree of `size` leaves (RFC 9162, section 2.1.3.1).
 * @throws RangeError when the tree has no such leaf
 */
export async function inclusionProof(read: ReadSubtree, index: number, size: number): Promise<Hash[]> {
  if (!(index >= 0 && index < size)) throw new RangeError(`a tree of ${size} leaves has no leaf ${index}`);
  const siblings: Promise<Hash>[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const split = start + splitOf(end - start);
    if (index < split) {
      siblings.unshift(rangeHash(read, split, end));
      end = split;
    } else {
      siblings.unshift(rangeHash(read, start, split));
      start = split;
    }
  }
  return Promise.all(siblings);
}

/**
 * The hashes that show that a tree of `first` leaves is the beginning of one of `size` (RFC 9162, section 2.1.4.1).
 * @throws RangeError when `first` is larger than `size`
 */
export async function consistencyProof(read: ReadSubtree, first: number, size: number): Promise<Hash[]> {
  if (!(first >= 0 && first <= size)) throw new RangeError(`${first} leaves are no beginning of ${size}`);
  if (first === 0 || first === size) return [];
  const hashes: Promise<Hash>[] = [];
  let start = 0;
  let end = size;
  while (end !== first) {
    const split = start + splitOf(end - start);
    if (first <= split) {
      hashes.unshift(rangeHash(read, split, end));
      end = split;
    } else {
      hashes.unshift(rangeHash(read, start, split));
      start = split;
    }
  }
  // The verifier knows the first root; a part of it that is a subtree of its own has to be told.
  if (start > 0) hashes.unshift(rangeHash(read, start, end));
  return Promise.all(hashes);
}
