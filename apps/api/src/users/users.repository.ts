import { Injectable } from '@nestjs/common';
import {
  pageFilter,
  pageOf,
  Prisma,
  PrismaService,
  type ListedPage,
  type PageRequest,
  type Transaction,
} from '../platform/index.js';

export interface User {
  readonly id: string;
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly createdAt: Date;
  readonly lastSeenAt?: Date | undefined;
}

export interface UserWithCount extends User {
  readonly connectionCount: number;
}

const SORTABLE = ['id', 'name', 'email', 'createdAt', 'lastSeenAt'];

@Injectable()
export class UsersRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** Makes the user known; an existing one stays as it is, but for a name or e-mail that is given. */
  async ensure(
    id: string,
    profile: { name?: string | undefined; email?: string | undefined },
  ): Promise<void> {
    await this.add(id);
    const given = Object.fromEntries(Object.entries(profile).filter(([, value]) => value !== undefined));
    if (Object.keys(given).length > 0) await this.prisma.user.update({ where: { id }, data: given });
  }

  /** @returns false when the user is there already; waits for a deletion that is under way */
  async add(id: string): Promise<boolean> {
    return (await this.prisma.user.createMany({ data: [{ id }], skipDuplicates: true })).count > 0;
  }

  /** Deletes a user who was just added and has nothing yet. */
  async undoInsert(id: string): Promise<void> {
    await this.prisma.user.deleteMany({
      where: { id, connections: { none: {} }, authorizations: { none: {} }, tasks: { none: {} } },
    });
  }

  /** Notes when users were last here, by id. @returns the ids of those who are known */
  async seen(times: ReadonlyMap<string, Date>): Promise<string[]> {
    const rows = await this.prisma.$queryRaw<{ id: string }[]>`
      UPDATE "users" SET "last_seen_at" = "seen"."at"
      FROM unnest(${[...times.keys()]}::text[], ${[...times.values()]}::timestamptz[]) AS "seen" ("id", "at")
      WHERE "users"."id" = "seen"."id" RETURNING "users"."id"`;
    return rows.map(({ id }) => id);
  }

  async findUser(id: string): Promise<UserWithCount | undefined> {
    const row = await this.prisma.user.findUnique({ where: { id }, include: WITH_COUNT });
    return row ? toUser(row) : undefined;
  }

  /** Deletes the user and, by cascade, their connections, authorizations and tasks. */
  async remove(tx: Transaction, id: string): Promise<boolean> {
    return (await tx.user.deleteMany({ where: { id } })).count > 0;
  }

  count(): Promise<number> {
    return this.prisma.user.count();
  }

  listUsers(page: PageRequest): Promise<ListedPage<UserWithCount>> {
    const where = pageFilter(page, { searched: ['id', 'name', 'email'] });
    return pageOf(page, {
      findMany: (slice) => this.prisma.user.findMany({ where, include: WITH_COUNT, ...slice }),
      count: () => this.prisma.user.count({ where }),
      sortable: SORTABLE,
      as: toUser,
    });
  }
}

const WITH_COUNT = { _count: { select: { connections: true } } } as const;

function toUser({ _count, ...row }: Prisma.UserGetPayload<{ include: typeof WITH_COUNT }>): UserWithCount {
  return {
    id: row.id,
    name: row.name ?? undefined,
    email: row.email ?? undefined,
    createdAt: row.createdAt,
    lastSeenAt: row.lastSeenAt ?? undefined,
    connectionCount: _count.connections,
  };
}
