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
import type { PausedReason, Schedule, ScheduleRun } from './schedule.js';

/** A schedule as it is made. */
export interface NewSchedule extends Omit<Schedule, 'createdAt' | 'lastRun' | 'pausedAt' | 'pausedReason'> {
  readonly idempotencyKey?: string | undefined;
  readonly requestHash: Uint8Array;
}

/** The columns that a change writes; `null` empties one. */
export interface ScheduleRow {
  readonly name?: string | null | undefined;
  readonly connectionId?: string | null | undefined;
  readonly input?: Readonly<Record<string, unknown>> | undefined;
  readonly priority?: number | undefined;
  readonly cron?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly missedRuns?: string | undefined;
  readonly keyId?: string | undefined;
  readonly pausedAt?: Date | null;
  readonly pausedReason?: PausedReason | null;
  readonly nextRunAt?: Date | null;
}

export interface ScheduleFilter {
  readonly userId?: string | undefined;
  readonly agentId?: string | undefined;
  readonly action?: string | undefined;
  readonly callerType?: string | undefined;
  readonly callerId?: string | undefined;
}

const SORTABLE = ['id', 'action', 'userId', 'nextRunAt', 'lastRunAt', 'createdAt'];

@Injectable()
export class SchedulesRepository extends TransactionalRepository {
  async create(tx: Transaction, { input, requestHash, ...row }: NewSchedule): Promise<void> {
    await tx.schedule.create({
      data: { ...row, input: input as Prisma.InputJsonObject, requestHash: Uint8Array.from(requestHash) },
    });
  }

  async update(tx: Transaction, id: string, { input, ...change }: ScheduleRow): Promise<void> {
    await tx.schedule.update({
      where: { id },
      data: {
        ...change,
        ...(input ? { input: input as Prisma.InputJsonObject } : {}),
      } as Prisma.ScheduleUpdateInput,
    });
  }

  /** @returns false when there is none */
  async delete(tx: Transaction, id: string): Promise<boolean> {
    return (await tx.schedule.deleteMany({ where: { id } })).count > 0;
  }

  /** Pauses all of an agent, or all that run under one of its keys. @returns those that it has paused */
  async pauseAllOf(
    tx: Transaction,
    { agentId, keyId }: { readonly agentId: string; readonly keyId?: string | undefined },
    pausedReason: PausedReason,
    pausedAt: Date,
  ): Promise<Schedule[]> {
    const rows = await tx.schedule.updateManyAndReturn({
      where: { agentId, pausedAt: null, ...(keyId === undefined ? {} : { keyId }) },
      data: { pausedAt, pausedReason, nextRunAt: null },
    });
    return rows.map(toSchedule);
  }

  async findSchedule(id: string): Promise<Schedule | undefined> {
    const row = await this.prisma.schedule.findUnique({ where: { id } });
    return row ? toSchedule(row) : undefined;
  }

  /** By the key under which its caller has asked for it. */
  async findByKey(
    callerType: string,
    callerId: string,
    idempotencyKey: string,
  ): Promise<(Schedule & { requestHash: Uint8Array }) | undefined> {
    const row = await this.prisma.schedule.findUnique({
      where: { callerType_callerId_idempotencyKey: { callerType, callerId, idempotencyKey } },
    });
    return row ? { ...toSchedule(row), requestHash: row.requestHash } : undefined;
  }

  countOf({ callerType, callerId }: Pick<Schedule, 'callerType' | 'callerId'>): Promise<number> {
    return this.prisma.schedule.count({ where: { callerType, callerId } });
  }

  /** Newest first, those before the id `before`. */
  async newest(
    { isPaused, ...equal }: ScheduleFilter & { readonly isPaused?: boolean | undefined },
    before: string | undefined,
    count: number,
  ): Promise<Schedule[]> {
    const rows = await this.prisma.schedule.findMany({
      where: {
        ...(equal as Prisma.ScheduleWhereInput),
        ...(isPaused === undefined ? {} : { pausedAt: isPaused ? { not: null } : null }),
        ...(before === undefined ? {} : { id: { lt: before } }),
      },
      orderBy: { id: 'desc' },
      take: count,
    });
    return rows.map(toSchedule);
  }

  listSchedules(page: PageRequest): Promise<ListedPage<Schedule>> {
    const where = pageFilter(page, { equal: ['userId', 'agentId', 'action'], searched: ['name', 'action'] });
    return pageOf(page, {
      findMany: (slice) => this.prisma.schedule.findMany({ where, ...slice }),
      count: () => this.prisma.schedule.count({ where }),
      sortable: SORTABLE,
      as: toSchedule,
    });
  }
}

/** A row as it is stored. */
export function toSchedule(row: Prisma.ScheduleModel): Schedule {
  const { lastRunAt, lastOutcome, lastTaskId, lastProblem } = row;
  return {
    id: row.id,
    userId: row.userId,
    callerType: row.callerType as Schedule['callerType'],
    callerId: row.callerId,
    agentId: row.agentId ?? undefined,
    keyId: row.keyId ?? undefined,
    name: row.name ?? undefined,
    action: row.action,
    connectionId: row.connectionId ?? undefined,
    input: row.input as Schedule['input'],
    priority: row.priority,
    cron: row.cron,
    timeZone: row.timeZone,
    missedRuns: row.missedRuns as Schedule['missedRuns'],
    pausedAt: row.pausedAt ?? undefined,
    pausedReason: (row.pausedReason as PausedReason | null) ?? undefined,
    nextRunAt: row.nextRunAt ?? undefined,
    lastRun: lastRunAt
      ? {
          scheduledFor: lastRunAt,
          outcome: lastOutcome as ScheduleRun['outcome'],
          taskId: lastTaskId ?? undefined,
          problem: (lastProblem as ScheduleRun['problem'] | null) ?? undefined,
        }
      : undefined,
    createdAt: row.createdAt,
  };
}
