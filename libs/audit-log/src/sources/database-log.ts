import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { COPY_COLUMNS } from '../formats/rows.js';
import type { PublicAuditKey } from '../statements/signed.js';
import { HASH_BYTES } from '../tree/hashes.js';
import { compactRangeOf } from '../tree/proofs.js';
import { subtreesOfTiles, TILE_WIDTH, type Tile } from '../tree/tiles.js';
import type { LogToVerify } from '../verify/verify-log.js';

/** The log in a database, as of one moment: rows and tree fit also while the log grows. */
export interface DatabaseLog extends Required<
  Pick<LogToVerify, 'bytes' | 'format' | 'start' | 'stored' | 'notes' | 'heads'>
> {
  /** The keys that the database names itself. */
  readonly keys: readonly PublicAuditKey[];
  /** Events that wait to be put into the tree. */
  readonly pending: number;
  close(): Promise<void>;
}

const TILE_LEVELS = Math.log2(TILE_WIDTH);

/** Reads the log with a connection of its own and plain SQL; no code of the server is involved. */
export async function openDatabaseLog(url: string): Promise<DatabaseLog> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`SET TIME ZONE 'UTC'; SET datestyle = 'ISO'; SET bytea_output = 'hex'`);
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return await read(client);
  } catch (error) {
    await client.end();
    throw error;
  }
}

async function read(client: pg.Client): Promise<DatabaseLog> {
  const rows = async <Row>(sql: string, values: unknown[] = []) =>
    (await client.query(sql, values)).rows as Row[];
  const [tree] = await rows<{ firstSeq: string; size: string; edge: Buffer; note: string | null }>(
    'SELECT first_seq AS "firstSeq", size, edge, note FROM audit_tree WHERE id = 1',
  );
  if (!tree) throw new Error('the database holds no audit log');
  const [counts] = await rows<{ fromSeq: string | null; pending: string }>(
    'SELECT (SELECT min(seq) FROM audit_events) AS "fromSeq", (SELECT count(*) FROM audit_inbox) AS pending',
  );
  const heads = await rows<{ size: string; root: Buffer; note: string }>(
    `SELECT size, root, note || coalesce((
       SELECT string_agg(line, '' ORDER BY witness) FROM audit_cosignatures WHERE size = checkpoint.size
     ), '') AS note
     FROM audit_checkpoints AS checkpoint ORDER BY size`,
  );
  const nodes = await rows<{ level: number; index: string; hash: Buffer }>(
    'SELECT level, index, hash FROM audit_nodes',
  );
  const keys = await rows<PublicAuditKey>(
    `SELECT id AS kid, public_jwk->>'kty' AS kty, public_jwk->>'crv' AS crv, public_jwk->>'x' AS x
     FROM audit_keys WHERE purpose = 'checkpoint' ORDER BY created_at, id`,
  );
  const firstSeq = Number(tree.firstSeq);
  const fromSeq = Number(counts?.fromSeq ?? 1);
  const edge = await edgeOf(Math.max(0, fromSeq - firstSeq), rows);
  const events = `COPY (SELECT ${COPY_COLUMNS.join(', ')} FROM audit_events ORDER BY seq) TO STDOUT`;
  return {
    bytes: copyOut(client, events),
    format: 'copy',
    start: { firstSeq, fromSeq, edge },
    stored: {
      size: Number(tree.size),
      edge: tree.edge,
      nodes: nodes.map(({ level, index, hash }) => ({ level, index: Number(index), hash })),
    },
    notes: [...heads.map(({ note }) => note), ...(tree.note === null ? [] : [tree.note])],
    heads: heads.map(({ size, root }) => ({ size: Number(size), root })),
    keys,
    pending: Number(counts?.pending ?? 0),
    close: () => client.end(),
  };
}

/** Begins once it is read: a stream that is not read would fail with the connection. */
async function* copyOut(client: pg.Client, copy: string): AsyncGenerator<Buffer> {
  yield* client.query(copyTo(copy)) as AsyncIterable<Buffer>;
}

type Rows = <Row>(sql: string, values: unknown[]) => Promise<Row[]>;

/** The compact range of the leaves that a trim has let go; empty when what is stored does not give it. */
async function edgeOf(size: number, rows: Rows): Promise<Buffer> {
  try {
    return await compactRangeOf(
      subtreesOfTiles(size, (tile) => tileOf(tile, rows)),
      size,
    );
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return Buffer.alloc(0);
  }
}

async function tileOf({ level, index, width }: Tile, rows: Rows): Promise<Buffer> {
  if (level === 0) {
    const [tile] = await rows<{ hashes: Buffer }>('SELECT hashes FROM audit_tiles WHERE index = $1', [index]);
    return tile?.hashes.subarray(0, width * HASH_BYTES) ?? Buffer.alloc(0);
  }
  const first = index * TILE_WIDTH;
  const nodes = await rows<{ hash: Buffer }>(
    'SELECT hash FROM audit_nodes WHERE level = $1 AND index BETWEEN $2 AND $3 ORDER BY index',
    [level * TILE_LEVELS, first, first + width - 1],
  );
  return Buffer.concat(nodes.map(({ hash }) => hash));
}
