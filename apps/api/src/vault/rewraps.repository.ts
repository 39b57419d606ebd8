import { Injectable } from '@nestjs/common';
import {
  leaseSql,
  pageOf,
  Prisma,
  TransactionalRepository,
  type ListedPage,
  type PageRequest,
  type Transaction,
} from '../platform/index.js';
import type { Rewrap, RewrapProgress, RewrapStatus } from './rewrap.js';

/** Re-wraps, how far they have come and who works on them. Leases are judged by the database's clock. */
@Injectable()
export class RewrapsRepository extends TransactionalRepository {
  /** The one that runs. Under `tx` nobody else starts one before it ends. */
  async running(tx?: Transaction): Promise<Rewrap | undefined> {
    if (tx) await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('valetkey rewrap', 0))`;
    const row = await (tx ?? this.prisma).rewrap.findFirst({ where: { status: 'running' } });
    return row ? toRewrap(row) : undefined;
  }

  async create(tx: Transaction, rewrap: { id: string; keyId: string; total: number }): Promise<Rewrap> {
    return toRewrap(await tx.rewrap.create({ data: { ...rewrap, status: 'running' } }));
  }

  async findRewrap(id: string): Promise<Rewrap | undefined> {
    const row = await this.prisma.rewrap.findUnique({ where: { id } });
    return row ? toRewrap(row) : undefined;
  }

  listRewraps(page: PageRequest): Promise<ListedPage<Rewrap>> {
    return pageOf(page, {
      findMany: (slice) => this.prisma.rewrap.findMany(slice),
      count: () => this.prisma.rewrap.count(),
      order: [{ startedAt: 'desc' }, { id: 'desc' }],
      as: toRewrap,
    });
  }

  /** Takes one that nobody works on, for `leaseMs`; only one whose key this process has. */
  async claim(holder: string, leaseMs: number, keyIds: readonly string[]): Promise<Rewrap | undefined> {
    const [row] = await this.prisma.$queryRaw<{ id: string }[]>`
      UPDATE "rewraps" SET ${leaseSql.take(holder, leaseMs)}
      WHERE "id" = (
        SELECT "id" FROM "rewraps" WHERE "status" = 'running' AND "key_id" IN (${Prisma.join([...keyIds])})
          AND ${leaseSql.isFree}
        ORDER BY "started_at" LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING "id"`;
    return row ? this.findRewrap(row.id) : undefined;
  }

  /**
   * Saves how far it has come and renews the lease.
   * @returns false when another process has taken it over
   */
  async save(id: string, holder: string, progress: RewrapProgress, leaseMs: number): Promise<boolean> {
    const { store = null, cursor = null, done, total, failed, lastError = null } = progress;
    const count = await this.prisma.$executeRaw`
      UPDATE "rewraps" SET "store" = ${store}, "cursor" = ${cursor}, "done" = ${done}, "total" = ${total},
        "failed" = ${failed}, "last_error" = ${lastError},
        ${leaseSql.extend(leaseMs)}
      WHERE "id" = ${id} AND "holder" = ${holder} AND "status" = 'running'`;
    return count > 0;
  }

  /** Releases it, so that the next worker can go on. */
  async release(id: string, holder: string): Promise<void> {
    await this.prisma.rewrap.updateMany({
      where: { id, holder },
      data: { holder: null, leaseUntil: null },
    });
  }

  /** @returns false when another process has taken it over */
  async finish(
    tx: Transaction,
    id: string,
    holder: string,
    end: RewrapProgress & { status: RewrapStatus; finishedAt: Date },
  ): Promise<boolean> {
    const { count } = await tx.rewrap.updateMany({
      where: { id, holder, status: 'running' },
      data: {
        status: end.status,
        done: end.done,
        total: end.total,
        failed: end.failed,
        lastError: end.lastError ?? null,
        finishedAt: end.finishedAt,
        store: null,
        cursor: null,
        holder: null,
        leaseUntil: null,
      },
    });
    return count > 0;
  }
}

function toRewrap(row: Prisma.RewrapModel): Rewrap {
  return {
    id: row.id,
    keyId: row.keyId,
    status: row.status as RewrapStatus,
    store: row.store ?? undefined,
    cursor: row.cursor ?? undefined,
    done: row.done,
    total: row.total,
    failed: row.failed,
    lastError: row.lastError ?? undefined,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt ?? undefined,
  };
}
