import type { CheckpointRecord } from '../checkpoint.js';
import type { PublicAuditKey } from '@valetkey/audit-log';
import type { LogHead } from './check-chain.js';
import { COPY_COLUMNS } from './link-lines.js';

/** Reads rows with a plain connection. */
export type RunQuery = <Row>(sql: string) => Promise<Row[]>;

/** The facts about a database that a verifier needs beside the events. */
export interface DatabaseLog {
  readonly head: LogHead;
  readonly checkpoints: readonly CheckpointRecord[];
  readonly keys: readonly PublicAuditKey[];
  /** The query that gives the events in the order of the chain, up to the head. */
  readonly events: string;
}

/** Reads it with any connection; no code of the server is involved. */
export async function readDatabaseLog(query: RunQuery): Promise<DatabaseLog> {
  const [head] = await query<{ seq: string; hash: string }>(
    `SELECT seq::text AS seq, encode(hash, 'hex') AS hash FROM audit_head WHERE id = 1`,
  );
  if (!head) throw new Error('the database holds no audit log');
  const keys = await query<PublicAuditKey>(
    `SELECT id AS kid, public_jwk->>'kty' AS kty, public_jwk->>'crv' AS crv, public_jwk->>'x' AS x
     FROM audit_keys WHERE purpose = 'checkpoint' ORDER BY created_at, id`,
  );
  const rows = await query<Omit<CheckpointRecord, 'publicKey'>>(
    `SELECT seq::text AS seq, encode(hash, 'hex') AS hash, key_id AS "keyId",
       to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at,
       rtrim(translate(replace(encode(signature, 'base64'), E'\\n', ''), '+/', '-_'), '=') AS signature
     FROM audit_checkpoints WHERE seq <= ${BigInt(head.seq)} ORDER BY seq`,
  );
  const publicKey = new Map(keys.map(({ kid, x }) => [kid, x]));
  return {
    head: { seq: Number(head.seq), hash: head.hash },
    checkpoints: rows.map((row) => ({ ...row, publicKey: publicKey.get(row.keyId) ?? '' })),
    keys,
    events: `SELECT ${COPY_COLUMNS.join(', ')} FROM audit_events WHERE seq <= ${BigInt(head.seq)} ORDER BY seq`,
  };
}
