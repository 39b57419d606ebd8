import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { exportEndLine, NO_EVENTS } from '../export/export-end.js';
import { ChainCheck, type BadRow, type ChainVerdict, type LogHead } from './check-chain.js';
import { checkLines } from './check-lines.js';
import {
  anchored,
  copy,
  erased,
  headOf,
  keys,
  ROWS,
  signature,
  VOUCHED,
  withHead,
  withStatement,
  written,
  type Log,
  type Row,
} from './testing/sample-log.js';
import { TAMPERS, type Tampering } from './testing/tamperings.js';

const TAMPERINGS = 1_500;

/** By the head of a database, or by the line with which an export ends. */
function verdictOn({ rows, head }: Log, partSize: number, { isExport = false } = {}): ChainVerdict {
  const lines = rows.map((row) => JSON.stringify(row));
  if (!isExport) return verdictOnLines(lines, partSize, head);
  const end = { events: rows.length, lastSeq: String(head.seq), lastHash: head.hash };
  return verdictOnLines([...lines, exportEndLine(end)], partSize);
}

function verdictOnLines(lines: readonly string[], partSize: number, head?: LogHead): ChainVerdict {
  const check = new ChainCheck(anchored, keys);
  for (let from = 0; from < lines.length; from += partSize)
    check.add(checkLines(lines.slice(from, from + partSize), 'json', anchored));
  return check.finish(head);
}

const covers = ({ seq, since = seq }: BadRow, row: number) => since <= row && row <= seq;

const places = fc
  .tuple(
    fc.integer({ min: 1, max: ROWS - 1 }),
    fc.integer({ min: 1, max: ROWS }),
    fc.nat(),
    fc.integer({ min: 1, max: 17 }),
  )
  .map(([a, b, pick, partSize]) => ({ k: a, j: Math.max(b, a + 1), pick, partSize }));

describe('the verifier', () => {
  it('finds nothing in a log that is as it was written, however it is cut into parts', () => {
    for (let partSize = 1; partSize <= ROWS; partSize++) {
      const verdict = verdictOn({ rows: written, head: headOf(written) }, partSize);
      expect(verdict).toMatchObject({ bad: undefined, rows: ROWS, from: 1, to: ROWS });
      expect(verdict.checkpointsMet).toBe(anchored.size);
    }
  });

  it(`finds all of ${TAMPERINGS} random tamperings, and the first row that was touched`, () => {
    const tried = new Map(TAMPERS.map(({ name }) => [name, 0]));
    fc.assert(
      fc.property(fc.nat({ max: TAMPERS.length - 1 }), places, (which, { k, j, pick, partSize }) => {
        const { name, apply } = TAMPERS[which] as Tampering;
        const made = apply(k, j, pick);
        if (!made) return;
        tried.set(name, (tried.get(name) ?? 0) + 1);
        const { bad } = verdictOn(made.log, partSize);
        if (!bad || !covers(bad, made.first))
          throw new Error(`${name}: rows ${k}, ${j}: found ${JSON.stringify(bad)}, not ${made.first}`);
      }),
      { numRuns: TAMPERINGS, seed: 20261124 },
    );
    expect([...tried].filter(([, times]) => times < 30)).toEqual([]);
  });

  it('names the very row of every change that is not covered up by new hashes', () => {
    for (const { name, apply } of TAMPERS.filter(({ name: each }) => !/anew|with its hash/.test(each)))
      for (let k = 1; k < ROWS; k += 3) {
        const made = apply(k, k + 1, k);
        if (made) expect([name, verdictOn(made.log, 7).bad]).toMatchObject([name, { seq: made.first }]);
      }
  });

  it('finds nothing in an export that is whole, however it is cut into parts', () => {
    for (let partSize = 1; partSize <= ROWS; partSize++)
      expect(verdictOn(withHead(copy()), partSize, { isExport: true })).toMatchObject({
        bad: undefined,
        rows: ROWS,
      });
  });

  const whole = written.map((row) => JSON.stringify(row));
  const end = (events: number, seq = events, { hash } = written[seq - 1] as Row) =>
    exportEndLine({ events, lastSeq: String(seq), lastHash: hash });
  it.each<[string, string[], number]>([
    ['whose last line is missing', whole, ROWS + 1],
    ['of which only the first line is there', whole.slice(0, 1), 2],
    ['cut after the newest checkpoint', whole.slice(0, VOUCHED), VOUCHED + 1],
    ['cut, with the last line hung on again', [...whole.slice(0, 58), end(ROWS)], 59],
    ['cut at a checkpoint, with a last line of its own', [...whole.slice(0, 48), end(48)], 49],
    ['with a last line that counts more', [...whole, end(ROWS + 1, ROWS)], ROWS + 1],
    ['with a last line of another hash', [...whole, end(ROWS, ROWS, written[3])], ROWS],
    ['with a last line that says more', [...whole, end(ROWS).replace('}}', ',"more":1}}')], ROWS + 1],
    [
      'with a last line that says it twice',
      [...whole, end(ROWS).replace('{"e', '{"exportEnd":{},"e')],
      ROWS + 1,
    ],
    ['that goes on after its last line', [...whole.slice(0, 50), end(50), ...whole.slice(50)], 51],
    ['that ends twice', [...whole, end(ROWS), end(ROWS)], ROWS + 1],
    ['of nothing but a last line', [exportEndLine(NO_EVENTS)], 1],
  ])('says no to an export %s', (_, lines, seq) => {
    for (const partSize of [1, 7, ROWS + 2])
      expect(verdictOnLines(lines, partSize).bad).toMatchObject({ seq });
  });
});

describe('a log that lets go of what it may', () => {
  it('holds after a user was erased from it, with a signed word', () => {
    const rows = copy();
    for (const at of [3, 4, 5, 20]) rows[at] = erased(rows[at] as Row);
    const statement = { purpose: 'erasure', rows: '4-6,21' } as const;
    const log = withStatement(rows, 'audit_event.erased', { rows: '4-6,21', ...signature(statement) });
    expect(verdictOn(log, 9)).toMatchObject({ bad: undefined, erased: 4 });
  });

  it('holds after its beginning was trimmed, with a signed word', () => {
    const trim = { throughSeq: '24', throughHash: (written[23] as Row).hash };
    const log = withStatement(copy(), 'audit_log.trimmed', {
      ...trim,
      ...signature({ purpose: 'trim', ...trim }),
    });
    expect(verdictOn({ ...log, rows: log.rows.slice(24) }, 9)).toMatchObject({ bad: undefined, from: 25 });
  });
});
