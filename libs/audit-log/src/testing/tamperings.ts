import {
  copy,
  erased,
  eventOf,
  hashed,
  KEY_ID,
  noteOf,
  notes,
  rehashed,
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
} from './sample-log.js';

/** A tampering by somebody with all rights on the database: what it makes of the log, and the first row it changes. */
export interface Tampering {
  readonly name: string;
  /** The verifier can name the row itself, and not only a stretch that it is in. */
  readonly exact?: true;
  /** `k` and `j` are positions, k < j <= ROWS. Without a `first` it is no row that is bad. */
  readonly apply: (k: number, j: number, pick: number) => { log: Log; first?: number } | undefined;
}

const changed = (row: Row): Row => ({ ...row, outcome: 'denied' });
const at = (k: number) => written[k - 1] as Row;

function replaced(k: number, row: Row): Row[] {
  const rows = copy();
  rows[k - 1] = row;
  return rows;
}

function flipped(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'string')
    return value.endsWith('0') ? `${value.slice(0, -1)}1` : `${value.slice(0, -1)}0`;
  if (Array.isArray(value)) return [...value, 'more'];
  return { ...(value as object), more: true };
}

const flippedBytes = (bytes: Buffer, pick: number) => {
  const copied = Buffer.from(bytes);
  copied.writeUInt8((copied.readUInt8(pick % copied.length) + 1) % 256, pick % copied.length);
  return copied;
};
const without = (k: number) => copy().filter((_, index) => index !== k - 1);
const moved = (rows: Row[]) => rows.map((row, index) => ({ ...row, seq: String(index + 1) }));
const withForged = (k: number) => {
  const rows = copy();
  rows.splice(k, 0, hashed(eventOf(999), k + 1, at(k).hash));
  return rows;
};
const upToVouched = (k: number, made: () => Log) => (k > VOUCHED ? undefined : { log: made(), first: k });

const ROW_TAMPERS: readonly Tampering[] = [
  {
    name: 'a value of one row is changed',
    exact: true,
    apply: (k, _, pick) => {
      const names = Object.keys(at(k)).filter((name) => name !== 'seq') as (keyof Row)[];
      const name = names[pick % names.length] as keyof Row;
      return { log: same(replaced(k, { ...at(k), [name]: flipped(at(k)[name]) })), first: k };
    },
  },
  {
    name: 'a value of one row is taken away',
    exact: true,
    apply: (k, _, pick) => {
      const names = ['userId', 'connectionId', 'requestId', 'scopes', 'durationMs', 'ip', 'salt'] as const;
      const { [names[pick % names.length] as 'ip']: _gone, ...row } = at(k);
      return { log: same(replaced(k, row)), first: k };
    },
  },
  {
    name: 'a row gets another place',
    exact: true,
    apply: (k, j) => ({ log: same(replaced(k, { ...at(k), seq: String(j) })), first: k }),
  },
  { name: 'a row is dropped', exact: true, apply: (k) => ({ log: same(without(k)), first: k }) },
  {
    name: 'a row is dropped and the rest moves up',
    apply: (k) => upToVouched(k, () => withTree(moved(without(k)))),
  },
  {
    name: 'two rows change places',
    exact: true,
    apply: (k, j) => {
      const rows = replaced(k, at(j));
      rows[j - 1] = at(k);
      return { log: same(rows), first: k };
    },
  },
  {
    name: 'two rows change their content',
    apply: (k, j) => {
      const rows = replaced(k, { ...at(j), seq: String(k) });
      rows[j - 1] = { ...at(k), seq: String(j) };
      return { log: same(rows), first: k };
    },
  },
  {
    name: 'a row is put in twice',
    exact: true,
    apply: (k) => {
      const rows = copy();
      rows.splice(k, 0, { ...at(k) });
      return { log: same(rows), first: k };
    },
  },
  {
    name: 'a forged row is put in with right hashes',
    exact: true,
    apply: (k) => ({ log: same(withForged(k)), first: k + 1 }),
  },
  {
    name: 'a forged row is put in with right hashes and the rest moves down',
    apply: (k) => (k < VOUCHED ? { log: withTree(moved(withForged(k))), first: k + 1 } : undefined),
  },
  {
    name: 'the end is cut off',
    exact: true,
    apply: (k) => ({ log: same(copy().slice(0, k - 1)), first: k }),
  },
  {
    name: 'the end is cut off and the tree moved back',
    exact: true,
    apply: (k) => upToVouched(k, () => withTree(copy().slice(0, k - 1))),
  },
  {
    name: 'the beginning is cut off',
    exact: true,
    apply: (_, j) => ({ log: trimmed(same(copy()), j - 1), first: 1 }),
  },
  {
    name: 'a row is changed with its hash',
    apply: (k) => ({ log: same(rehashed(replaced(k, changed(at(k))), k - 1, k)), first: k }),
  },
  {
    name: 'a row is changed and some after it are hashed anew',
    apply: (k, j) => ({ log: same(rehashed(replaced(k, changed(at(k))), k - 1, j)), first: k }),
  },
  {
    name: 'a row is changed and everything after it is hashed anew, tree and all',
    apply: (k) => upToVouched(k, () => withTree(rehashed(replaced(k, changed(at(k))), k - 1))),
  },
  {
    name: 'a row is dropped and everything after it is hashed anew, tree and all',
    apply: (k) => upToVouched(k, () => withTree(rehashed(without(k), k - 1))),
  },
  {
    name: 'a row is erased without a word',
    exact: true,
    apply: (k) => ({ log: same(replaced(k, erased(at(k)))), first: k }),
  },
  {
    name: 'a row is erased with a word that no key has signed',
    exact: true,
    apply: (k, j) => {
      const forged = {
        keyId: KEY_ID,
        signature: signature({ purpose: 'erasure', rows: String(j) }).signature,
      };
      const rows = replaced(k, erased(at(k)));
      return { log: withStatement(rows, 'audit_event.erased', { rows: String(k), ...forged }), first: k };
    },
  },
  {
    name: 'the beginning is cut off with a word that no key has signed',
    exact: true,
    apply: (k, j) => {
      const hash = throughHash(k);
      const forged = signature({ purpose: 'trim', throughSeq: String(j), throughHash: hash });
      const word = { throughSeq: String(k), throughHash: hash, ...forged };
      return { log: trimmed(withStatement(copy(), 'audit_log.trimmed', word), k), first: 1 };
    },
  },
];

