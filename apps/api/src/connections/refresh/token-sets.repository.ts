import { Injectable } from '@nestjs/common';
import { inMs, PrismaService, type Transaction } from '../../platform/index.js';

/** The row that is written for a token set. */
export interface TokenSetRow {
  readonly sealed: Uint8Array<ArrayBuffer>;
  readonly tokenType: string;
  readonly refreshable: boolean;
  readonly obtainedAt: Date;
  readonly expiresAt: Date | null;
  /** When the worker refreshes it by itself. */
  readonly refreshAt: Date | null;
}

/** The stored token set as a process finds it that wants to refresh it. */
export interface LeaseAnswer {
  /** The version that is stored. */
  readonly version: number;
  readonly refreshable: boolean;
  /** The lease is ours. */
  readonly taken: boolean;
  /** An earlier refresh of this version was sent, and its response was lost. */
  readonly unanswered: boolean;
}

const FRESH = { leaseHolder: null, leaseUntil: null, failures: 0, retryAt: null, unansweredAt: null };

/** Sealed token sets, their versions and the lease of a refresh. */
@Injectable()
export class TokenSetsRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** Writes a token set from a new consent: it supersedes the stored one, and any lease. */
  async put(tx: Transaction, connectionId: string, row: TokenSetRow): Promise<void> {
    await tx.tokenSet.upsert({
      where: { connectionId },
      create: { connectionId, ...row },
      update: { ...row, ...FRESH, version: { increment: 1 } },
    });
  }

  /**
   * Acquires the lease to refresh this version for `leaseMs`, by the database's clock, and notes that a response is
   * outstanding.
   * @returns the stored state; `undefined` when nothing is stored
   */
  async lease(
    connectionId: string,
    version: number,
    holder: string,
    leaseMs: number,
  ): Promise<LeaseAnswer | undefined> {
    const [answer] = await this.prisma.$queryRaw<LeaseAnswer[]>`
      WITH taken AS (
        UPDATE "token_sets"
        SET "lease_holder" = ${holder}, "lease_until" = ${inMs(leaseMs)},
          "unanswered_at" = coalesce("unanswered_at", now())
        WHERE "connection_id" = ${connectionId} AND "version" = ${version} AND "refreshable"
          AND ("lease_holder" IS NULL OR "lease_until" < now())
        RETURNING 1)
      SELECT "version", "refreshable", EXISTS (SELECT 1 FROM taken) AS "taken",
        "unanswered_at" IS NOT NULL AS "unanswered"
      FROM "token_sets" WHERE "connection_id" = ${connectionId}`;
    return answer;
  }

  /** Extends the lease by another `leaseMs`. */
  async extend(connectionId: string, holder: string, leaseMs: number): Promise<void> {
    await this.prisma.$executeRaw`
      UPDATE "token_sets" SET "lease_until" = ${inMs(leaseMs)}
      WHERE "connection_id" = ${connectionId} AND "lease_holder" = ${holder}`;
  }

  /** Releases the lease. `unanswered`: the provider may have processed a request whose response was lost. */
  async release(connectionId: string, holder: string, unanswered: boolean): Promise<void> {
    await this.prisma.tokenSet.updateMany({
      where: { connectionId, leaseHolder: holder },
      data: { leaseHolder: null, leaseUntil: null, ...(unanswered ? {} : { unansweredAt: null }) },
    });
  }

  /**
   * Replaces version `version` by compare-and-set, with the lease as fence. A holder whose lease has run out still
   * writes, unless another process holds it now: a new token set is not thrown away.
   * @returns false when nothing was changed
   */
  async replace(
    tx: Transaction,
    connectionId: string,
    { version, holder }: { readonly version: number; readonly holder: string },
    row: TokenSetRow,
  ): Promise<boolean> {
    const now = await this.databaseTime(tx);
    const { count } = await tx.tokenSet.updateMany({
      where: {
        connectionId,
        version,
        OR: [{ leaseHolder: holder }, { leaseHolder: null }, { leaseUntil: { lt: now } }],
      },
      data: { ...row, ...FRESH, version: { increment: 1 } },
    });
    return count > 0;
  }

  /** Counts a refresh that failed temporarily, and sets when the worker may retry. */
  async countFailure(tx: Transaction, connectionId: string, version: number, retryAt: Date): Promise<void> {
    await tx.tokenSet.updateMany({
      where: { connectionId, version },
      data: { failures: { increment: 1 }, retryAt },
    });
  }

  /** The stored version; `undefined` when nothing is stored. */
  async version(connectionId: string): Promise<number | undefined> {
    const row = await this.prisma.tokenSet.findUnique({
      where: { connectionId },
      select: { version: true },
    });
    return row?.version;
  }

  /** The connections whose token sets the worker should refresh now, longest due first. */
  async due(now: Date, limit: number): Promise<string[]> {
    const rows = await this.prisma.tokenSet.findMany({
      where: {
        refreshable: true,
        refreshAt: { lte: now },
        OR: [{ retryAt: null }, { retryAt: { lte: now } }],
        connection: { connector: { disabledAt: null } },
      },
      orderBy: { refreshAt: 'asc' },
      take: limit,
      select: { connectionId: true },
    });
    return rows.map(({ connectionId }) => connectionId);
  }

  async delete(tx: Transaction, connectionId: string): Promise<void> {
    await tx.tokenSet.deleteMany({ where: { connectionId } });
  }

  /** Leases run by the database's clock, in every process the same one. */
  private async databaseTime(tx: Transaction): Promise<Date> {
    const [row] = await tx.$queryRaw<{ now: Date }[]>`SELECT now() AS "now"`;
    if (!row) throw new Error('the database does not tell the time');
    return row.now;
  }
}
