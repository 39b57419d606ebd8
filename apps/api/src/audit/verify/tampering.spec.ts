import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ChainCheck, type BadRow, type ChainVerdict } from './check-chain.js';
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
  withStatement,
  written,
  type Log,
  type Row,
} from './testing/sample-log.js';
import { TAMPERS, type Tampering } from './testing/tamperings.js';

const TAMPERINGS = 1_500;

function verdictOn({ rows, head }: Log, partSize: number, withHead = true): ChainVerdict {
  const check = new ChainCheck(anchored, keys);
  const lines = rows.map((row) => JSON.stringify(row));
  for (let from = 0; from < lines.length; from += partSize)
    check.add(checkLines(lines.slice(from, from + partSize), 'json', anchored));
  return check.finish(withHead ? head : undefined);
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

  it('finds an export that was cut off at either end only by its checkpoints, and says so', () => {
    expect(verdictOn({ rows: written.slice(0, 30), head: headOf(written) }, 9, false).bad).toMatchObject({
      seq: 31,
    });
    expect(
      verdictOn({ rows: written.slice(0, VOUCHED), head: headOf(written) }, 9, false).bad,
    ).toBeUndefined();
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
