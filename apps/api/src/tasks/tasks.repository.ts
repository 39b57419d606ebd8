import { Injectable } from '@nestjs/common';
import {
  pageFilter,
  pageOf,
  textFilter,
  Prisma,
  PrismaService,
  timeFilter,
  type ListedPage,
  type PageRequest,
  type Transaction,
} from '../platform/index.js';
import { CANCELABLE, type Task, type TaskEvent, type TaskStatus } from './task.js';
import type { TaskChange } from './task-move.js';
import { toTask } from './task-row.js';

export interface TaskFilter {
  readonly userId?: string | undefined;
  readonly status?: TaskStatus | undefined;
  readonly action?: string | undefined;
  readonly agentId?: string | undefined;
  readonly scheduleId?: string | undefined;
  /** Created at or after this time. */
  readonly from?: Date | undefined;
  /** Created before this time. */
  readonly to?: Date | undefined;
  readonly callerType?: string | undefined;
  readonly callerId?: string | undefined;
}

const SORTABLE = ['id', 'createdAt', 'startedAt', 'finishedAt', 'status', 'action', 'userId'];

@Injectable()
export class TasksRepository {
  constructor(private readonly prisma: PrismaService) {}

  async findByKey(
    callerType: string,
    callerId: string,
    idempotencyKey: string,
  ): Promise<(Task & { requestHash: Uint8Array }) | undefined> {
    const row = await this.prisma.task.findUnique({
      where: { callerType_callerId_idempotencyKey: { callerType, callerId, idempotencyKey } },
    });
    return row ? { ...toTask(row), requestHash: row.requestHash ?? new Uint8Array() } : undefined;
  }

  async findTask(id: string): Promise<Task | undefined> {
    const row = await this.prisma.task.findUnique({ where: { id } });
    return row ? toTask(row) : undefined;
  }

  /**
   * Moves all tasks of an agent, or of one of its keys, each with the line of its story.
   * @returns them
   */
  async moveAllOf(
    tx: Transaction,
    { agentId, keyId }: { readonly agentId: string; readonly keyId?: string | undefined },
    from: readonly TaskStatus[],
    { message, ...change }: Pick<TaskChange, 'status' | 'finishedAt'> & { readonly message: string },
  ): Promise<Task[]> {
    const rows = await tx.task.updateManyAndReturn({
      where: { agentId, status: { in: [...from] }, ...(keyId === undefined ? {} : { keyId }) },
      data: change,
    });
    const data = rows.map(({ id }) => ({ taskId: id, status: change.status, message }));
    await tx.taskEvent.createMany({ data });
    return rows.map(toTask);
  }

  async events(id: string, after: bigint): Promise<TaskEvent[]> {
    const rows = await this.prisma.taskEvent.findMany({
      where: { taskId: id, seq: { gt: after } },
      orderBy: { seq: 'asc' },
      take: 200,
    });
    return rows.map(({ seq, at, status, message }) => ({ seq, at, status: status as TaskStatus, message }));
  }

  async newest(filter: TaskFilter, before: string | undefined, limit: number): Promise<Task[]> {
    const where = { ...conditionOf(filter), ...(before === undefined ? {} : { id: { lt: before } }) };
    return (await this.prisma.task.findMany({ where, orderBy: { id: 'desc' }, take: limit })).map(toTask);
  }

  listTasks(page: PageRequest): Promise<ListedPage<Task>> {
    const where = {
      ...pageFilter(page, { equal: ['userId', 'status', 'action', 'agentId', 'connectionId', 'scheduleId'] }),
      ...conditionOf({ from: timeFilter(page, 'from'), to: timeFilter(page, 'to') }),
      ...codeOf(page),
    };
    return pageOf(page, {
      findMany: (slice) => this.prisma.task.findMany({ where, ...slice }),
      count: () => this.prisma.task.count({ where }),
      sortable: SORTABLE,
      as: toTask,
    });
  }

  /** The tasks of each user by their status. */
  async countByUser(
    filter: TaskFilter,
  ): Promise<{ readonly userId: string; readonly status: TaskStatus; readonly count: number }[]> {
    const groups = await this.prisma.task.groupBy({
      by: ['userId', 'status'],
      where: conditionOf(filter),
      _count: { _all: true },
    });
    return groups.map(({ userId, status, _count }) => ({
      userId,
      status: status as TaskStatus,
      count: _count._all,
    }));
  }

  /** Tasks whose deadline has passed before anything was sent, and that no worker has in hand. */
  async overdue(now: Date, limit: number): Promise<Task[]> {
    const rows = await this.prisma.task.findMany({
      where: { deadlineAt: { lte: now }, sentAt: null, finishedAt: null, status: { in: [...CANCELABLE] } },
      orderBy: { deadlineAt: 'asc' },
      take: limit,
    });
    return rows.map(toTask);
  }

  /** Of all tasks; of those with an unknown outcome, the ones that nobody has decided on. */
  async countByStatus(): Promise<Partial<Record<TaskStatus, number>>> {
    const groups = await this.prisma.task.groupBy({
      by: ['status'],
      where: { OR: [{ status: { not: 'outcome_unknown' } }, { outcomeDecision: { equals: Prisma.DbNull } }] },
      _count: { _all: true },
    });
    return Object.fromEntries(groups.map(({ status, _count }) => [status, _count._all]));
  }

  /**
   * Tasks that somebody should be working on and no job carries, the oldest first.
   * @param carried ids of the tasks whose jobs are known
   */
  async stranded(carried: readonly string[], createdBefore: Date, limit: number): Promise<Task[]> {
    const rows = await this.prisma.$queryRaw<{ id: string }[]>`
      SELECT t."id" FROM "tasks" t
      WHERE t."status" IN ('queued', 'running', 'scheduled') AND t."created_at" < ${createdBefore}
        AND NOT EXISTS (SELECT FROM unnest(${carried}::text[]) AS c (id) WHERE c.id = t."id")
      ORDER BY t."created_at" LIMIT ${limit}`;
    const where = { id: { in: rows.map(({ id }) => id) } };
    return (await this.prisma.task.findMany({ where })).map(toTask);
  }

  /** Waiting tasks whose user has got a token set since: a consent came in. */
  async authorized(limit: number): Promise<string[]> {
    const rows = await this.prisma.$queryRaw<{ id: string }[]>`
      SELECT t."id" FROM "tasks" t WHERE t."status" = 'waiting_for_authorization' AND EXISTS (
        SELECT 1 FROM "connections" c JOIN "token_sets" s ON s."connection_id" = c."id"
        WHERE c."user_id" = t."user_id" AND s."obtained_at" > t."started_at")
      ORDER BY t."created_at" LIMIT ${limit}`;
    return rows.map(({ id }) => id);
  }
}

/** Tasks that ended with a problem of this code. */
function codeOf(page: PageRequest): Prisma.TaskWhereInput {
  const code = textFilter(page, 'code');
  return code === undefined ? {} : { error: { path: ['code'], equals: code } };
}

/** The condition on the rows; a member that is `undefined` asks nothing. */
function conditionOf({ from, to, ...equal }: TaskFilter): Prisma.TaskWhereInput {
  const asked = Object.entries(equal).filter(([, value]) => value !== undefined);
  const times = { ...(from && { gte: from }), ...(to && { lt: to }) };
  return { ...Object.fromEntries(asked), ...(from || to ? { createdAt: times } : {}) };
}
