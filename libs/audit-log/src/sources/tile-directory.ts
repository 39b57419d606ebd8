import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TrustedKeys } from '../statements/signed.js';
import type { Node } from '../tree/compact-range.js';
import { HASH_BYTES, hashLeaf } from '../tree/hashes.js';
import { compactRangeOf } from '../tree/proofs.js';
import { subtreesOfTiles, tilePath, tilesOf, TILE_WIDTH, type Tile } from '../tree/tiles.js';
import type { BadRow } from '../verify/log-parts.js';
import { checkpointOf, SignedHeads } from '../verify/signed-heads.js';
import { TreeCheck } from '../verify/tree-check.js';
import type { LogVerdict } from '../verify/verify-log.js';

const TILE_LEVELS = Math.log2(TILE_WIDTH);

/**
 * Verifies that the tiles in a directory give the roots of its checkpoint and of other notes, and its entries the
 * hashes of their leaves. Of a log that has let leaves go, those tiles may be missing from the first on: the hashes of
 * the level above stand for them. A row is named by its leaf, the first leaf as row 1.
 *
 * https://c2sp.org/tlog-tiles
 */
export async function verifyTiles(
  directory: string,
  notes: readonly string[],
  keys: TrustedKeys,
): Promise<LogVerdict> {
  const file = join(directory, 'checkpoint');
  const own = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const head = checkpointOf(own, keys);
  const heads = new SignedHeads(head ? [own, ...notes] : notes, [], keys);
  const none = { rows: 0, erased: 0, checkpointsMet: 0, witnesses: [], unsigned: heads.unsigned };
  const bad = (row: BadRow) => ({ ...none, from: undefined, to: undefined, bad: row });
  if (!head)
    return bad({ seq: 1, why: 'the checkpoint of the directory is missing, or signed by no trusted key' });
  const start = firstLeaf(directory, head.size);
  const edge = await edgeAt(directory, start, head.size);
  if (!edge)
    return bad({ seq: start, since: 1, why: 'their tiles are missing, and so are those above them' });
  const upper = [...tilesOf(head.size)].filter(({ level }) => level > 0);
  const tree = new TreeCheck(
    start,
    edge,
    heads,
    upper.flatMap((tile) => nodesOf(directory, tile)),
  );
  const wrong = appendTiles(directory, head.size, tree) ?? badIn(tree, head.size, heads);
  const { size, checkpointsMet } = tree;
  const rows = { rows: size - start, from: start + 1, to: size, hashesBefore: start };
  return { ...none, ...rows, checkpointsMet, witnesses: tree.witnesses(keys, 1), bad: wrong };
}

/** How many leaves have no tile of their own: those of full tiles that are missing from the first on. */
function firstLeaf(directory: string, size: number): number {
  let index = 0;
  for (; (index + 1) * TILE_WIDTH < size; index++)
    if (existsSync(join(directory, tilePath({ level: 0, index, width: TILE_WIDTH })))) break;
  return index * TILE_WIDTH;
}

/** The compact range of the first leaves, from the levels above theirs; `undefined` where these do not tell. */
async function edgeAt(directory: string, start: number, size: number): Promise<Buffer | undefined> {
  const read = async (tile: Tile) => fileAt(directory, tilePath(tile)) ?? Buffer.alloc(0);
  try {
    return await compactRangeOf(subtreesOfTiles(size, read), start);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return undefined;
  }
}

function appendTiles(directory: string, size: number, tree: TreeCheck): BadRow | undefined {
  const start = tree.size;
  for (const tile of tilesOf(size)) {
    if (tile.level > 0) break;
    const first = tile.index * TILE_WIDTH + 1;
    if (first <= start) continue;
    const hashes = hashesOf(directory, tile);
    const last = first + tile.width - 1;
    if (!hashes) return { seq: last, since: first, why: `${tilePath(tile)} is missing or of another length` };
    const entries = entriesOf(directory, tile);
    const wrong = entries && hashes.findIndex((hash, n) => !entries[n] || !hashLeaf(entries[n]).equals(hash));
    if (wrong !== undefined && wrong >= 0) return { seq: first + wrong, why: 'its entry has another hash' };
    for (const hash of hashes) tree.append(hash);
  }
  return undefined;
}

function badIn(tree: TreeCheck, size: number, heads: SignedHeads): BadRow | undefined {
  tree.finish();
  const { bad } = tree;
  if (bad) return { seq: bad.to, since: bad.from + 1, why: bad.why };
  const beyond = heads.fork ?? heads.beyond(size);
  if (beyond === undefined) return undefined;
  return { seq: Math.min(beyond, size + 1), why: `a checkpoint of ${beyond} leaves says otherwise` };
}

function nodesOf(directory: string, tile: Tile): Node[] {
  return (hashesOf(directory, tile) ?? []).map((hash, n) => ({
    level: tile.level * TILE_LEVELS,
    index: tile.index * TILE_WIDTH + n,
    hash,
  }));
}

function hashesOf(directory: string, tile: Tile): Buffer[] | undefined {
  const bytes = fileAt(directory, tilePath(tile));
  if (bytes?.length !== tile.width * HASH_BYTES) return undefined;
  return Array.from({ length: tile.width }, (_, n) => bytes.subarray(n * HASH_BYTES, (n + 1) * HASH_BYTES));
}

/** Entries follow one another, each after its length in two bytes; a log need not publish them. */
function entriesOf(directory: string, tile: Tile): Buffer[] | undefined {
  const bytes = fileAt(directory, tilePath(tile).replace('tile/0/', 'tile/entries/'));
  if (!bytes) return undefined;
  const entries: Buffer[] = [];
  for (let at = 0; at + 2 <= bytes.length;) {
    const end = at + 2 + bytes.readUInt16BE(at);
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return entries;
}

function fileAt(directory: string, path: string): Buffer | undefined {
  const file = join(directory, path);
  return existsSync(file) ? readFileSync(file) : undefined;
}
