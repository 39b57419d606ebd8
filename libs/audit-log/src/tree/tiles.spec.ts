import { randomBytes } from 'node:crypto';
import { CompactRange } from './compact-range.js';
import { hashLeaf, type Hash } from './hashes.js';
import { consistencyProof, inclusionProof, rangeHash } from './proofs.js';
import { subtreesOfTiles, tileOfPath, tilePath, tilesOf, type Tile } from './tiles.js';
import { verifyConsistency, verifyInclusion } from './verify-proofs.js';

it.each([
  [{ level: 0, index: 0, width: 256 }, 'tile/0/000'],
  [{ level: 0, index: 67, width: 256 }, 'tile/0/067'],
  [{ level: 0, index: 1_234_067, width: 256 }, 'tile/0/x001/x234/067'],
  [{ level: 2, index: 1_000, width: 7 }, 'tile/2/x001/000.p/7'],
  [{ level: 1, index: 999, width: 255 }, 'tile/1/999.p/255'],
])('%j lies at %s', (tile, path) => {
  expect(tilePath(tile)).toBe(path);
  expect(tileOfPath(path)).toEqual(tile);
});

it.each([
  [0, []],
  [1, ['tile/0/000.p/1']],
  [256, ['tile/0/000', 'tile/1/000.p/1']],
  [257, ['tile/0/000', 'tile/0/001.p/1', 'tile/1/000.p/1']],
  [65_536, 256 + 1 + 1],
])('a tree of %i leaves has these tiles', (size, expected) => {
  const paths = [...tilesOf(size)].map(tilePath);
  expect(typeof expected === 'number' ? paths.length : paths).toEqual(expected);
});

const SIZE = 70_000;
const LEAVES = Array.from({ length: SIZE }, () => hashLeaf(randomBytes(8)));

/** A log's tiles as a server would keep them, made from the subtrees that appending tells of. */
function storedTiles(size: number): (tile: Tile) => Promise<Buffer> {
  const rows: Hash[][] = [[], [], []];
  const range = CompactRange.empty();
  for (const leaf of LEAVES.slice(0, size)) {
    rows[0]?.push(leaf);
    range.append(leaf, ({ level, hash }) => {
      if (level % 8 === 0) rows[level / 8]?.push(hash);
    });
  }
  return async ({ level, index, width }) =>
    Buffer.concat((rows[level] ?? []).slice(index * 256, index * 256 + width));
}

it('proves leaves and earlier trees from tiles alone', async () => {
  const read = subtreesOfTiles(SIZE, storedTiles(SIZE));
  const rootAt = async (size: number) => ({ size, root: await rangeHash(read, 0, size) });
  const head = await rootAt(SIZE);
  for (const index of [0, 1, 255, 256, 65_535, 65_536, 69_999]) {
    const proof = await inclusionProof(read, index, SIZE);
    expect(verifyInclusion(LEAVES[index] as Hash, index, head, proof)).toBe(true);
  }
  for (const first of [1, 255, 256, 257, 65_535, 65_536, 65_537, 69_999])
    expect(verifyConsistency(await rootAt(first), head, await consistencyProof(read, first, SIZE))).toBe(
      true,
    );
});

it('refuses a subtree that the tree does not have, and a tile that was cut', async () => {
  const read = subtreesOfTiles(300, storedTiles(300));
  for (const [start, level] of [
    [299, 1],
    [300, 0],
    [256, 8],
    [1, 8],
  ] as const)
    await expect(read(start, level)).rejects.toThrow(RangeError);
  const cut = subtreesOfTiles(300, async () => Buffer.alloc(31));
  await expect(cut(0, 0)).rejects.toThrow('tile/0/000 has 31 bytes');
});
