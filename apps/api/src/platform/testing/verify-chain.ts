import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { TestDatabase } from './test-database.js';

interface Row {
  seq: string;
  id: string;
  at: Date;
  prev_hash: Buffer;
  hash: Buffer;
  [column: string]: unknown;
}

/**
 * Checks the audit chain as it lies in the database, by the published rule and by no code of ours.
 * @returns the number of events. @throws Error that names the first bad row
 */
export async function verifyChain(database: TestDatabase): Promise<number> {
  const rows = await database.query<Row>('SELECT * FROM audit_events ORDER BY seq');
  let previous: Buffer = Buffer.alloc(32);
  rows.forEach((row, index) => {
    if (row.seq !== String(index + 1)) throw new Error(`event ${index + 1} is missing before ${row.seq}`);
    if (!row.prev_hash.equals(previous))
      throw new Error(`event ${row.seq} does not follow the one before it`);
    if (row['salt'] !== null && !sha256(personalPartOf(row)).equals(row['personal_digest'] as Buffer))
      throw new Error(`event ${row.seq} has been changed`);
    const hash = sha256(keptPartOf(row, previous));
    if (!row.hash.equals(hash)) throw new Error(`event ${row.seq} has been changed`);
    previous = row.hash;
  });
  const [head] = await database.query<{ seq: string; hash: Buffer }>('SELECT seq, hash FROM audit_head');
  if (head?.seq !== String(rows.length) || !head.hash.equals(previous))
    throw new Error('the head is not the last event');
  return rows.length;
}

function keptPartOf(row: Row, previous: Buffer): unknown {
  return {
    v: 1,
    seq: row.seq,
    id: row.id,
    at: row.at.toISOString(),
    type: row['type'],
    outcome: row['outcome'],
    actor: { type: row['actor_type'], ...(row['actor_type'] === 'user' ? {} : { id: row['actor_id'] }) },
    ...present({
      agentId: row['agent_id'],
      connectionId: row['connection_id'],
      taskId: row['task_id'],
      target: row['target'],
      action: row['action'],
      requestId: row['request_id'],
      keyId: row['key_id'],
      scopes: (row['scopes'] as string | null)?.split(' '),
      durationMs: row['duration_ms'],
      providerStatus: row['provider_status'],
    }),
    personal: (row['personal_digest'] as Buffer).toString('hex'),
    prev: previous.toString('hex'),
  };
}

function personalPartOf(row: Row): unknown {
  return {
    ...(row['actor_type'] === 'user' ? { actorId: row['actor_id'] } : {}),
    ...present({ userId: row['user_id'], ip: row['ip'], arguments: row['arguments'] }),
    detail: row['detail'],
    salt: (row['salt'] as Buffer).toString('hex'),
  };
}

function present(values: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => (value ?? null) !== null));
}

function sha256(content: unknown): Buffer {
  return createHash('sha256')
    .update(canonicalize(content) ?? '')
    .digest();
}
