import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { TestDatabase } from './test-database.js';

interface Row {
  seq: string;
  id: string;
  at: Date;
  hash: Buffer;
  [column: string]: unknown;
}

interface Tree {
  first_seq: string;
  size: string;
  edge: Buffer;
}

/**
 * Checks the audit log as it lies in the database, by the published rule and by no code of ours: every row, the tree
 * over them, its nodes and checkpoints, and the chain that an upgraded database has before it.
 * @returns the number of events in the log. @throws Error that names the first bad row
 */
export async function verifyTree(database: TestDatabase): Promise<number> {
  const rows = await database.query<Row>('SELECT * FROM audit_events ORDER BY seq');
  const [tree] = await database.query<Tree>('SELECT first_seq, size, edge FROM audit_tree');
  const firstSeq = Number(tree?.first_seq);
  let previous = Buffer.alloc(32).toString('hex');
  rows.forEach((row, index) => {
    if (row.seq !== String(index + 1)) throw new Error(`event ${index + 1} is missing before ${row.seq}`);
    if (row['salt'] !== null && !sha256(json(personalPartOf(row))).equals(row['personal_digest'] as Buffer))
      throw new Error(`event ${row.seq} has been changed`);
    const link = { v: 1, seq: row.seq, prev: previous };
    const isChain = index + 1 < firstSeq;
    const hash = isChain
      ? sha256(json({ ...keptPartOf(row), ...link }))
      : sha256('\0', json(keptPartOf(row)));
    if (!row.hash.equals(hash)) throw new Error(`event ${row.seq} has been changed`);
    previous = row.hash.toString('hex');
  });
  const leaves = rows.slice(firstSeq - 1).map(({ hash }) => hash);
  if (tree?.size !== String(leaves.length)) throw new Error('the tree has another size than the log');
  if (!tree.edge.equals(edgeOf(leaves))) throw new Error('the edge of the tree is not what the events give');
  await verifyNodes(database, leaves);
  return rows.length;
}

async function verifyNodes(database: TestDatabase, leaves: readonly Buffer[]): Promise<void> {
  const nodes = await database.query<{ from: string; to: string; hash: Buffer }>(
    `SELECT index * (1::bigint << level) AS "from", (index + 1) * (1::bigint << level) AS "to", hash FROM audit_nodes
     UNION ALL SELECT 0, size, root FROM audit_checkpoints`,
  );
  for (const { from, to, hash } of nodes)
    if (Number(to) > leaves.length || !rootOf(leaves.slice(Number(from), Number(to))).equals(hash))
      throw new Error(`the hash of leaves ${from} to ${to} is not what the events give`);
}

/** RFC 9162, section 2.1.1. */
function rootOf(leaves: readonly Buffer[]): Buffer {
  const [first = sha256('')] = leaves;
  if (leaves.length <= 1) return first;
  const split = splitOf(leaves.length - 1);
  return sha256('\x01', rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)));
}

/** The largest perfect subtrees, from the left. */
function edgeOf(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return Buffer.alloc(0);
  const split = splitOf(leaves.length);
  return Buffer.concat([rootOf(leaves.slice(0, split)), edgeOf(leaves.slice(split))]);
}

const splitOf = (size: number) => 2 ** Math.floor(Math.log2(size));

function keptPartOf(row: Row): object {
  return {
    v: 2,
    id: row.id,
    at: row.at.toISOString(),
    type: row['type'],
    outcome: row['outcome'],
    actor: present({ type: row['actor_type'], id: row['actor_type'] === 'user' ? null : row['actor_id'] }),
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
  };
}

function personalPartOf(row: Row): object {
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

const json = (content: object) => canonicalize(content) ?? '';

function sha256(...parts: readonly (string | Buffer)[]): Buffer {
  return createHash('sha256')
    .update(Buffer.concat(parts.map((part) => Buffer.from(part))))
    .digest();
}
