import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { Audit, actorOf, type AuditType } from '../audit/index.js';
import { principalOf } from '../gateway/index.js';
import {
  Clock,
  newId,
  notFound,
  ownRows,
  Problem,
  sameSecret,
  visiblePage,
  type Caller,
  type CursorPage,
  type ListedPage,
  type MayShow,
  type PageRequest,
  type RequestTrace,
  type Transaction,
} from '../platform/index.js';
import { hashOfRequest, TasksService } from '../tasks/index.js';
import { nextRun } from './cron.js';
import type { Schedule } from './schedule.js';
import type { newSchedule, scheduleChange } from './schedules.schemas.js';
import {
  SchedulesRepository,
  type NewSchedule,
  type ScheduleFilter,
  type ScheduleRow,
} from './schedules.repository.js';

/** Each is looked at whenever it is due. */
const MOST_SCHEDULES = 200;

type ScheduleRequest = z.output<typeof newSchedule>;
type ScheduleChange = z.output<typeof scheduleChange>;

interface RecordedChange {
  readonly type: AuditType;
  readonly caller: Caller;
  readonly trace: RequestTrace;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Which page of a list, and which of its rows may be shown. */
interface ScheduleListing {
  readonly cursor: string | undefined;
  readonly limit: number;
  readonly mayShow?: MayShow | undefined;
}

/** The schedules of agents and users: made, changed, paused. What they ask for is judged now, and again at each run. */
@Injectable()
export class SchedulesService {
  constructor(
    private readonly rows: SchedulesRepository,
    private readonly tasks: TasksService,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws Problem as a task's checks do; 409 `too_many_schedules`; 422 `idempotency_key_reused` for another body under
   *   the same key
   */
  async create(
    request: ScheduleRequest,
    idempotencyKey: string | undefined,
    caller: Caller,
    trace: RequestTrace,
  ): Promise<Schedule> {
    const schedule = await this.newSchedule(request, idempotencyKey, caller, trace);
    const { id, callerType, callerId, requestHash } = schedule;
    const known = idempotencyKey && (await this.rows.findByKey(callerType, callerId, idempotencyKey));
    if (!known) {
      if ((await this.rows.countOf(schedule)) >= MOST_SCHEDULES)
        throw new Problem('too_many_schedules', { caller: callerType, most: MOST_SCHEDULES });
      const isNew = await this.rows.createIfNew(async (tx) => {
        await this.rows.create(tx, schedule);
        await this.record(tx, schedule, { type: 'schedule.created', caller, trace });
      });
      if (isNew) return this.getSchedule(id, caller);
    }
    const same = idempotencyKey && (await this.rows.findByKey(callerType, callerId, idempotencyKey));
    if (same && sameSecret(same.requestHash, requestHash)) return same;
    throw new Problem('idempotency_key_reused');
  }

  private async newSchedule(
    request: ScheduleRequest,
    idempotencyKey: string | undefined,
    caller: Caller,
    trace: RequestTrace,
  ): Promise<NewSchedule> {
    const { type: callerType, id: callerId } = principalOf(caller);
    const asked = { ...request, action: await this.tasks.check(request, principalOf(caller), trace) };
    return {
      ...asked,
      id: newId('sch'),
      callerType,
      callerId,
      agentId: agentOf(caller),
      keyId: caller.type === 'agent' ? caller.keyId : undefined,
      nextRunAt: nextRun(asked.cron, asked.timeZone, this.clock.date()),
      idempotencyKey,
      requestHash: hashOfRequest(asked),
    };
  }

  /**
   * Its content is changed by the one who made it; others may pause and resume it.
   * @throws Problem 404; 403 `not_your_schedule`; as a task's checks do
   */
  async update(id: string, change: ScheduleChange, caller: Caller, trace: RequestTrace): Promise<Schedule> {
    const before = await this.getSchedule(id, caller);
    const { paused, ...content } = change;
    const isOwn = before.callerType === caller.type && before.callerId === caller.id;
    if (Object.keys(content).length > 0) {
      if (!isOwn) throw new Problem('not_your_schedule').asDenial(before.userId);
      const { userId, action, input, connectionId = undefined } = { ...before, ...withoutNull(content) };
      const named = content.connectionId === null ? undefined : connectionId;
      await this.tasks.check({ userId, action, input, connectionId: named }, principalOf(caller), trace);
    }
    const row = this.rowOf(before, change, caller);
    await this.rows.inTransaction(async (tx) => {
      await this.rows.update(tx, id, row);
      const changed = { changed: Object.keys(change), ...(paused === undefined ? {} : { paused }) };
      await this.record(tx, before, { type: 'schedule.updated', caller, trace, detail: changed });
    });
    return this.getSchedule(id, caller);
  }

  /** With no further run; tasks that its runs have become stay. @throws Problem 404 */
  async delete(id: string, caller: Caller, trace: RequestTrace): Promise<void> {
    const schedule = await this.getSchedule(id, caller);
    await this.rows.inTransaction(async (tx) => {
      if (!(await this.rows.delete(tx, id))) throw notFound('schedule');
      await this.record(tx, schedule, { type: 'schedule.deleted', caller, trace });
    });
  }

  /** @throws Problem 404 when there is none, or when it is not the caller's to see */
  async getSchedule(id: string, caller: Caller): Promise<Schedule> {
    const schedule = await this.rows.findSchedule(id);
    if (!schedule || !isVisible(schedule, caller)) throw notFound('schedule');
    return schedule;
  }

  list(
    filter: ScheduleFilter & { readonly isPaused?: boolean | undefined },
    { cursor, limit, mayShow }: ScheduleListing,
    caller: Caller,
  ): Promise<CursorPage<Schedule>> {
    const read = (before: string | undefined, count: number) =>
      this.rows.newest({ ...filter, ...ownRows(caller) }, before, count);
    const subjectOf = ({ userId }: Schedule) => ({ userId });
    return visiblePage({ read, keyOf: ({ id }) => id, subjectOf }, cursor, limit, mayShow);
  }

  listSchedules(page: PageRequest): Promise<ListedPage<Schedule>> {
    return this.rows.listSchedules(page);
  }

  /** The columns that change. Whatever moves a run, and every resumption, sets the next one anew. */
  private rowOf(before: Schedule, { paused, ...content }: ScheduleChange, caller: Caller): ScheduleRow {
    const now = this.clock.date();
    const { cron = before.cron, timeZone = before.timeZone } = content;
    const isPaused = paused ?? before.pausedAt !== undefined;
    const wasPaused = before.pausedAt !== undefined;
    const isMoved = cron !== before.cron || timeZone !== before.timeZone || isPaused !== wasPaused;
    return {
      ...content,
      ...(isMoved ? { nextRunAt: isPaused ? null : nextRun(cron, timeZone, now) } : {}),
      ...(isPaused === wasPaused
        ? {}
        : { pausedAt: isPaused ? now : null, pausedReason: isPaused ? ('requested' as const) : null }),
      ...(!isPaused && caller.type === 'agent' ? { keyId: caller.keyId } : {}),
    };
  }

  private record(
    tx: Transaction,
    schedule: Pick<Schedule, 'id' | 'userId' | 'agentId' | 'action' | 'connectionId'>,
    { type, caller, trace, detail }: RecordedChange,
  ): Promise<unknown> {
    const { id: scheduleId, userId, agentId, action, connectionId } = schedule;
    return this.audit.recordIn(tx, {
      type,
      outcome: 'succeeded',
      actor: actorOf(caller),
      userId,
      agentId,
      connectionId,
      action,
      ...trace,
      detail: { scheduleId, ...detail },
    });
  }
}

/** The agent whose end is that of what the caller leaves for later. */
function agentOf(caller: Caller): string | undefined {
  if (caller.type === 'agent') return caller.id;
  return caller.type === 'user' ? caller.mintedBy : undefined;
}

function withoutNull<T extends object>(members: T): { [Name in keyof T]: Exclude<T[Name], null> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null)) as never;
}

function isVisible({ userId, callerType, callerId }: Schedule, caller: Caller): boolean {
  if (caller.type === 'operator') return true;
  if (caller.type === 'user') return userId === caller.id;
  return callerType === 'agent' && callerId === caller.id;
}
