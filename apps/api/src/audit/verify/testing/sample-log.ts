import { generateKeyPairSync } from 'node:crypto';
import { chainHash, GENESIS, personalDigest } from '@valetkey/audit-log';
import { hashedEvent, type AuditRecord } from '../../audit-record.js';
import { signStatement, TrustedKeys, type Statement } from '@valetkey/audit-log';
import type { LogHead } from '../check-chain.js';

export const ROWS = 60;
const EVERY = 8;

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
export const KEY_ID = 'aky_spec';
const { x = '' } = publicKey.export({ format: 'jwk' });
export const keys = new TrustedKeys([{ kty: 'OKP', crv: 'Ed25519', x, kid: KEY_ID }]);
export const signature = (statement: Statement) => ({
  keyId: KEY_ID,
  signature: signStatement(statement, KEY_ID, privateKey),
});

export type Row = { -readonly [Member in keyof AuditRecord]: AuditRecord[Member] };

export interface Log {
  rows: Row[];
  head: LogHead;
}

/** Chains a row to the one before it, with correct hashes. */
export function chained(row: Row, seq: number, prev: string): Row {
  const placed = { ...row, seq: String(seq), prevHash: prev };
  const event = hashedEvent(placed);
  const digest =
    event.salt === undefined ? placed.personalDigest : personalDigest({ ...event, salt: event.salt });
  return { ...placed, personalDigest: digest, hash: chainHash(event, digest, prev) };
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
    prevHash: '',
    hash: '',
  };
}

/** Rows from `from` on, chained anew. */
export function rechained(rows: readonly Row[], from: number, to = rows.length): Row[] {
  const linked = rows.slice();
  for (let index = from; index < to; index++)
    linked[index] = chained(rows[index] as Row, index + 1, linked[index - 1]?.hash ?? GENESIS);
  return linked;
}

export const headOf = (rows: readonly Row[]): LogHead => ({
  seq: rows.length,
  hash: rows.at(-1)?.hash ?? GENESIS,
});

export const written = rechained(
  Array.from({ length: ROWS }, (_, n) => eventOf(n)),
  0,
);
export const anchored = new Map(
  written.filter((_, index) => (index + 1) % EVERY === 0).map(({ seq, hash }) => [Number(seq), hash]),
);
/** An attacker who controls the database can rewrite events after the last checkpoint; that is the stated limit. */
export const VOUCHED = Math.floor(ROWS / EVERY) * EVERY;

/** All rows, to be changed. */
export const copy = () => written.map((row) => ({ ...row }));

/** A log that ends where its head says. */
export const withHead = (rows: Row[]): Log => ({ rows, head: headOf(rows) });

export function erased({ userId: _u, ip: _i, salt: _s, actor, ...row }: Row): Row {
  return { ...row, actor: actor.type === 'user' ? { type: 'user' } : actor, detail: {} };
}

export function withStatement(rows: Row[], type: string, detail: object): Log {
  const { userId: _u, ip: _i, ...event } = eventOf(1000);
  const statement = chained({ ...event, type, detail }, rows.length + 1, rows.at(-1)?.hash ?? GENESIS);
  return withHead([...rows, statement]);
}
