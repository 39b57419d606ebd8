import { HASH_BYTES, nodeHash, type Hash } from './hashes.js';
import type { ReadSubtree } from './proofs.js';

/** Hashes in a full tile, and the levels of the tree that it spans. */
export const TILE_WIDTH = 256;
const TILE_LEVELS = 8;

/** A tile holds `width` hashes of tree level `8 * level`, from hash `index * 256` on. */
export interface Tile {
  readonly level: number;
  readonly index: number;
  /** 256, or fewer at the right edge of the tree. */
  readonly width: number;
}

/**
 * Where a tile lies below a log's prefix: the index in groups of three digits, all but the last after an x.
 *
 * https://c2sp.org/tlog-tiles
 */
export function tilePath({ level, index, width }: Tile): string {
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  const groups = padded.match(/\d{3}/g) ?? [];
  const path = groups.map((group, n) => (n < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${level}/${path}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

const TILE_PATH = /^tile\/(\d{1,2})\/((?:x\d{3}\/){0,4}\d{3})(?:\.p\/(\d{1,3}))?$/;

/** The tile at such a path; `undefined` for any other text. */
export function tileOfPath(path: string): Tile | undefined {
  const [, level, groups = '', width] = TILE_PATH.exec(path) ?? [];
  const index = Number(groups.replace(/x|\//g, ''));
  const tile = { level: Number(level), index, width: width === undefined ? TILE_WIDTH : Number(width) };
  return level !== undefined && tilePath(tile) === path && tile.width > 0 ? tile : undefined;
}

/** The tile at this place in a tree of `size` leaves; `undefined` where the tree does not reach. */
export function tileAt(level: number, index: number, size: number): Tile | undefined {
  const hashes = Math.floor(size / TILE_WIDTH ** level);
  const width = Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH);
  return width > 0 ? { level, index, width } : undefined;
}

/** Every tile of a tree of `size` leaves, level by level. */
export function* tilesOf(size: number): Generator<Tile> {
  for (let level = 0; ; level++) {
    let tile = tileAt(level, 0, size);
    if (!tile) return;
    for (let index = 1; tile; index++) {
      yield tile;
      tile = tileAt(level, index, size);
    }
  }
}

/**
 * Reads subtrees of a tree of `size` leaves from its tiles.
 * @param readTile gives the tile's hashes, one after the other
 * @throws RangeError for a subtree that the tree does not have, or a tile of another length
 */
export function subtreesOfTiles(size: number, readTile: (tile: Tile) => Promise<Buffer>): ReadSubtree {
  return async (start, level) => {
    const tileLevel = Math.floor(level / TILE_LEVELS);
    const first = start / TILE_WIDTH ** tileLevel;
    const count = 2 ** (level % TILE_LEVELS);
    const tile = tileAt(tileLevel, Math.floor(first / TILE_WIDTH), size);
    const from = first % TILE_WIDTH;
    if (!tile || !Number.isInteger(from) || from + count > tile.width)
      throw new RangeError(`a tree of ${size} leaves has no subtree of level ${level} at leaf ${start}`);
    const bytes = await readTile(tile);
    if (bytes.length !== tile.width * HASH_BYTES)
      throw new RangeError(`${tilePath(tile)} has ${bytes.length} bytes`);
    return foldPairs(
      Array.from({ length: count }, (_, n) =>
        bytes.subarray((from + n) * HASH_BYTES, (from + n + 1) * HASH_BYTES),
      ),
    );
  };
}

/** The root of a perfect subtree, from its lowest hashes. */
function foldPairs(hashes: readonly Hash[]): Hash {
  let row = [...hashes];
  while (row.length > 1)
    row = Array.from({ length: row.length / 2 }, (_, n) =>
      nodeHash(row[2 * n] as Hash, row[2 * n + 1] as Hash),
    );
  return row[0] as Hash;
}
