import { Injectable } from '@nestjs/common';
import { Prisma, PrismaService } from '../../platform/index.js';
import type { TaskStatus } from '../task.js';

/** Statuses of tasks that need a person before they go on. */
export const DEAD_STATUSES = ['failed', 'outcome_unknown'] as const satisfies readonly TaskStatus[];

/** Which dead letters; a member that is left out asks nothing. */
export interface DeadLetterFilter {
  readonly status?: (typeof DEAD_STATUSES)[number] | undefined;
  readonly userId?: string | undefined;
  readonly agentId?: string | undefined;
  readonly action?: string | undefined;
  /** Empty: those that name no connection. */
  readonly target?: string | undefined;
  readonly code?: string | undefined;
  /** Ended at or after this time. */
  readonly from?: Date | undefined;
  /** Ended before this time. */
  readonly to?: Date | undefined;
}

export interface DeadLetterGroup {
  readonly status: (typeof DEAD_STATUSES)[number];
  readonly action: string;
  /** Of the connector whose connection the tasks name; none: they name none. */
  readonly target: string | null;
  readonly code: string;
  readonly detail: string;
  readonly tasks: number;
  readonly users: number;
  readonly oldest: Date;
  readonly newest: Date;
}

export interface DeadLetterCount {
  readonly tasks: number;
  readonly users: number;
}

const FROM = Prisma.sql`
  FROM "tasks" t LEFT JOIN "connections" c ON c."id" = t."connection_id"
  LEFT JOIN "connectors" k ON k."id" = c."connector_id"`;
const CODE = Prisma.sql`coalesce(t."error"->>'code', 'unknown')`;

/** Tasks that ended badly and on which nobody has decided. */
@Injectable()
export class DeadLettersRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** By status, action, connector and code of the problem, the largest first. */
  groups(filter: DeadLetterFilter, limit: number): Promise<DeadLetterGroup[]> {
    return this.prisma.$queryRaw`
      SELECT t."status", t."action", k."target", ${CODE} AS "code",
        (array_agg(t."error"->>'detail' ORDER BY t."finished_at" DESC))[1] AS "detail",
        count(*)::int AS "tasks", count(DISTINCT t."user_id")::int AS "users",
        min(t."finished_at") AS "oldest", max(t."finished_at") AS "newest"
      ${FROM} WHERE ${conditionOf(filter)}
      GROUP BY 1, 2, 3, 4 ORDER BY count(*) DESC, 2, 4, 1, 3 LIMIT ${limit}`;
  }

  async count(filter: DeadLetterFilter): Promise<DeadLetterCount> {
    const [row] = await this.prisma.$queryRaw<DeadLetterCount[]>`
      SELECT count(*)::int AS "tasks", count(DISTINCT t."user_id")::int AS "users"
      ${FROM} WHERE ${conditionOf(filter)}`;
    return row ?? { tasks: 0, users: 0 };
  }

  /** Ids of those that come after this one, in their order. */
  async idsAfter(filter: DeadLetterFilter, after: string, limit: number): Promise<string[]> {
    const rows = await this.prisma.$queryRaw<{ id: string }[]>`
      SELECT t."id" ${FROM} WHERE ${conditionOf(filter)} AND t."id" > ${after} ORDER BY t."id" LIMIT ${limit}`;
    return rows.map(({ id }) => id);
  }
}

function conditionOf(filter: DeadLetterFilter): Prisma.Sql {
  const { status, userId, agentId, action, target, code, from, to } = filter;
  const dead = Prisma.sql`(t."status" = 'failed' OR t."status" = 'outcome_unknown' AND t."outcome_decision" IS NULL)`;
  const asked = [
    status === undefined ? [] : [Prisma.sql`t."status" = ${status}`],
    userId === undefined ? [] : [Prisma.sql`t."user_id" = ${userId}`],
    agentId === undefined ? [] : [Prisma.sql`t."agent_id" = ${agentId}`],
    action === undefined ? [] : [Prisma.sql`t."action" = ${action}`],
    target === undefined ? [] : [Prisma.sql`coalesce(k."target", '') = ${target}`],
    code === undefined ? [] : [Prisma.sql`${CODE} = ${code}`],
    from === undefined ? [] : [Prisma.sql`t."finished_at" >= ${from}`],
    to === undefined ? [] : [Prisma.sql`t."finished_at" < ${to}`],
  ];
  return Prisma.join([dead, ...asked.flat()], ' AND ');
}
