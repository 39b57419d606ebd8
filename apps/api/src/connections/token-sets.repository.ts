import { Injectable } from '@nestjs/common';
import { PrismaService, type Transaction } from '../platform/index.js';

/** The row that is written for a token set. */
export interface TokenSetRow {
  readonly sealed: Uint8Array<ArrayBuffer>;
  readonly tokenType: string;
  readonly refreshable: boolean;
  readonly obtainedAt: Date;
  readonly expiresAt: Date | null;
}

/** Sealed token sets, their versions and the lease of whoever refreshes one. */
@Injectable()
export class TokenSetsRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** Writes a token set from a new consent: whatever was there, and whoever held the lease, is superseded. */
  async put(tx: Transaction, connectionId: string, row: TokenSetRow): Promise<void> {
    await tx.tokenSet.upsert({
      where: { connectionId },
      create: { connectionId, ...row },
      update: { ...row, version: { increment: 1 }, leaseHolder: null, leaseUntil: null },
    });
  }

  /**
   * Takes the right to refresh this version for `leaseMs`, by the database's clock.
   * @returns false when another holds it, or the version is no longer the stored one
   */
  async lease(connectionId: string, version: number, holder: string, leaseMs: number): Promise<boolean> {
    const count = await this.prisma.$executeRaw`
      UPDATE "token_sets" SET "lease_holder" = ${holder}, "lease_until" = now() + ${leaseMs} * interval '1 millisecond'
      WHERE "connection_id" = ${connectionId} AND "version" = ${version}
        AND ("lease_holder" IS NULL OR "lease_until" < now() OR "lease_holder" = ${holder})`;
    return count > 0;
  }

  async release(connectionId: string, holder: string): Promise<void> {
    await this.prisma.tokenSet.updateMany({
      where: { connectionId, leaseHolder: holder },
      data: { leaseHolder: null, leaseUntil: null },
    });
  }

  /**
   * Replaces version `version` under the lease: the lease is the fence, the version the compare of compare-and-set.
   * @returns false when somebody else has written meanwhile; nothing is changed then
   */
  async replace(
    tx: Transaction,
    connectionId: string,
    version: number,
    holder: string,
    row: TokenSetRow,
  ): Promise<boolean> {
    const { count } = await tx.tokenSet.updateMany({
      where: { connectionId, version, leaseHolder: holder },
      data: { ...row, version: { increment: 1 }, leaseHolder: null, leaseUntil: null },
    });
    return count > 0;
  }

  /** Notes that version `version` can no longer be refreshed. */
  async endRefresh(tx: Transaction, connectionId: string, version: number): Promise<boolean> {
    const { count } = await tx.tokenSet.updateMany({
      where: { connectionId, version },
      data: { refreshable: false, leaseHolder: null, leaseUntil: null },
    });
    return count > 0;
  }

  async delete(tx: Transaction, connectionId: string): Promise<void> {
    await tx.tokenSet.deleteMany({ where: { connectionId } });
  }
}
