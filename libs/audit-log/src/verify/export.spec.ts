import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { exportEndLine, exportStartLine } from '../formats/export-lines.js';
import { hasDoubledMember } from '../formats/rows.js';
import { verifyTiles } from '../sources/tile-directory.js';
import { TrustedKeys } from '../statements/signed.js';
import {
  FIRST,
  keys,
  noteOf,
  notes,
  rangeOf,
  ROWS,
  signature,
  throughHash,
  trimmed,
  withStatement,
  copy,
  written,
} from '../testing/sample-log.js';
import { HASH_BYTES } from '../tree/hashes.js';
import { tilePath, tilesOf, TILE_WIDTH, type Tile } from '../tree/tiles.js';
import { verdictText } from './verdict-text.js';
import { verifyLog, type LogVerdict } from './verify-log.js';

const rowLines = written.map((row) => JSON.stringify(row));
const start = exportStartLine({ firstSeq: String(FIRST), fromSeq: '1', edge: '' });
const noteAt = (seq: number, signer: 'ours' | 'foreign' = 'ours') =>
  noteOf(seq - FIRST + 1, rangeOf(written.slice(0, seq)).root(), signer);
const end = (events: number, seq = events, checkpoint: string | undefined = noteAt(seq)) =>
  exportEndLine({ events, lastSeq: String(seq), checkpoint });
const whole = [start, ...rowLines, end(ROWS)];

async function verdictOn(lines: readonly string[], trusted = keys, kept = notes): Promise<LogVerdict> {
  async function* bytes() {
    yield Buffer.from(`${lines.join('\n')}\n`);
  }
  return verifyLog({ bytes: bytes(), format: 'json', notes: kept, keys: trusted, threads: 0 });
}

describe('a line of an export', () => {
  it.each([
    ['{"a":1,"a":1}'],
    ['{"a":1,"\\u0061":2}'],
    ['{"b":{"a":1,"c":{},"a":[]}}'],
    ['{"b":[{"a":1},{"a":1,"a":2}]}'],
    ['{ "a" : "}" , "b" : 2, "a" : 3 }'],
  ])('is refused when it names a member twice: %s', (line) => expect(hasDoubledMember(line)).toBe(true));

  it.each([
    ['{"a":1,"b":1}'],
    ['{"a":{"a":{"a":1}}}'],
    ['{"a":["a","a"],"b":"\\"a\\":1"}'],
    ['[{"a":1},{"a":1}]'],
    ['{"a":"{\\"a\\":1,\\"a\\":2}"}'],
  ])('is taken when it only looks so: %s', (line) => expect(hasDoubledMember(line)).toBe(false));
});

describe('the verifier', () => {
  it('finds nothing in an export that is whole', async () => {
    const verdict = await verdictOn(whole);
    expect(verdict).toMatchObject({ bad: undefined, rows: ROWS, unsigned: 0, checkpointsMet: notes.length });
  });

  it('finds nothing in an export of a log whose beginning was trimmed', async () => {
    const trim = { throughSeq: '100', throughHash: throughHash(100) };
    const word = { ...trim, ...signature({ purpose: 'trim', ...trim }) };
    const log = withStatement(copy(), 'audit_log.trimmed', word);
    const edge = trimmed(log, 100).start.edge.toString('hex');
    const head = rangeOf(log.rows);
    const ending = exportEndLine({
      events: ROWS - 99,
      lastSeq: String(ROWS + 1),
      checkpoint: noteOf(head.size, head.root()),
    });
    const lines = log.rows.slice(100).map((row) => JSON.stringify(row));
    const from = (hex: string) => exportStartLine({ firstSeq: String(FIRST), fromSeq: '101', edge: hex });
    expect((await verdictOn([from(edge), ...lines, ending])).bad).toBeUndefined();
    expect((await verdictOn([from(''), ...lines, ending])).bad).toMatchObject({ seq: 1 });
    expect((await verdictOn([from(edge.replace(/^../, 'ff')), ...lines, ending])).bad).toMatchObject({
      seq: 1,
    });
  });

  it.each<[string, string[], number]>([
    ['whose first line is missing', whole.slice(1), 1],
    ['whose first line says more', [start.replace('}}', ',"more":1}}'), ...whole.slice(1)], 1],
    ['that begins twice', [start, ...whole], 1],
    ['whose last line is missing', whole.slice(0, -1), ROWS + 1],
    ['of which only the first row is there', whole.slice(0, 2), 2],
    ['cut, with the last line hung on again', [...whole.slice(0, 59), end(ROWS)], 59],
    ['cut at a row, with a last line of its own', [...whole.slice(0, 49), end(48)], 49],
    ['with a last line that counts more', [...whole.slice(0, -1), end(ROWS + 1, ROWS)], ROWS + 1],
    ['with a checkpoint of another size', [...whole.slice(0, -1), end(ROWS, ROWS, noteAt(299))], ROWS + 1],
    [
      'with a checkpoint of another root',
      [...whole.slice(0, -1), end(ROWS, ROWS, noteOf(ROWS - FIRST + 1, Buffer.alloc(HASH_BYTES)))],
      ROWS,
    ],
    [
      'with a checkpoint of a foreign key',
      [...whole.slice(0, -1), end(ROWS, ROWS, noteAt(ROWS, 'foreign'))],
      ROWS + 1,
    ],
    [
      'without a checkpoint, since a filter chose what is in it',
      [...whole.slice(0, -1), exportEndLine({ events: ROWS, lastSeq: String(ROWS) })],
      ROWS + 1,
    ],
    [
      'with a last line that says more',
      [...whole.slice(0, -1), end(ROWS).replace('}}', ',"more":1}}')],
      ROWS + 1,
    ],
    ['that goes on after its last line', [...whole.slice(0, 51), end(50), ...whole.slice(51)], 51],
    ['that ends twice', [...whole, end(ROWS)], ROWS + 1],
    ['with a row twice', [...whole.slice(0, 30), ...whole.slice(29)], 29],
    ['with all rows twice', [...whole.slice(0, -1), ...whole.slice(1)], 1],
    ['of nothing but its ends', [start, exportEndLine({ events: 0, lastSeq: '0' })], 1],
    ['of nothing', [''], 1],
  ])('says no to an export %s', async (_, lines, seq) => {
    expect((await verdictOn(lines)).bad).toMatchObject({ seq });
  });

  it('counts notes that no trusted key has signed, and judges without keys by the hashes alone', async () => {
    expect(await verdictOn(whole, keys, [noteAt(20, 'foreign')])).toMatchObject({ unsigned: 1 });
    expect(await verdictOn(whole, new TrustedKeys([]))).toMatchObject({ bad: undefined, unsigned: 0 });
  });
});

