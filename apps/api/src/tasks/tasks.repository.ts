import { Injectable } from '@nestjs/common';
import {
  pageFilter,
  pageOf,
  Prisma,
  PrismaService,
  storable,
  type ListedPage,
  type PageRequest,
  type Transaction,
} from '../platform/index.js';
import { OPEN, type Task, type TaskError, type TaskEvent, type TaskStatus } from './task.js';

export interface NewTask extends Omit<
  Task,
  'attempts' | 'createdAt' | 'sentAt' | 'startedAt' | 'finishedAt' | 'output' | 'error'
> {
  readonly idempotencyKey?: string | undefined;
  readonly requestHash: Uint8Array;
}

export interface TaskChange {
  readonly status: TaskStatus;
  readonly message: string;
  readonly output?: unknown;
  readonly error?: TaskError | null;
  readonly attempts?: number;
  readonly sentAt?: Date | null;
  readonly startedAt?: Date;
  readonly finishedAt?: Date | null;
  readonly keyId?: string | undefined;
}

export interface TaskFilter {
  readonly userId?: string | undefined;
  readonly status?: TaskStatus | undefined;
  readonly action?: string | undefined;
  readonly callerType?: string | undefined;
  readonly callerId?: string | undefined;
}

const SORTABLE = ['id', 'createdAt', 'startedAt', 'finishedAt', 'status', 'action', 'userId'];

@Injectable()
export class TasksRepository {
  constructor(private readonly prisma: PrismaService) {}

  inTransaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.prisma.transaction(work);
  }

  /** @returns false when this caller has used the idempotency key before */
  create(task: NewTask, record: (tx: Transaction) => Promise<unknown>): Promise<boolean> {
    const { input, requestHash, ...row } = task;
    return this.prisma.transactionIfNew(async (tx) => {
      await tx.task.create({
        data: {
          ...row,
          agentId: row.callerType === 'agent' ? row.callerId : null,
          input: input as Prisma.InputJsonValue,
          requestHash: Uint8Array.from(requestHash),
          events: {
            create: { status: row.status, message: row.status === 'scheduled' ? 'Scheduled.' : 'Queued.' },
          },
        },
      });
      await record(tx);
    });
  }

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

  async find(id: string): Promise<Task | undefined> {
    const row = await this.prisma.task.findUnique({ where: { id } });
    return row ? toTask(row) : undefined;
  }

  /** Moves a task on if its status is still one of `from`, and writes the line of its story. */
  async move(
    id: string,
    from: readonly TaskStatus[],
    change: TaskChange,
    tx?: Transaction,
  ): Promise<boolean> {
    if (tx) return moveIn(tx, id, from, change);
    return this.prisma.transaction((own) => moveIn(own, id, from, change));
  }

  /**
   * Moves all tasks of an agent, or of one of its keys, as `move` does one.
   * @returns them
   */
  async moveAllOf(
    tx: Transaction,
    { agentId, keyId }: { readonly agentId: string; readonly keyId?: string | undefined },
    from: readonly TaskStatus[],
    { message, ...change }: Pick<TaskChange, 'status' | 'message' | 'finishedAt'>,
  ): Promise<Task[]> {
    const rows = await tx.task.updateManyAndReturn({
      where: { agentId, status: { in: [...from] }, ...(keyId === undefined ? {} : { keyId }) },
      data: change,
    });
    const data = rows.map(({ id }) => ({ taskId: id, status: change.status, message }));
    await tx.taskEvent.createMany({ data });
    return rows.map(toTask);
  }

  /** How many tasks of a caller are open. Those who ask for the same caller wait for one another's transactions. */
  async countOpen(
    tx: Transaction,
    { callerType, callerId }: Pick<Task, 'callerType' | 'callerId'>,
  ): Promise<number> {
    const name = `valetkey tasks of ${callerType} ${callerId}`;
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))::text`;
    return tx.task.count({ where: { callerType, callerId, status: { in: [...OPEN] } } });
  }

  /** Write-ahead: from now on something may have been sent. */
  async noteSent(id: string, sentAt: Date | null): Promise<void> {
    await this.prisma.task.update({ where: { id }, data: { sentAt } });
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
    const where = { ...defined(filter), ...(before === undefined ? {} : { id: { lt: before } }) };
    return (await this.prisma.task.findMany({ where, orderBy: { id: 'desc' }, take: limit })).map(toTask);
  }

  async listTasks(page: PageRequest): Promise<ListedPage<Task>> {
    const where = pageFilter(page, { equal: ['userId', 'status', 'action', 'agentId', 'connectionId'] });
    const { rows, total } = await pageOf(page, {
      findMany: (slice) => this.prisma.task.findMany({ where, ...slice }),
      count: () => this.prisma.task.count({ where }),
      sortable: SORTABLE,
    });
    return { rows: rows.map(toTask), total };
  }

  async countByStatus(): Promise<Partial<Record<TaskStatus, number>>> {
    const groups = await this.prisma.task.groupBy({ by: ['status'], _count: { _all: true } });
    return Object.fromEntries(groups.map(({ status, _count }) => [status, _count._all]));
  }

  /** Tasks that somebody should be working on: for making sure that each has its job. */
  async underway(createdBefore: Date, limit: number): Promise<Task[]> {
    const where = { status: { in: ['queued', 'running', 'scheduled'] }, createdAt: { lt: createdBefore } };
    return (await this.prisma.task.findMany({ where, orderBy: { createdAt: 'asc' }, take: limit })).map(
      toTask,
    );
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

async function moveIn(
  tx: Transaction,
  id: string,
  from: readonly TaskStatus[],
  change: TaskChange,
): Promise<boolean> {
  const { message, output, error, ...rest } = change;
  const { count } = await tx.task.updateMany({
    where: { id, status: { in: [...from] } },
    data: {
      ...rest,
      ...(output === undefined ? {} : { output: storable(output) as Prisma.InputJsonValue }),
      ...(error === undefined
        ? {}
        : { error: error === null ? Prisma.DbNull : (error as unknown as Prisma.InputJsonObject) }),
    },
  });
  if (count > 0) await tx.taskEvent.create({ data: { taskId: id, status: change.status, message } });
  return count > 0;
}

function defined(members: object): Record<string, string> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >;
}

function toTask(row: Prisma.TaskModel): Task {
  return {
    id: row.id,
    userId: row.userId,
    callerType: row.callerType as Task['callerType'],
    callerId: row.callerId,
    keyId: row.keyId ?? undefined,
    action: row.action,
    connectionId: row.connectionId ?? undefined,
    input: row.input,
    status: row.status as TaskStatus,
    output: row.output ?? undefined,
    error: (row.error as TaskError | null) ?? undefined,
    effectId: row.effectId,
    sentAt: row.sentAt ?? undefined,
    attempts: row.attempts,
    createdAt: row.createdAt,
    runAt: row.runAt ?? undefined,
    startedAt: row.startedAt ?? undefined,
    finishedAt: row.finishedAt ?? undefined,
  };
}
