import { randomBytes } from 'node:crypto';
import { CompactRange } from './compact-range.js';
import { EMPTY_ROOT, hashLeaf, nodeHash, type Hash } from './hashes.js';
import { consistencyProof, inclusionProof } from './proofs.js';
import { verifyConsistency, verifyInclusion } from './verify-proofs.js';

/** The eight leaves that certificate-transparency implementations are compared by, and the root after each. */
const KNOWN: readonly (readonly [leaf: string, root: string])[] = [
  ['', '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
  ['00', 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
  ['10', 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
  ['2021', 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'],
  ['3031', '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4'],
  ['40414243', '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef'],
  ['5051525354555657', 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c'],
  ['606162636465666768696a6b6c6d6e6f', '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
];

const LEAVES = Array.from({ length: 300 }, () => hashLeaf(randomBytes(20)));

/** RFC 9162, section 2.1.1, word by word: the judge of the fast ways. */
function rootOf(leaves: readonly Hash[]): Hash {
  const [first] = leaves;
  if (first === undefined) return EMPTY_ROOT;
  if (leaves.length === 1) return first;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)));
}

const head = (size: number) => ({ size, root: rootOf(LEAVES.slice(0, size)) });
const read = async (start: number, level: number) => rootOf(LEAVES.slice(start, start + 2 ** level));
const leaf = (index: number) => LEAVES[index] as Hash;
const SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 100, 255, 256, 257, 300];

it('has the roots that every implementation has', () => {
  const range = CompactRange.empty();
  expect(range.root()).toEqual(EMPTY_ROOT);
  for (const [data, root] of KNOWN) {
    range.append(hashLeaf(Buffer.from(data, 'hex')));
    expect(range.root().toString('hex')).toBe(root);
  }
});

it('gives the judge’s root at each size, also when it goes on from its bytes', () => {
  let range = CompactRange.empty();
  for (const [index, hash] of LEAVES.entries()) {
    range.append(hash);
    expect(range.root()).toEqual(rootOf(LEAVES.slice(0, index + 1)));
    range = CompactRange.fromBytes(range.size, range.toBytes());
  }
});

it('tells of each subtree once, when it is complete', () => {
  const range = CompactRange.empty();
  const told: [number, number][] = [];
  for (const hash of LEAVES.slice(0, 9))
    range.append(hash, ({ level, index, hash: node }) => {
      expect(node).toEqual(rootOf(LEAVES.slice(index * 2 ** level, (index + 1) * 2 ** level)));
      told.push([level, index]);
    });
  expect(told).toEqual([
    [1, 0],
    [1, 1],
    [2, 0],
    [1, 2],
    [1, 3],
    [2, 1],
    [3, 0],
  ]);
});

it.each([
  [3, 32],
  [3, 96],
  [0, 32],
  [4, 33],
])('takes no edge of a tree of %i leaves from %i bytes', (size, bytes) => {
  expect(() => CompactRange.fromBytes(size, Buffer.alloc(bytes))).toThrow(RangeError);
});

describe.each(SIZES)('in a tree of %i leaves', (size) => {
  it('each leaf is proven, at its place only', async () => {
    for (let index = 0; index < size; index += size > 50 ? 7 : 1) {
      const proof = await inclusionProof(read, index, size);
      expect(verifyInclusion(leaf(index), index, head(size), proof)).toBe(true);
      for (const other of [index - 1, index + 1, size])
        expect(verifyInclusion(leaf(index), other, head(size), proof)).toBe(false);
      expect(verifyInclusion(leaf(index), index, head(size), [...proof, EMPTY_ROOT])).toBe(false);
      expect(verifyInclusion(leaf(index), index, head(size), proof.slice(1))).toBe(size === 1);
    }
  });

  it('each earlier tree is proven to be its beginning, and no other', async () => {
    for (let first = 1; first < size; first += size > 50 ? 7 : 1) {
      const proof = await consistencyProof(read, first, size);
      expect(verifyConsistency(head(first), head(size), proof)).toBe(true);
      const forged = { size: first, root: leaf(299) };
      expect(verifyConsistency(forged, head(size), proof)).toBe(false);
      expect(verifyConsistency(head(first), { size, root: leaf(299) }, proof)).toBe(false);
      expect(verifyConsistency(head(first), head(size), [...proof, EMPTY_ROOT])).toBe(false);
      expect(verifyConsistency(head(first), head(size), proof.slice(1))).toBe(false);
    }
    expect(verifyConsistency(head(size), head(size), [])).toBe(true);
    expect(verifyConsistency({ size, root: EMPTY_ROOT }, head(size), [])).toBe(false);
    expect(verifyConsistency({ size: size + 1, root: EMPTY_ROOT }, head(size), [])).toBe(false);
  });
});

it.each([
  [-1, 5],
  [5, 5],
  [0, 0],
  [Number.NaN, 5],
])('leaf %p of %p is not there to be proven', async (index, size) => {
  await expect(inclusionProof(read, index, size)).rejects.toThrow(RangeError);
});
