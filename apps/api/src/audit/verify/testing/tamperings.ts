import {
  chained,
  copy,
  erased,
  eventOf,
  headOf,
  KEY_ID,
  rechained,
  signature,
  VOUCHED,
  withHead,
  withStatement,
  written,
  type Log,
  type Row,
} from './sample-log.js';

/** A tampering by somebody with all rights on the database: what it makes of the log, and the first row it changes. */
export interface Tampering {
  readonly name: string;
  /** `k` and `j` are positions, k < j <= ROWS. */
  readonly apply: (k: number, j: number, pick: number) => { log: Log; first: number } | undefined;
}

const same = (rows: Row[]): Log => ({ rows, head: headOf(written) });
const changed = (row: Row): Row => ({ ...row, outcome: 'denied' });

function flipped(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'string')
    return value.endsWith('0') ? `${value.slice(0, -1)}1` : `${value.slice(0, -1)}0`;
  if (Array.isArray(value)) return [...value, 'more'];
  return { ...(value as object), more: true };
}

export const TAMPERS: readonly Tampering[] = [
  {
    name: 'a value of one row is changed',
    apply: (k, _, pick) => {
      const rows = copy();
      const row = rows[k - 1] as Row;
      const names = Object.keys(row).filter((name) => name !== 'seq') as (keyof Row)[];
      const name = names[pick % names.length] as keyof Row;
      rows[k - 1] = { ...row, [name]: flipped(row[name]) };
      return { log: same(rows), first: k };
    },
  },
  {
    name: 'a value of one row is taken away',
    apply: (k, _, pick) => {
      const rows = copy();
      const names = ['userId', 'connectionId', 'requestId', 'scopes', 'durationMs', 'ip', 'salt'] as const;
      const { [names[pick % names.length] as 'ip']: _gone, ...row } = rows[k - 1] as Row;
      rows[k - 1] = row;
      return { log: same(rows), first: k };
    },
  },
  {
    name: 'a row gets another place',
    apply: (k, j) => {
      const rows = copy();
      rows[k - 1] = { ...(rows[k - 1] as Row), seq: String(j) };
      return { log: same(rows), first: k };
    },
  },
  {
    name: 'a row is dropped',
    apply: (k) => ({ log: same(copy().filter((_, at) => at !== k - 1)), first: k }),
  },
  {
    name: 'a row is dropped and the rest moves up',
    apply: (k) => {
      const rows = copy().filter((_, at) => at !== k - 1);
      return { log: withHead(rows.map((row, at) => ({ ...row, seq: String(at + 1) }))), first: k };
    },
  },
  {
    name: 'two rows change places',
    apply: (k, j) => {
      const rows = copy();
      [rows[k - 1], rows[j - 1]] = [rows[j - 1] as Row, rows[k - 1] as Row];
      return { log: same(rows), first: k };
    },
  },
  {
    name: 'two rows change their content',
    apply: (k, j) => {
      const rows = copy();
      const [a, b] = [rows[k - 1] as Row, rows[j - 1] as Row];
      rows[k - 1] = { ...b, seq: a.seq };
      rows[j - 1] = { ...a, seq: b.seq };
      return { log: same(rows), first: k };
    },
  },
  {
    name: 'a row is put in twice',
    apply: (k) => {
      const rows = copy();
      rows.splice(k, 0, { ...(rows[k - 1] as Row) });
      return { log: same(rows), first: k };
    },
  },
  {
    name: 'a forged row is put in with right hashes',
    apply: (k) => {
      const rows = copy();
      rows.splice(k, 0, chained(eventOf(999), k + 1, (rows[k - 1] as Row).hash));
      return { log: same(rows), first: k + 1 };
    },
  },
  {
    name: 'a forged row is put in with right hashes and the rest moves down',
    apply: (k) => {
      const rows = copy();
      rows.splice(k, 0, chained(eventOf(999), k + 1, (rows[k - 1] as Row).hash));
      return { log: withHead(rows.map((row, at) => ({ ...row, seq: String(at + 1) }))), first: k + 1 };
    },
  },
  { name: 'the end is cut off', apply: (k) => ({ log: same(copy().slice(0, k - 1)), first: k }) },
  {
    name: 'the end is cut off and the head moved back',
    apply: (k) => (k > VOUCHED ? undefined : { log: withHead(copy().slice(0, k - 1)), first: k }),
  },
  { name: 'the beginning is cut off', apply: (_, j) => ({ log: same(copy().slice(j - 1)), first: 1 }) },
  {
    name: 'a row is changed with its hash',
    apply: (k) => {
      const rows = copy();
      rows[k - 1] = changed(rows[k - 1] as Row);
      return { log: same(rechained(rows, k - 1, k)), first: k };
    },
  },
  {
    name: 'a row is hung on another one, with its hash',
    apply: (k) => {
      const rows = copy();
      rows[k - 1] = chained(rows[k - 1] as Row, k, 'ab'.repeat(32));
      return { log: same(rows), first: k };
    },
  },
  {
    name: 'a row is changed and some after it are chained anew',
    apply: (k, j) => {
      const rows = copy();
      rows[k - 1] = changed(rows[k - 1] as Row);
      return { log: same(rechained(rows, k - 1, j)), first: k };
    },
  },
  {
    name: 'a row is changed and everything after it is chained anew, head and all',
    apply: (k) => {
      if (k > VOUCHED) return undefined;
      const rows = copy();
      rows[k - 1] = changed(rows[k - 1] as Row);
      return { log: withHead(rechained(rows, k - 1)), first: k };
    },
  },
  {
    name: 'a row is dropped and everything after it is chained anew, head and all',
    apply: (k) => {
      if (k > VOUCHED) return undefined;
      return {
        log: withHead(
          rechained(
            copy().filter((_, at) => at !== k - 1),
            k - 1,
          ),
        ),
        first: k,
      };
    },
  },
  {
    name: 'a row is erased without a word',
    apply: (k) => {
      const rows = copy();
      rows[k - 1] = erased(rows[k - 1] as Row);
      return { log: same(rows), first: k };
    },
  },
  {
    name: 'a row is erased with a word that no key has signed',
    apply: (k, j) => {
      const rows = copy();
      rows[k - 1] = erased(rows[k - 1] as Row);
      const forged = {
        keyId: KEY_ID,
        signature: signature({ purpose: 'erasure', rows: String(j) }).signature,
      };
      const log = withStatement(rows, 'audit_event.erased', { rows: String(k), ...forged });
      return { log, first: k };
    },
  },
  {
    name: 'the beginning is cut off with a word that no key has signed',
    apply: (k, j) => {
      const rows = copy();
      const { hash } = rows[k - 1] as Row;
      const forged = signature({ purpose: 'trim', throughSeq: String(j), throughHash: hash });
      const log = withStatement(rows, 'audit_log.trimmed', {
        throughSeq: String(k),
        throughHash: hash,
        ...forged,
      });
      return { log: { ...log, rows: log.rows.slice(k) }, first: 1 };
    },
  },
];
