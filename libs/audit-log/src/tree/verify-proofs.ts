import { nodeHash, type Hash } from './hashes.js';

/** A tree's size and root hash. */
export interface TreeHead {
  readonly size: number;
  readonly root: Hash;
}

const half = (value: number) => Math.floor(value / 2);
const isOdd = (value: number) => value % 2 === 1;

/** A node's way up: its index on a level, and the index of the last node there. */
interface Way {
  index: number;
  last: number;
}

function up(way: Way): void {
  way.index = half(way.index);
  way.last = half(way.last);
}

/** Climbs levels on which the node has no sibling. */
function skipLone(way: Way): void {
  while (way.index !== 0 && !isOdd(way.index)) up(way);
}

/** Whether the proof shows that this leaf hash is leaf `index` of the tree (RFC 9162, section 2.1.3.2). */
export function verifyInclusion(leaf: Hash, index: number, head: TreeHead, proof: readonly Hash[]): boolean {
  if (!(index >= 0 && index < head.size)) return false;
  const way: Way = { index, last: head.size - 1 };
  let hash = leaf;
  for (const sibling of proof) {
    if (way.last === 0) return false;
    if (isOdd(way.index) || way.index === way.last) {
      hash = nodeHash(sibling, hash);
      skipLone(way);
    } else hash = nodeHash(hash, sibling);
    up(way);
  }
  return way.last === 0 && hash.equals(head.root);
}

/** Whether the proof shows that the first tree is the beginning of the second (RFC 9162, section 2.1.4.2). */
export function verifyConsistency(first: TreeHead, second: TreeHead, proof: readonly Hash[]): boolean {
  if (first.size > second.size) return false;
  if (first.size === second.size) return proof.length === 0 && first.root.equals(second.root);
  // Every tree begins with none; that its root is the empty one is not for a proof to say.
  if (first.size === 0) return proof.length === 0;
  const isPerfect = Number.isInteger(Math.log2(first.size));
  const [seed, ...rest] = isPerfect ? [first.root, ...proof] : proof;
  if (seed === undefined) return false;
  const way: Way = { index: first.size - 1, last: second.size - 1 };
  while (isOdd(way.index)) up(way);
  let firstRoot = seed;
  let secondRoot = seed;
  for (const hash of rest) {
    if (way.last === 0) return false;
    if (isOdd(way.index) || way.index === way.last) {
      firstRoot = nodeHash(hash, firstRoot);
      secondRoot = nodeHash(hash, secondRoot);
      skipLone(way);
    } else secondRoot = nodeHash(secondRoot, hash);
    up(way);
  }
  return way.last === 0 && firstRoot.equals(first.root) && secondRoot.equals(second.root);
}
