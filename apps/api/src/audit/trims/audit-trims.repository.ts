import { Injectable } from '@nestjs/common';
import {
  isLockTimeout,
  pageOf,
  Prisma,
  TransactionalRepository,
  type ListedPage,
  type PageRequest,
  type Transaction,
} from '../../platform/index.js';
import type { AuditTrim } from './audit-trim.js';

/** Trims, and what is to be let go with one. */
@Injectable()
export class AuditTrimsRepository extends TransactionalRepository {
  /**
   * How far a trim of what was recorded before `before` would reach. What the first checkpoint of after that time does
   * not cover is younger, whatever a process with a wrong clock wrote; and an event of the hour after it stays, though
   * one of before it, of a transaction that took longer, has its place behind.
   * @returns nothing when nothing is that old
   */
  async reach(before: Date): Promise<Pick<AuditTrim, 'throughSeq' | 'events'> | undefined> {
    const [row] = await this.prisma.$queryRaw<{ seq: bigint | null; first: bigint | null }[]>`
      SELECT least(
          (SELECT max(seq) FROM audit_events WHERE at < ${before} AND seq < (
            SELECT first_seq + coalesce((SELECT min(size) FROM audit_checkpoints WHERE at >= ${before}), size)
            FROM audit_tree)),
          (SELECT min(seq) - 1 FROM audit_events WHERE at >= ${before} AND at < ${before}::timestamptz + interval '1 hour')
        ) AS seq,
        (SELECT min(seq) FROM audit_events) AS first`;
    if (!row || row.seq === null || row.first === null || row.seq < row.first) return undefined;
    return { throughSeq: row.seq, events: row.seq - row.first + 1n };
  }

  /** The one that is not finished. Under `tx` nobody else starts one before it ends. */
  async running(tx?: Transaction): Promise<AuditTrim | undefined> {
    if (tx) await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('valetkey audit trim', 0))`;
    const row = await (tx ?? this.prisma).auditTrim.findFirst({ where: { finishedAt: null } });
    return row ? toTrim(row) : undefined;
  }

  async create(tx: Transaction, trim: Omit<AuditTrim, 'startedAt' | 'finishedAt'>): Promise<AuditTrim> {
    const throughHash = Buffer.from(trim.throughHash, 'hex');
    return toTrim(await tx.auditTrim.create({ data: { ...trim, throughHash } }));
  }

  /**
   * Lets go what the newest trim covers; again is harmless. It does not wait for long readers, who would hold up every
   * append behind it, and gives up before PostgreSQL looks for a deadlock (1 s): an append would be its victim.
   * @returns false when somebody reads
   */
  async apply(): Promise<boolean> {
    try {
      await this.prisma.transaction(async (tx) => {
        await tx.$executeRaw`SET LOCAL lock_timeout = '300ms'`;
        await tx.$executeRaw`SELECT audit_events_trim()`;
      });
      return true;
    } catch (error) {
      if (isLockTimeout(error)) return false;
      throw error;
    }
  }

  /** @returns false when another process was first */
  async finish(tx: Transaction, throughSeq: bigint, at: Date): Promise<boolean> {
    const { count } = await tx.auditTrim.updateMany({
      where: { throughSeq, finishedAt: null },
      data: { finishedAt: at },
    });
    return count > 0;
  }

  async findTrim(throughSeq: bigint): Promise<AuditTrim | undefined> {
    const row = await this.prisma.auditTrim.findUnique({ where: { throughSeq } });
    return row ? toTrim(row) : undefined;
  }

  listTrims(page: PageRequest): Promise<ListedPage<AuditTrim>> {
    return pageOf(page, {
      findMany: (slice) => this.prisma.auditTrim.findMany(slice),
      count: () => this.prisma.auditTrim.count(),
      order: [{ throughSeq: 'desc' }],
      as: toTrim,
    });
  }
}

function toTrim({ throughHash, finishedAt, ...row }: Prisma.AuditTrimModel): AuditTrim {
  return {
    ...row,
    throughHash: Buffer.from(throughHash).toString('hex'),
    finishedAt: finishedAt ?? undefined,
  };
}
