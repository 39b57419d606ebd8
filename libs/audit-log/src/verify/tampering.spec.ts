import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import {
  copy,
  erased,
  FIRST,
  keys,
  notes,
  rangeOf,
  ROWS,
  same,
  signature,
  throughHash,
  trimmed,
  VOUCHED,
  withStatement,
  withTree,
  written,
  type Log,
  type Row,
} from '../testing/sample-log.js';
import { TAMPERS, type Tampering } from '../testing/tamperings.js';
import { LogCheck, type RowsVerdict } from './check-log.js';
import type { BadRow } from './log-parts.js';
import { checkRows } from './check-rows.js';
import { SignedHeads } from './signed-heads.js';

const TAMPERINGS = 1_500;

function verdictOn(
  { rows, start, stored, notes: kept }: Log,
  partSize: number,
): RowsVerdict & { unsigned: number } {
  const heads = new SignedHeads(kept, [], keys);
  const check = new LogCheck(start, heads, keys, stored);
  const lines = rows.map((row) => JSON.stringify(row));
  for (let from = 0; from < lines.length; from += partSize)
    check.add(checkRows(lines.slice(from, from + partSize), 'json', start.firstSeq));
  return { ...check.finish(), unsigned: heads.unsigned };
}

const covers = ({ seq, since = seq }: BadRow, row: number) => since <= row && row <= seq;

const places = fc
  .tuple(
    fc.oneof(fc.integer({ min: 1, max: ROWS - 1 }), fc.integer({ min: 1, max: FIRST + 1 })),
    fc.integer({ min: 1, max: ROWS }),
    fc.nat(),
    fc.integer({ min: 1, max: 90 }),
  )
  .map(([a, b, pick, partSize]) => ({ k: a, j: Math.max(b, a + 1), pick, partSize }));

describe('the verifier', () => {
  it('finds nothing in a log that is as it was written, however it is cut into parts', () => {
    for (const partSize of [1, 2, 5, 11, 12, 13, 40, 299, 300]) {
      const verdict = verdictOn(same(copy()), partSize);
      expect(verdict).toMatchObject({ bad: undefined, rows: ROWS, from: 1, to: ROWS, unsigned: 0 });
      expect(verdict.checkpointsMet).toBe(notes.length);
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
        const { bad, unsigned } = verdictOn(made.log, partSize);
        const isFound = made.first === undefined ? bad || unsigned > 0 : bad && covers(bad, made.first);
        if (!isFound)
          throw new Error(`${name}: rows ${k}, ${j}: found ${JSON.stringify(bad)}, not ${made.first}`);
      }),
      { numRuns: TAMPERINGS, seed: 20261124 },
    );
    expect([...tried].filter(([, times]) => times < 20)).toEqual([]);
  });

  it('names the very row of every change that is not covered up by new hashes', () => {
    for (const { name, apply } of TAMPERS.filter(({ exact }) => exact))
      for (let k = 1; k < ROWS; k += 23) {
        const made = apply(k, k + 1, k);
        if (made) expect([name, verdictOn(made.log, 7).bad]).toMatchObject([name, { seq: made.first }]);
      }
  });

  it('narrows a row that was rewritten with its hash down to those of one node', () => {
    const made = TAMPERS.find(({ name }) => name === 'a row is changed with its hash')?.apply(100, 101, 0);
    const log = { ...(made?.log as Log), notes: [] };
    expect(verdictOn(log, 50).bad).toMatchObject({ since: 1, seq: FIRST + 255 });
  });
});

/** The published rule, written down once more, with no code of the package. */
describe('an independent judge', () => {
  const sha256 = (...parts: (string | Buffer)[]) =>
    createHash('sha256')
      .update(Buffer.concat(parts.map((part) => Buffer.from(part))))
      .digest();
  const kept = ({ actor, ...row }: Row) => {
    const {
      seq: _q,
      salt: _s,
      hash: _h,
      personalDigest: personal,
      userId: _u,
      ip: _i,
      detail: _d,
      ...rest
    } = row;
    const named = actor.type === 'user' ? { type: 'user' } : actor;
    return canonicalize({ ...rest, actor: named, personal, v: 2 }) ?? '';
  };
  /** RFC 9162, section 2.1.1. */
  function root(leaves: readonly string[]): Buffer {
    if (leaves.length === 1) return sha256('\0', leaves[0] ?? '');
    const split = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
    return sha256('\x01', root(leaves.slice(0, split)), root(leaves.slice(split)));
  }

  it('comes to the roots that were signed', () => {
    const leaves = written.slice(FIRST - 1).map(kept);
    for (const note of notes) {
      const [, size, base64] = note.split('\n');
      expect(root(leaves.slice(0, Number(size))).toString('base64')).toBe(base64);
    }
    expect(root(leaves)).toEqual(rangeOf(written).root());
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

  it.each([1, 7, FIRST - 1, FIRST, 100, FIRST + 255, VOUCHED, ROWS])(
    'holds after its beginning up to row %d was trimmed, with a signed word',
    (through) => {
      const trim = { throughSeq: String(through), throughHash: throughHash(through) };
      const word = { ...trim, ...signature({ purpose: 'trim', ...trim }) };
      const log = withStatement(copy(), 'audit_log.trimmed', word);
      expect(verdictOn(trimmed(log, through), 9)).toMatchObject({ bad: undefined, from: through + 1 });
    },
  );

  it('is not the log whose first leaf names another chain', () => {
    const rows = copy();
    const first = rows[FIRST - 1] as Row;
    rows[FIRST - 1] = { ...first, type: 'action.run' };
    expect(verdictOn({ ...withTree(rows), notes: [] }, 9).bad).toMatchObject({ seq: FIRST });
  });
});
