import { Injectable } from '@nestjs/common';
import { HASH_BYTES, TILE_WIDTH, type HashedEvent, type Node, type Tile } from '@valetkey/audit-log';
import { inMs, leaseSql, PrismaService, Sql } from '../platform/index.js';

/** An event that waits, with its place in the heap of the inbox. */
export interface PendingEvent {
  readonly place: string;
  readonly event: HashedEvent & { readonly salt: string };
}

/** The tree as a leader took it over. */
export interface TreeState {
  readonly firstSeq: bigint;
  readonly size: number;
  readonly edge: Buffer;
  readonly epoch: bigint;
  /** The newest signed checkpoint, which may be of a smaller tree. */
  readonly note: string | undefined;
}

/** A batch of leaves, and the tree with them. */
export interface AppendedLeaves {
  readonly pending: readonly PendingEvent[];
  /** Of the personal part and of the leaf, of each event. */
  readonly digests: readonly Buffer[];
  readonly hashes: readonly Buffer[];
  readonly nodes: readonly Node[];
  readonly edge: Buffer;
}

/** Complete subtrees of each so many levels are stored. */
export const STORED_LEVELS = 8;

const LOOK = {
  name: 'audit_look',
  line: 'audit_tree',
  text: `
    SELECT ctid::text AS place, id, at, type, outcome, actor_type AS "actorType", actor_id AS "actorId",
      user_id AS "userId", agent_id AS "agentId", connection_id AS "connectionId", task_id AS "taskId", target, action,
      request_id AS "requestId", key_id AS "keyId", scopes, duration_ms AS "durationMs",
      provider_status AS "providerStatus", ip, arguments, detail, encode(salt, 'hex') AS salt
    FROM audit_inbox LIMIT $1::int`,
};

const MOVE = {
  name: 'audit_move',
  line: 'audit_tree',
  text: `SELECT audit_sequence($1::bigint, $2::bigint, $3::bytea, $4::text[], $5::text[], $6::bytea[], $7::bytea[],
    $8::int[], $9::bigint[], $10::bytea[]) AS moved`,
};

type Row = Record<string, unknown> & { readonly place: string; readonly at: Date };

/** The Merkle tree: who may append to it, and what was appended. */
@Injectable()
export class AuditTreeRepository {
  constructor(
    private readonly sql: Sql,
    private readonly prisma: PrismaService,
  ) {}

  /**
   * Takes the lead for `leaseMs`, if nobody has it and events wait, or with `maySign` a head that was not signed: its leader
   * was killed, or had no key. @returns `undefined` when not
   */
  async lead(holder: string, leaseMs: number, maySign: boolean): Promise<TreeState | undefined> {
    const [row] = await this.prisma.$queryRaw<StateRow[]>`
      UPDATE audit_tree SET epoch = epoch + 1, ${leaseSql.take(holder, leaseMs)}
      WHERE id = 1 AND ${leaseSql.isFree} AND (EXISTS (SELECT FROM audit_inbox)
        OR ${maySign} AND size > 0 AND split_part(note, E'\\n', 2) IS DISTINCT FROM size::text)
      RETURNING first_seq, size, edge, epoch, note`;
    return row && toState(row);
  }

  /** Keeps the lead. */
  async extend(epoch: bigint, leaseMs: number): Promise<void> {
    await this.prisma
      .$executeRaw`UPDATE audit_tree SET lease_until = ${inMs(leaseMs)} WHERE epoch = ${epoch}`;
  }

  /** Lets go of the lead, with the signed checkpoint of what this leader has committed. */
  async release(epoch: bigint, note: string | undefined): Promise<void> {
    await this.prisma.$executeRaw`
      UPDATE audit_tree SET ${leaseSql.release}, note = coalesce(${note ?? null}, note) WHERE epoch = ${epoch}`;
  }

