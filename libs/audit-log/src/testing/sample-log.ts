import { generateKeyPairSync } from 'node:crypto';
import { chainHash, GENESIS, leafHash, personalDigest } from '../event/leaf.js';
import { hashedEvent, type EventRecord } from '../formats/rows.js';
import { checkpointText } from '../notes/checkpoint.js';
import { signNote } from '../notes/signed-note.js';
import { signStatement, TrustedKeys, type PublicAuditKey, type Statement } from '../statements/signed.js';
import { CompactRange, type Node } from '../tree/compact-range.js';
import type { LogStart, StoredTree } from '../verify/log-parts.js';

/** A log of 300 rows: the first 12 are of a chain, and the tree goes on after them. */
export const ROWS = 300;
export const FIRST = 13;
const EVERY = 40;
/** The last row before a checkpoint: younger ones can be rewritten by the owner of the database. */
export const VOUCHED = FIRST - 1 + Math.floor((ROWS - FIRST + 1) / EVERY) * EVERY;

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const foreign = generateKeyPairSync('ed25519');
export const KEY_ID = 'aky_spec';
const { x = '' } = publicKey.export({ format: 'jwk' });
export const jwk: PublicAuditKey = { kty: 'OKP', crv: 'Ed25519', x, kid: KEY_ID };
export const keys = new TrustedKeys([jwk]);
export const signature = (statement: Statement) => ({
  keyId: KEY_ID,
  signature: signStatement(statement, KEY_ID, privateKey),
});

export type Row = { -readonly [Member in keyof EventRecord]: EventRecord[Member] };

/** A log as it lies in a database. */
export interface Log {
  readonly rows: Row[];
  readonly start: LogStart;
  readonly stored: StoredTree;
  readonly notes: string[];
}

export function noteOf(size: number, root: Buffer, signer: 'ours' | 'foreign' = 'ours'): string {
  const name = 'log.example/audit';
  const pair = signer === 'ours' ? { privateKey, publicKey } : foreign;
  const key = { name, type: 'ed25519' as const, publicKey: pair.publicKey };
  return signNote(checkpointText({ origin: name, size, root }), key, pair.privateKey);
}

export function eventOf(n: number): Row {
  return {
    seq: '0',
    id: `evt_${n}`,
    at: new Date(1_790_000_000_000 + n * 1000).toISOString(),
    type: n % 3 === 0 ? 'action.run' : 'access_token.read',
    outcome: 'succeeded',
    actor: n % 4 === 0 ? { type: 'user', id: `user-${n}` } : { type: 'agent', id: 'agt_1' },
    userId: `user-${n % 5}`,
    connectionId: `con_${n % 7}`,
    requestId: `req_${n}`,
    scopes: ['calendar.read', 'mail.read'],
    durationMs: 10 + n,
    ip: '192.0.2.7',
    detail: { calls: [{ method: 'GET', status: 200 }], n },
    salt: String(n).padStart(32, '0'),
    personalDigest: '',
    hash: '',
  };
}

/** A row with correct hashes; `prev` matters in the chain alone. */
export function hashed(row: Row, seq: number, prev = GENESIS): Row {
  const isContinued = row.type === 'audit_log.continued';
  const { checkpoint } = row.detail as { readonly checkpoint?: unknown };
  const end = { throughSeq: String(FIRST - 1), throughHash: prev, ...(checkpoint ? { checkpoint } : {}) };
  const detail = isContinued ? end : row.detail;
  const placed = { ...row, seq: String(seq), detail };
  const event = hashedEvent(placed);
  const digest =
    event.salt === undefined ? placed.personalDigest : personalDigest({ ...event, salt: event.salt });
  const hash = seq < FIRST ? chainHash(event, digest, prev) : leafHash(event, digest).toString('hex');
  return { ...placed, personalDigest: digest, hash };
}

/** Rows from index `from` on, with hashes made anew. */
export function rehashed(rows: readonly Row[], from: number, to = rows.length): Row[] {
  const made = rows.slice();
  for (let index = from; index < to; index++)
    made[index] = hashed(rows[index] as Row, index + 1, made[index - 1]?.hash);
  return made;
}

/** The compact range of the leaves among these rows. */
export function rangeOf(rows: readonly Row[], onComplete?: (node: Node) => void): CompactRange {
  const range = CompactRange.empty();
  for (const row of rows.slice(FIRST - 1)) range.append(Buffer.from(row.hash, 'hex'), onComplete);
  return range;
}

export function storedTree(rows: readonly Row[]): StoredTree {
  const nodes: Node[] = [];
  const range = rangeOf(rows, (node) => node.level === 8 && nodes.push(node));
  return { size: range.size, edge: range.toBytes(), nodes };
}

const continued = (n: number): Row => ({
  ...eventOf(n),
  type: 'audit_log.continued',
  actor: { type: 'system', id: 'audit_log' },
});
export const written = rehashed(
  Array.from({ length: ROWS }, (_, n) => (n === FIRST - 1 ? continued(n) : eventOf(n))),
  0,
);
const tree = storedTree(written);
export const notes = Array.from({ length: Math.floor(tree.size / EVERY) }, (_, n) => {
  const size = (n + 1) * EVERY;
  return noteOf(size, rangeOf(written.slice(0, FIRST - 1 + size)).root());
});
export const fromFirst: LogStart = { firstSeq: FIRST, fromSeq: 1, edge: Buffer.alloc(0) };

/** All rows, to be changed. */
export const copy = () => written.map((row) => ({ ...row }));

/** These rows beside the tree as it was. */
export const same = (rows: Row[]): Log => ({ rows, start: fromFirst, stored: tree, notes });

/** These rows beside a tree that was made from them. */
export const withTree = (rows: Row[]): Log => ({ ...same(rows), stored: storedTree(rows) });

export function erased({ userId: _u, ip: _i, salt: _s, actor, ...row }: Row): Row {
  return { ...row, actor: actor.type === 'user' ? { type: 'user' } : actor, detail: {} };
}

export function withStatement(rows: Row[], type: string, detail: object): Log {
  const { userId: _u, ip: _i, ...event } = eventOf(1000);
  return withTree([...rows, hashed({ ...event, type, detail }, rows.length + 1)]);
}

/** Rows after `through`, and where the tree stood there. */
export function trimmed(log: Log, through: number): Log {
  const edge = rangeOf(log.rows.slice(0, through)).toBytes();
  return { ...log, rows: log.rows.slice(through), start: { firstSeq: FIRST, fromSeq: through + 1, edge } };
}

/** The hash that a trim up to this row states. */
export function throughHash(through: number): string {
  if (through < FIRST) return (written[through - 1] as Row).hash;
  return rangeOf(written.slice(0, through)).root().toString('hex');
}