describe('a directory of tiles', () => {
  const directory = mkdtempSync(join(tmpdir(), 'valetkey-tiles-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  const size = ROWS - FIRST + 1;
  const hashes: Buffer[][] = [written.slice(FIRST - 1).map(({ hash }) => Buffer.from(hash, 'hex')), []];
  rangeOf(written, ({ level, hash }) => level === 8 && hashes[1]?.push(hash));
  const bytesOf = ({ level, index, width }: Tile) =>
    Buffer.concat(hashes[level]?.slice(index * 256, index * 256 + width) ?? []);
  const put = (path: string, content: string | Buffer) => {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  };
  const putAll = () => {
    put('checkpoint', noteAt(ROWS));
    for (const tile of tilesOf(size)) put(tilePath(tile), bytesOf(tile));
  };

  it('is found right, and wrong once a byte of it is another', async () => {
    putAll();
    expect(await verifyTiles(directory, notes, keys)).toMatchObject({
      rows: size,
      bad: undefined,
      checkpointsMet: 8,
    });
    for (const tile of tilesOf(size)) {
      const bytes = Buffer.from(bytesOf(tile));
      bytes[tile.width] = (bytes[tile.width] ?? 0) ^ 1;
      put(tilePath(tile), bytes);
      expect([tilePath(tile), (await verifyTiles(directory, [], keys)).bad]).toEqual([
        tilePath(tile),
        expect.anything(),
      ]);
      put(tilePath(tile), bytes.subarray(1));
      expect((await verifyTiles(directory, [], keys)).bad).toBeDefined();
      put(tilePath(tile), bytesOf(tile));
    }
  });

  it('is not judged by a checkpoint that is foreign, of another root, or gone', async () => {
    putAll();
    put('checkpoint', noteAt(ROWS, 'foreign'));
    expect((await verifyTiles(directory, [], keys)).bad).toMatchObject({ seq: 1 });
    put('checkpoint', noteOf(size, Buffer.alloc(HASH_BYTES)));
    expect((await verifyTiles(directory, [], keys)).bad).toMatchObject({ seq: size, since: 1 });
    put('checkpoint', noteAt(ROWS - 1));
    expect((await verifyTiles(directory, [noteAt(ROWS)], keys)).bad).toBeDefined();
  });

  it('may lack the tiles of the first leaves, for which the hashes above them stand', async () => {
    putAll();
    rmSync(join(directory, 'tile/0/000'));
    const verdict = await verifyTiles(directory, notes, keys);
    expect(verdict).toMatchObject({
      bad: undefined,
      rows: size - TILE_WIDTH,
      from: TILE_WIDTH + 1,
      to: size,
    });
    expect(verdictText(verdict)).toMatchObject({
      holds: true,
      text: expect.stringContaining(
        'Tiles of the leaves up to 256 are not there; the hashes above them fit.',
      ),
    });
    put('tile/1/000.p/1', Buffer.alloc(HASH_BYTES, 7));
    expect((await verifyTiles(directory, [], keys)).bad).toBeDefined();
    rmSync(join(directory, 'tile/1/000.p/1'));
    expect((await verifyTiles(directory, [], keys)).bad).toMatchObject({ since: 1, seq: TILE_WIDTH });
    putAll();
    rmSync(join(directory, tilePath({ level: 0, index: 1, width: size - TILE_WIDTH })));
    expect((await verifyTiles(directory, [], keys)).bad).toMatchObject({ since: TILE_WIDTH + 1, seq: size });
  });
});
