import { describe, expect, it } from '@jest/globals';
import { exportEndLine, exportStartLine } from '../formats/export-lines.js';
import {
  copy,
  FIRST,
  KEY_ID,
  keys,
  noteOf,
  rangeOf,
  rehashed,
  ROWS,
  signature,
  written,
} from '../testing/sample-log.js';
import { verifyLog } from './verify-log.js';

const AT = '2026-11-28T10:00:00.000Z';

/** The last checkpoint of the chain, of this row, as the migration wrote it into the first leaf. */
function checkpointOf(seq: number, hash = written[seq - 1]?.hash ?? '') {
  const statement = { seq: String(seq), hash, at: AT };
  return { ...statement, ...signature({ purpose: 'checkpoint', ...statement }) };
}

/** The verdict on the log with this in its first leaf, and with the chain as `change` makes it. */
async function verdictWith(checkpoint: object, changed?: number) {
  const rows = copy();
  const first = rows[FIRST - 1];
  if (first) rows[FIRST - 1] = { ...first, detail: { checkpoint } };
  if (changed !== undefined)
    rows.splice(changed - 1, 1, { ...rows[changed - 1], outcome: 'denied' } as never);
  const made = rehashed(rows, (changed ?? FIRST) - 1);
  const lines = [
    exportStartLine({ firstSeq: String(FIRST), fromSeq: '1', edge: '' }),
    ...made.map((row) => JSON.stringify(row)),
    exportEndLine({
      events: ROWS,
      lastSeq: String(ROWS),
      checkpoint: noteOf(ROWS - FIRST + 1, rangeOf(made).root()),
    }),
  ];
  async function* bytes() {
    yield Buffer.from(`${lines.join('\n')}\n`);
  }
  return (await verifyLog({ bytes: bytes(), format: 'json', notes: [], keys, threads: 0 })).bad;
}

describe('the last checkpoint of a chain, in the first leaf of the tree', () => {
  it.each([1, 7, FIRST - 1])('vouches for row %i', async (seq) => {
    expect(await verdictWith(checkpointOf(seq))).toBeUndefined();
  });

  it('shows a chain that was written anew from before it, tree and all', async () => {
    expect(await verdictWith(checkpointOf(7), 4)).toMatchObject({ seq: 7, since: 1 });
    expect(await verdictWith(checkpointOf(3), 4)).toBeUndefined();
  });

  it.each([
    ['of another hash', { ...checkpointOf(7), hash: 'ab'.repeat(32) }],
    ['of another row', { ...checkpointOf(7), seq: '8' }],
    ['without a signature', { seq: '7', hash: written[6]?.hash, at: AT }],
    ['of an unknown key', { ...checkpointOf(7), keyId: `${KEY_ID}_other` }],
    ['that is a text', 'checkpoint' as unknown as object],
  ])('is refused when it is one %s', async (_, checkpoint) => {
    expect(await verdictWith(checkpoint)).toMatchObject({
      seq: FIRST,
      why: expect.stringContaining('no trusted key'),
    });
  });
});
