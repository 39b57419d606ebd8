import { Injectable } from '@nestjs/common';
import {
  pageFilter,
  pageOf,
  Prisma,
  TransactionalRepository,
  type ListedPage,
  type PageRequest,
  type Transaction,
} from '../platform/index.js';
import type { RevocationStatus } from '../connections/index.js';
import type { Revocation, SealedRevocation } from './revocation.js';

const SORTABLE = ['id', 'createdAt', 'nextAt', 'finishedAt', 'attempts', 'status'];

/** Token sets that are no longer used here and not yet confirmed revoked at their provider. */
@Injectable()
export class RevocationsRepository extends TransactionalRepository {
  async add(
    tx: Transaction,
    revocation: Pick<SealedRevocation, 'id' | 'connectionId' | 'userId' | 'connectorId' | 'sealed'>,
    at: Date,
  ): Promise<void> {
    const { sealed, ...rest } = revocation;
    await tx.revocation.create({
      data: { ...rest, sealed: Uint8Array.from(sealed), status: 'pending', nextAt: at, createdAt: at },
    });
  }

  /** The revocations with tokens of this connector, locked. */
  async heldFor(tx: Transaction, connectorId: string): Promise<SealedRevocation[]> {
    await tx.$executeRaw`
      SELECT 1 FROM "revocations" WHERE "connector_id" = ${connectorId} AND "sealed" IS NOT NULL ORDER BY "id" FOR UPDATE`;
    const rows = await tx.revocation.findMany({ where: { connectorId, sealed: { not: null } } });
    return rows.flatMap((row) => (row.sealed ? [{ ...toRevocation(row), sealed: row.sealed }] : []));
  }

  async reseal(tx: Transaction, id: string, sealed: Uint8Array<ArrayBuffer>): Promise<void> {
    await tx.revocation.update({ where: { id }, data: { sealed } });
  }

  /** Claims one that is due by postponing its next attempt: of two processes, one gets it. */
  async take(id: string, now: Date, putOffTo: Date): Promise<SealedRevocation | undefined> {
    const [row] = await this.prisma.revocation.updateManyAndReturn({
      where: { id, status: 'pending', nextAt: { lte: now } },
      data: { attempts: { increment: 1 }, nextAt: putOffTo },
    });
    return row?.sealed ? { ...toRevocation(row), sealed: row.sealed } : undefined;
  }

  /** Those to be asked about now, longest due first. */
  async due(now: Date, limit: number): Promise<string[]> {
    const rows = await this.prisma.revocation.findMany({
      where: { status: 'pending', nextAt: { lte: now } },
      orderBy: { nextAt: 'asc' },
      take: limit,
      select: { id: true },
    });
    return rows.map(({ id }) => id);
  }

  async findRevocation(id: string): Promise<Revocation | undefined> {
    const row = await this.prisma.revocation.findUnique({ where: { id } });
    return row ? toRevocation(row) : undefined;
  }

  /** The newest revocation of each connection, by the connection's id. */
  async newestOf(connectionIds: readonly string[]): Promise<ReadonlyMap<string, Revocation>> {
    if (connectionIds.length === 0) return new Map();
    const rows = await this.prisma.revocation.findMany({
      where: { connectionId: { in: [...connectionIds] } },
      orderBy: [{ connectionId: 'asc' }, { createdAt: 'desc' }, { id: 'desc' }],
      distinct: ['connectionId'],
    });
    return new Map(rows.map((row) => [row.connectionId, toRevocation(row)]));
  }

  listRevocations(page: PageRequest): Promise<ListedPage<Revocation>> {
    const where = pageFilter(page, { equal: ['userId', 'connectionId', 'connectorId', 'status'] });
    return pageOf(page, {
      findMany: (slice) => this.prisma.revocation.findMany({ where, ...slice }),
      count: () => this.prisma.revocation.count({ where }),
      sortable: SORTABLE,
      as: toRevocation,
    });
  }

  async retryAt(tx: Transaction, id: string, nextAt: Date, lastError: string): Promise<boolean> {
    const { count } = await tx.revocation.updateMany({
      where: { id, status: 'pending' },
      data: { nextAt, lastError },
    });
    return count > 0;
  }

  /**
   * Ends one; its tokens are deleted, unless an operator may still want to try.
   * @returns false when it had ended
   */
  async finish(
    tx: Transaction,
    id: string,
    ended: { status: Exclude<RevocationStatus, 'pending'>; finishedAt: Date; lastError: string | null },
  ): Promise<boolean> {
    const { status } = ended;
    const { count } = await tx.revocation.updateMany({
      where: { id, status: 'pending' },
      data: { ...ended, ...(status === 'given_up' ? {} : { sealed: null }) },
    });
    // No row is kept of a user who was deleted meanwhile.
    if (count > 0 && status !== 'given_up')
      await tx.$executeRaw`
        DELETE FROM "revocations" r WHERE r."id" = ${id} AND NOT EXISTS (SELECT 1 FROM "users" u WHERE u."id" = r."user_id")`;
    return count > 0;
  }

  /** Asks again now. @returns false when there is nothing left to ask about */
  async reopen(tx: Transaction, id: string, at: Date): Promise<boolean> {
    const { count } = await tx.revocation.updateMany({
      where: { id, status: { in: ['pending', 'given_up'] }, sealed: { not: null } },
      data: { status: 'pending', nextAt: at, finishedAt: null },
    });
    return count > 0;
  }

  /** Deletes the ended revocations of a user. */
  async deleteEnded(tx: Transaction, userId: string): Promise<void> {
    await tx.revocation.deleteMany({ where: { userId, sealed: null } });
  }
}

function toRevocation(row: Prisma.RevocationModel): Revocation {
  return {
    id: row.id,
    connectionId: row.connectionId,
    userId: row.userId,
    connectorId: row.connectorId,
    status: row.status as RevocationStatus,
    attempts: row.attempts,
    lastError: row.lastError ?? undefined,
    nextAt: row.nextAt,
    createdAt: row.createdAt,
    finishedAt: row.finishedAt ?? undefined,
  };
}
