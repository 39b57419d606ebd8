import { Injectable } from '@nestjs/common';
import { PrismaService, type Transaction } from '../../platform/index.js';

/** One account of one user at one connector. */
export interface AccountKey {
  readonly userId: string;
  readonly connectorId: string;
  readonly accountId: string;
}

/** Reads and locks for storing a grant. */
@Injectable()
export class GrantsRepository {
  constructor(private readonly prisma: PrismaService) {}

  /**
   * Locks the token set of an account until the transaction ends: no refresh begins or ends meanwhile. Of two
   * transactions that store for the same account, one waits for the other.
   * @returns whether a refresh is under way, its response not yet written
   */
  async lock(tx: Transaction, { userId, connectorId, accountId }: AccountKey): Promise<boolean> {
    const key = JSON.stringify([userId, connectorId, accountId]);
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${key}, 0))`;
    const [row] = await tx.$queryRaw<{ refreshing: boolean }[]>`
      SELECT (t."lease_holder" IS NOT NULL AND t."lease_until" > now()) AS "refreshing"
      FROM "token_sets" t JOIN "connections" c ON c."id" = t."connection_id"
      WHERE c."user_id" = ${userId} AND c."connector_id" = ${connectorId} AND c."account_id" = ${accountId}
      FOR UPDATE OF t`;
    return row?.refreshing ?? false;
  }

  /** Whether the provider is known not to add up this connection's scopes. */
  async lacksIncrementalScopes(connectionId: string): Promise<boolean> {
    const row = await this.prisma.connection.findUnique({
      where: { id: connectionId },
      select: { unionByUs: true },
    });
    return row?.unionByUs ?? false;
  }

  async noteLackOfIncrementalScopes(tx: Transaction, connectionId: string): Promise<void> {
    await tx.connection.update({ where: { id: connectionId }, data: { unionByUs: true } });
  }

  /** Whether another connection of the user at this connector has that alias. */
  async isAliasTaken(
    { userId, connectorId, alias }: { userId: string; connectorId: string; alias: string },
    exceptId?: string,
    tx?: Transaction,
  ): Promise<boolean> {
    const row = await (tx ?? this.prisma).connection.findFirst({
      where: { userId, connectorId, alias, ...(exceptId === undefined ? {} : { id: { not: exceptId } }) },
      select: { id: true },
    });
    return row !== null;
  }

  /** Whether any user holds tokens of this account at these connectors: ending one grant of it may end them all. */
  async isAccountInUse(
    connectorIds: readonly string[],
    accountId: string,
    tx?: Transaction,
  ): Promise<boolean> {
    const row = await (tx ?? this.prisma).connection.findFirst({
      where: { accountId, connectorId: { in: [...connectorIds] }, tokenSet: { isNot: null } },
      select: { id: true },
    });
    return row !== null;
  }
}