const whole = () => same(copy());
const TREE_TAMPERS: readonly Tampering[] = [
  {
    name: 'a node is changed',
    apply: (_k, _j, pick) => {
      const log = whole();
      const nodes = log.stored.nodes.map((node) => ({ ...node, hash: flippedBytes(node.hash, pick) }));
      return { log: { ...log, stored: { ...log.stored, nodes } } };
    },
  },
  {
    name: 'a node is taken away',
    apply: () => ({ log: { ...whole(), stored: { ...whole().stored, nodes: [] } } }),
  },
  {
    name: 'a node of no rows is put in',
    apply: (k) => {
      const log = whole();
      const nodes = [...log.stored.nodes, { level: 8, index: k, hash: Buffer.alloc(32, k) }];
      return { log: { ...log, stored: { ...log.stored, nodes } } };
    },
  },
  {
    name: 'the tree gets another size',
    apply: (k, j) => {
      const log = whole();
      return { log: { ...log, stored: { ...log.stored, size: log.stored.size + (k % 2 === 0 ? j : -k) } } };
    },
  },
  {
    name: 'the edge of the tree is changed',
    apply: (_k, _j, pick) => {
      const log = whole();
      return { log: { ...log, stored: { ...log.stored, edge: flippedBytes(log.stored.edge, pick) } } };
    },
  },
  {
    name: 'a checkpoint is signed by a foreign key',
    apply: (k) => ({ log: { ...whole(), notes: [...notes, noteOf(k, Buffer.alloc(32, k), 'foreign')] } }),
  },
  {
    name: 'there are two checkpoints of one size',
    apply: (k) => ({
      log: { ...whole(), notes: [...notes, noteOf(40 * (1 + (k % 7)), Buffer.alloc(32, k))] },
    }),
  },
  {
    name: 'a checkpoint is of no tree that was',
    apply: (k, j) => ({ log: { ...whole(), notes: [...notes, noteOf(j, Buffer.alloc(32, k))] } }),
  },
  {
    name: 'a checkpoint is changed',
    apply: (_k, _j, pick) => {
      const n = pick % notes.length;
      const made = notes.map((note, index) =>
        index === n ? note.replace(/^\d+$/m, (size) => `${+size + 1}`) : note,
      );
      return { log: { ...whole(), notes: made } };
    },
  },
];

export const TAMPERS: readonly Tampering[] = [...ROW_TAMPERS, ...TREE_TAMPERS];
