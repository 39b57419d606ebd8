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
    const hash = createHash('sha256').update(previous).update(contentOf(row)).digest();
    if (!row.hash.equals(hash)) throw new Error(`event ${row.seq} has been changed`);
    previous = row.hash;
  });
  const [head] = await database.query<{ seq: string; hash: Buffer }>('SELECT seq, hash FROM audit_head');
  if (head?.seq !== String(rows.length) || !head.hash.equals(previous))
    throw new Error('the head is not the last event');
  return rows.length;
}

function contentOf(row: Row): string {
  const content = canonicalize({
    seq: row.seq,
    id: row.id,
    at: row.at.toISOString(),
    type: row['type'],
    outcome: row['outcome'],
    actor: { type: row['actor_type'], id: row['actor_id'] },
    userId: row['user_id'],
    agentId: row['agent_id'],
    connectionId: row['connection_id'],
    taskId: row['task_id'],
    target: row['target'],
    action: row['action'],
    requestId: row['request_id'],
    ip: row['ip'],
    detail: row['detail'],
  });
  return content ?? '';
}
