import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import {
  cursorOf,
  invalidInput,
  notFound,
  readCursor,
  textFilter,
  type CursorPage,
  type MayShow,
  type PageRequest,
} from '../../platform/index.js';
import type { AuditEvent } from '../audit-event.js';
import type {
  AuditFacets,
  AuditFilter,
  AuditIntent,
  AuditPage,
  LogPosition,
  AuditPosition,
  AuditWindow,
} from './audit-filter.js';
import { AuditSearchRepository } from './audit-search.repository.js';
import { LOOKED_AT } from './audit-search-sql.repository.js';
import { AuditRepository } from '../audit.repository.js';
import { auditFilterQuery, type auditQuery } from '../audit.schemas.js';
import { CallEvents } from '../call-events.js';
import { Sequencer } from '../sequencer.js';

/** Steps per page when not all events may be shown; after them the page is short and its cursor goes on. */
const MOST_STEPS = 10;

/** One page for the dashboard; `total` is known when it is small. */
export interface OperatorAuditPage {
  readonly rows: AuditEvent[];
  readonly total: number | undefined;
  readonly nextCursor?: string;
}

/**
 * Reads the log; a filter that the caller cannot widen limits what the caller sees. Lists show every call that this
 * process has answered before, outcome included.
 */
@Injectable()
export class AuditSearch {
  constructor(
    private readonly repository: AuditRepository,
    private readonly steps: AuditSearchRepository,
    private readonly calls: CallEvents,
    private readonly sequencer: Sequencer,
  ) {}

  /** @param mayShow decides about the events of a user; events without a user are shown */
  async byCursor(
    query: z.output<typeof auditQuery>,
    visible: AuditFilter,
    mayShow?: MayShow,
  ): Promise<CursorPage<AuditEvent>> {
    await this.settled();
    const { cursor, limit, ...asked } = query;
    const filter = { ...readAuditFilter(asked), ...visible };
    const data: AuditEvent[] = [];
    let position = positionOf('newest_first', cursor);
    for (let steps = 0; ; steps++) {
      const { events, reached } = await this.step(filter, position, limit - data.length);
      for (const event of events)
        if (event.userId === undefined || !mayShow || (await mayShow({ userId: event.userId })))
          data.push(event);
      if (!mayShow || data.length === limit || reached === undefined || steps === MOST_STEPS)
        return { data, ...cursorAt(reached) };
      position = { ...position, after: reached };
    }
  }

  /** The page older than one cursor, or newer than the other; without a cursor the newest. */
  async window(
    filter: AuditFilter,
    { older, newer }: { readonly older?: string | undefined; readonly newer?: string | undefined },
    limit: number,
  ): Promise<AuditWindow> {
    await this.settled();
    if (newer !== undefined) {
      const { events, reached } = await this.step(filter, positionOf('oldest_first', newer), limit);
      // A page that reaches the newest event is short; the first page, a full one, is shown instead.
      if (reached !== undefined)
        return { events: events.reverse(), older: lastOf(events) ?? newer, newer: cursorTo(reached) };
    }
    const { events, reached } = await this.step(filter, positionOf('newest_first', older), limit);
    const [first] = events;
    return {
      events,
      ...(older === undefined ? {} : { newer: first ? cursorTo(first) : older }),
      ...(reached === undefined ? {} : { older: cursorTo(reached) }),
    };
  }

  /** The agents and targets among the newest events of a search. */
  facets(filter: AuditFilter): Promise<AuditFacets> {
    return this.steps.facets(filter);
  }

  /** Which of these intents of a user have ended, by id, however many events stand between. */
  async ended(userId: string, intents: readonly AuditIntent[]): Promise<Set<string>> {
    return new Set(await this.steps.ended(userId, intents));
  }

  /** react-admin's range, or, with a cursor, what follows it. @throws Problem 400 for a range that reaches too far */
  async byPage(page: PageRequest, cursor: string | undefined): Promise<OperatorAuditPage> {
    await this.settled();
    const filter = readAuditFilter(textFilters(page));
    const direction = page.sort?.direction === 'asc' ? 'oldest_first' : 'newest_first';
    if (cursor !== undefined) {
      const { events, reached } = await this.step(filter, positionOf(direction, cursor), page.take);
      return { rows: events, total: undefined, ...cursorAt(reached) };
    }
    if (page.skip + page.take > LOOKED_AT)
      throw invalidInput(
        `range: reaches further than ${LOOKED_AT} events; narrow the time, or page by Valetkey-Next-Cursor`,
      );
    const first = await this.steps.step(filter, { direction }, page.skip + page.take);
    const [rows, total] = await Promise.all([
      this.repository.at(first.positions.slice(page.skip)),
      first.reached === undefined ? first.positions.length : this.steps.count(filter),
    ]);
    return { rows, total, ...cursorAt(first.reached) };
  }

  /** One step of a search; see {@link AuditPage}. */
  async step(filter: AuditFilter, position: AuditPosition, limit: number): Promise<AuditPage> {
    const { positions, reached } = await this.steps.step(filter, position, limit);
    return { events: await this.repository.at(positions), reached };
  }

  /** @throws Problem 404 */
  async getEvent(id: string): Promise<AuditEvent> {
    const event = await this.findEvent(id);
    if (!event) throw notFound('audit event');
    return event;
  }

  async findEvent(id: string): Promise<AuditEvent | undefined> {
    const found = await this.repository.findEvent(id);
    if (found) return found;
    await this.settled();
    return this.repository.findEvent(id);
  }

  /** Until what this process has answered and what anybody has committed can be found. */
  async settled(): Promise<void> {
    await this.calls.settled();
    await this.sequencer.settled();
  }

  /** How many events were recorded at or after `at`. */
  countSince(at: Date): Promise<number> {
    return this.steps.countSince(at);
  }
}

/**
 * The filter of a query.
 * @throws Problem 400 for a combination that cannot match
 */
export function readAuditFilter(asked: Readonly<Record<string, string | undefined>>): AuditFilter {
  const read = auditFilterQuery.safeParse(asked);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw invalidInput(`${issue?.path.join('.') ?? 'filter'}: ${issue?.message ?? 'is not valid'}`);
  }
  const { from, to, ...equal } = read.data;
  return { ...equal, from: from ? new Date(from) : undefined, to: to ? new Date(to) : undefined };
}

function textFilters(page: PageRequest): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.keys(auditFilterQuery.shape).map((name) => [name, textFilter(page, name)]),
  );
}

function positionOf(direction: AuditPosition['direction'], cursor: string | undefined): AuditPosition {
  const key = readCursor(cursor);
  if (key === undefined) return { direction };
  const [, at, seq] = /^(\d{1,14})-(\d{1,18})$/.exec(key) ?? [];
  if (at === undefined || seq === undefined) throw invalidInput('cursor: is not one that this list gave out');
  return { direction, after: { at: new Date(Number(at)), seq: BigInt(seq) } };
}

function cursorAt(reached: LogPosition | undefined): { nextCursor?: string } {
  return reached === undefined ? {} : { nextCursor: cursorTo(reached) };
}

function cursorTo({ at, seq }: LogPosition): string {
  return cursorOf(`${at.getTime()}-${seq}`);
}

function lastOf(events: readonly AuditEvent[]): string | undefined {
  const last = events.at(-1);
  return last && cursorTo(last);
}