  /** Oldest first, as far as one look shows. */
  async look(most: number): Promise<PendingEvent[]> {
    const rows = await this.sql.run<Row>(LOOK, [most]);
    return rows.sort((a, b) => a.at.getTime() - b.at.getTime()).map(toPending);
  }

  /**
   * Moves what was hashed from the inbox into the log, and the tree on.
   * @returns false when another has the lead: nothing was done
   */
  async move({ epoch, size }: Pick<TreeState, 'epoch' | 'size'>, leaves: AppendedLeaves): Promise<boolean> {
    const { pending, digests, hashes, nodes, edge } = leaves;
    const [row] = await this.sql.run<{ moved: boolean }>(MOVE, [
      epoch.toString(),
      size,
      edge,
      pending.map(({ place }) => place),
      pending.map(({ event }) => event.id),
      digests,
      hashes,
      nodes.map(({ level }) => level),
      nodes.map(({ index }) => index),
      nodes.map(({ hash }) => hash),
    ]);
    return row?.moved ?? false;
  }

  /** Removes the dead rows of the inbox, which every look would pass over. */
  async vacuum(): Promise<void> {
    await this.prisma.$executeRawUnsafe('VACUUM audit_inbox');
  }

  /** The hashes of a tile, one after the other. */
  async tile({ level, index, width }: Tile, firstSeq: bigint): Promise<Buffer> {
    const first = BigInt(index * TILE_WIDTH);
    const end = first + BigInt(width);
    const [row] =
      level === 0
        ? await this.prisma.$queryRaw<{ hashes: Uint8Array | null }[]>`
            SELECT coalesce((SELECT hashes FROM audit_tiles WHERE index = ${index}), '') || coalesce(
              (SELECT string_agg(hash, ''::bytea ORDER BY seq) FROM audit_events
               WHERE seq >= ${firstSeq + first} AND seq < ${firstSeq + end}), '') AS hashes`
        : await this.prisma.$queryRaw<{ hashes: Uint8Array | null }[]>`
            SELECT string_agg(hash, ''::bytea ORDER BY index) AS hashes FROM audit_nodes
            WHERE level = ${level * STORED_LEVELS} AND index >= ${first} AND index < ${end}`;
    // A cut may have kept more of a tile than is asked for.
    return Buffer.from(row?.hashes ?? []).subarray(0, width * HASH_BYTES);
  }

  /** The tree's size, and what it will be with all that waits. */
  async sizes(): Promise<{ readonly size: number; readonly expected: number }> {
    const [row] = await this.prisma.$queryRaw<{ size: bigint; expected: bigint }[]>`
      SELECT size, size + (SELECT count(*) FROM audit_inbox) AS expected FROM audit_tree WHERE id = 1`;
    return { size: Number(row?.size ?? 0), expected: Number(row?.expected ?? 0) };
  }

  async hashAt(seq: bigint): Promise<Buffer> {
    const row = await this.prisma.auditEvent.findFirstOrThrow({ where: { seq }, select: { hash: true } });
    return Buffer.from(row.hash);
  }

  async state(): Promise<TreeState> {
    const [row] = await this.prisma.$queryRaw<StateRow[]>`
      SELECT first_seq, size, edge, epoch, note FROM audit_tree WHERE id = 1`;
    if (!row) throw new Error('the tree of the audit log is missing');
    return toState(row);
  }
}

interface StateRow {
  readonly first_seq: bigint;
  readonly size: bigint;
  readonly edge: Uint8Array;
  readonly epoch: bigint;
  readonly note: string | null;
}

function toState({ first_seq: firstSeq, size, edge, epoch, note }: StateRow): TreeState {
  return { firstSeq, size: Number(size), edge: Buffer.from(edge), epoch, note: note ?? undefined };
}

function toPending({ place, at, ...row }: Row): PendingEvent {
  const members = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
  const scopes = (row['scopes'] as string | null)?.split(' ');
  return {
    place,
    event: { ...members, at: at.toISOString(), scopes } as unknown as PendingEvent['event'],
  };
}
