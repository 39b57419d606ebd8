import { Injectable } from '@nestjs/common';
import {
  pageFilter,
  pageOf,
  Prisma,
  textFilter,
  TransactionalRepository,
  type ListedPage,
  type PageRequest,
  type Transaction,
} from '../platform/index.js';
import { toConnection } from './connection-row.js';
import type { ConnectionReason, SealedConnection } from './connection.js';

export interface ConnectionFilter {
  readonly id?: string | undefined;
  readonly userId?: string | undefined;
  readonly target?: string | undefined;
  readonly connectorIds?: readonly string[] | undefined;
  readonly status?: string | undefined;
}

const INCLUDE = {
  tokenSet: true,
  connector: { select: { target: true, displayName: true, disabledAt: true } },
} as const;
const SORTABLE = ['id', 'userId', 'createdAt', 'lastUsedAt', 'lastRefreshedAt'];

@Injectable()
export class ConnectionsRepository extends TransactionalRepository {
  async findConnection(id: string): Promise<SealedConnection | undefined> {
    const row = await this.prisma.connection.findUnique({ where: { id }, include: INCLUDE });
    return row ? toConnection(row) : undefined;
  }

  /** The connection as it is, kept from consents and refreshes until the transaction ends. */
  async lock(tx: Transaction, id: string): Promise<SealedConnection | undefined> {
    const found = await tx.connection.findUnique({
      where: { id },
      select: { userId: true, connectorId: true, accountId: true },
    });
    if (!found) return undefined;
    // In this order, as a consent and a refresh take theirs: first the account, then the token set.
    await lockAccount(tx, found.userId, found.connectorId, found.accountId);
    await tx.$executeRaw`SELECT 1 FROM "token_sets" WHERE "connection_id" = ${id} FOR UPDATE`;
    const row = await tx.connection.findUnique({ where: { id }, include: INCLUDE });
    return row ? toConnection(row) : undefined;
  }

  /** The connection of an account, locked with its absence: of two that would create it, one waits for the other. */
  async findAccount(
    tx: Transaction,
    userId: string,
    connectorId: string,
    accountId: string,
  ): Promise<SealedConnection | undefined> {
    await lockAccount(tx, userId, connectorId, accountId);
    const row = await tx.connection.findUnique({
      where: { userId_connectorId_accountId: { userId, connectorId, accountId } },
      include: INCLUDE,
    });
    return row ? toConnection(row) : undefined;
  }

  /** Newest first, below `before`. */
  async newest(
    filter: ConnectionFilter,
    now: Date,
    before: string | undefined,
    limit: number,
  ): Promise<SealedConnection[]> {
    const where = { AND: [toWhere(filter, now), before === undefined ? {} : { id: { lt: before } }] };
    const rows = await this.prisma.connection.findMany({
      where,
      include: INCLUDE,
      orderBy: { id: 'desc' },
      take: limit,
    });
    return rows.map(toConnection);
  }

  /** The ids of a user's connections at a target. */
  async idsOf(userId: string, target: string): Promise<string[]> {
    const rows = await this.prisma.connection.findMany({
      where: { userId, connector: { target } },
      select: { id: true },
    });
    return rows.map(({ id }) => id);
  }

  listConnections(page: PageRequest, now: Date): Promise<ListedPage<SealedConnection>> {
    const where = {
      AND: [
        pageFilter(page, { equal: ['userId'], searched: ['id', 'userId', 'accountName', 'accountEmail'] }),
        toWhere({ target: textFilter(page, 'target'), status: textFilter(page, 'status') }, now),
      ],
    };
    return pageOf(page, {
      findMany: (slice) => this.prisma.connection.findMany({ where, include: INCLUDE, ...slice }),
      count: () => this.prisma.connection.count({ where }),
      sortable: SORTABLE,
      as: toConnection,
    });
  }

  async countByStatus(now: Date): Promise<Record<'active' | 'expired' | 'inactive', number>> {
    const count = (status: string) => this.prisma.connection.count({ where: toWhere({ status }, now) });
    const [active, expired, inactive] = await Promise.all([
      count('active'),
      count('expired'),
      count('inactive'),
    ]);
    return { active, expired, inactive };
  }

  async create(
    tx: Transaction,
    connection: {
      id: string;
      userId: string;
      connectorId: string;
      accountId: string;
      accountName: string | null;
      accountEmail: string | null;
      reason: ConnectionReason | null;
      scopes: string[];
      alias?: string;
    },
  ): Promise<void> {
    await tx.connection.create({ data: connection });
  }

  async update(
    tx: Transaction | undefined,
    id: string,
    change: {
      scopes?: string[];
      reason?: ConnectionReason | null;
      accountName?: string | null;
      accountEmail?: string | null;
      alias?: string | null;
      lastRefreshedAt?: Date;
      disconnectedAt?: Date | null;
      checkedAt?: Date;
      failedAt?: Date | null;
      failure?: string | null;
    },
  ): Promise<void> {
    await (tx ?? this.prisma).connection.updateMany({ where: { id }, data: change });
  }

  /** Notes the last uses of connections, by id. */
  async used(uses: ReadonlyMap<string, Date>): Promise<void> {
    await this.prisma.$executeRaw`
      UPDATE "connections" SET "last_used_at" = "use"."at"
      FROM unnest(${[...uses.keys()]}::text[], ${[...uses.values()]}::timestamptz[]) AS "use" ("id", "at")
      WHERE "connections"."id" = "use"."id"`;
  }

  /** Takes the token set away. */
  async dropTokenSet(tx: Transaction, id: string): Promise<void> {
    await tx.tokenSet.deleteMany({ where: { connectionId: id } });
  }

  /** Connections of one user that hold tokens of these accounts at these connectors. */
  async holdingTokens(
    userIds: readonly string[],
    connectorIds: readonly string[],
    accountIds: readonly string[],
  ): Promise<SealedConnection[]> {
    const rows = await this.prisma.connection.findMany({
      where: {
        userId: { in: [...userIds] },
        connectorId: { in: [...connectorIds] },
        accountId: { in: [...accountIds] },
        tokenSet: { isNot: null },
      },
      include: INCLUDE,
      orderBy: { id: 'asc' },
    });
    return rows.map(toConnection);
  }
}

async function lockAccount(tx: Transaction, ...key: [string, string, string]): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${JSON.stringify(key)}, 0))`;
}

function toWhere(
  { id, userId, target, connectorIds, status }: ConnectionFilter,
  now: Date,
): Prisma.ConnectionWhereInput {
  return {
    ...(id === undefined ? {} : { id }),
    ...(userId === undefined ? {} : { userId }),
    ...(target === undefined ? {} : { connector: { target } }),
    ...(connectorIds === undefined ? {} : { connectorId: { in: [...connectorIds] } }),
    ...byStatus(status, now),
  };
}

function byStatus(status: string | undefined, now: Date): Prisma.ConnectionWhereInput {
  if (status === 'inactive') return { tokenSet: null };
  if (status === 'expired') return { tokenSet: { expiresAt: { lte: now } } };
  if (status === 'active') return { tokenSet: { OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] } };
  return {};
}
