import { Injectable } from '@nestjs/common';
import {
  inMs,
  leaseSql,
  newId,
  pageOf,
  Prisma,
  TransactionalRepository,
  type ListedPage,
  type PageRequest,
  type Transaction,
} from '../../platform/index.js';
import type { AuditErasure } from './audit-erasure.js';

/** Erasures and who works on them; a user has one at a time. Leases are judged by the database's clock. */
@Injectable()
export class AuditErasuresRepository extends TransactionalRepository {
  /** Begins one, or has the one that is not finished look again at once. */
  async start(tx: Transaction, userId: string): Promise<AuditErasure> {
    const row = await tx.auditErasure.upsert({
      where: { userId },
      create: { id: newId('aer'), userId },
      update: { nextAt: new Date(0) },
    });
    return toErasure(row);
  }

  async findErasure(id: string): Promise<AuditErasure | undefined> {
    const row = await this.prisma.auditErasure.findUnique({ where: { id } });
    return row ? toErasure(row) : undefined;
  }

  listErasures(page: PageRequest): Promise<ListedPage<AuditErasure>> {
    return pageOf(page, {
      findMany: (slice) => this.prisma.auditErasure.findMany(slice),
      count: () => this.prisma.auditErasure.count(),
      order: [{ startedAt: 'desc' }, { id: 'desc' }],
      as: toErasure,
    });
  }

  /** Takes one that is due and that nobody works on, for `leaseMs`. */
  async claim(holder: string, leaseMs: number): Promise<{ id: string; userId: string } | undefined> {
    const [row] = await this.prisma.$queryRaw<{ id: string; userId: string }[]>`
      UPDATE audit_erasures SET ${leaseSql.take(holder, leaseMs)}
      WHERE id = (
        SELECT id FROM audit_erasures
        WHERE user_id IS NOT NULL AND next_at <= now() AND ${leaseSql.isFree}
        ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING id, user_id AS "userId"`;
    return row;
  }

  /** Keeps it for another `leaseMs`. @returns false when another process has taken it over */
  async hold(tx: Transaction, id: string, holder: string, leaseMs: number): Promise<boolean> {
    const count = await tx.$executeRaw`
      UPDATE audit_erasures SET ${leaseSql.extend(leaseMs)}
      WHERE id = ${id} AND holder = ${holder}`;
    return count > 0;
  }

  /** Erases a few hundred events about the user. @returns their positions, ascending */
  async erase(tx: Transaction, id: string, userId: string, most: number): Promise<bigint[]> {
    const rows = await tx.$queryRaw<
      { seq: bigint }[]
    >`SELECT seq FROM audit_events_erase(${userId}, ${most}::int) AS seq ORDER BY seq`;
    await tx.auditErasure.update({ where: { id }, data: { erased: { increment: rows.length } } });
    return rows.map(({ seq }) => seq);
  }

  /** Lets go; nobody takes it before `waitMs` have passed. */
  async release(id: string, holder: string, waitMs: number): Promise<void> {
    await this.prisma.$executeRaw`
      UPDATE audit_erasures SET ${leaseSql.release},
        next_at = CASE WHEN ${waitMs} = 0 THEN next_at ELSE ${inMs(waitMs)} END
      WHERE id = ${id} AND holder = ${holder}`;
  }

  /** Ends it and forgets the user. @returns how many events it erased, unless another process has taken it over */
  async finish(tx: Transaction, id: string, holder: string): Promise<number | undefined> {
    const [row] = await tx.$queryRaw<{ erased: number }[]>`
      UPDATE audit_erasures SET user_id = NULL, ${leaseSql.release}, finished_at = now()
      WHERE id = ${id} AND holder = ${holder} RETURNING erased`;
    return row?.erased;
  }

  async noteUnconfirmed(tx: Transaction, id: string, unconfirmedRevocations: number): Promise<void> {
    await tx.auditErasure.update({ where: { id }, data: { unconfirmedRevocations } });
  }
}

function toErasure({
  id,
  erased,
  unconfirmedRevocations,
  holder,
  nextAt,
  startedAt,
  finishedAt,
}: Prisma.AuditErasureModel): AuditErasure {
  const isWaiting = holder === null && nextAt > startedAt;
  const status = finishedAt ? 'finished' : isWaiting ? 'waiting' : 'running';
  return { id, status, erased, unconfirmedRevocations, startedAt, finishedAt: finishedAt ?? undefined };
}
