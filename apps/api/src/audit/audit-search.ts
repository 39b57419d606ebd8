import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import {
  cursorPage,
  invalidInput,
  notFound,
  readCursor,
  textFilter,
  type CursorPage,
  type PageRequest,
} from '../platform/index.js';
import type { AuditEvent } from './audit-event.js';
import { AuditRepository, type AuditFilter } from './audit.repository.js';
import type { auditQuery } from './audit.schemas.js';
import { CallEvents } from './call-events.js';

/**
 * Reads the log; what a caller may see is a filter that the caller cannot widen. Lists show every call that this process
 * has answered before, outcome included.
 */
@Injectable()
export class AuditSearch {
  constructor(
    private readonly repository: AuditRepository,
    private readonly calls: CallEvents,
  ) {}

  async byCursor(query: z.output<typeof auditQuery>, visible: AuditFilter): Promise<CursorPage<AuditEvent>> {
    const { cursor, limit, from, to, ...equal } = query;
    const filter = { ...equal, ...visible, from: toDate(from), to: toDate(to) };
    const key = readCursor(cursor);
    if (key !== undefined && !/^\d+$/.test(key))
      throw invalidInput('cursor: is not one that this list gave out');
    await this.calls.settled();
    const rows = await this.repository.newest(filter, key === undefined ? undefined : BigInt(key), limit + 1);
    return cursorPage(rows, limit, ({ seq }) => seq.toString());
  }

  async byPage(page: PageRequest): Promise<{ rows: AuditEvent[]; total: number }> {
    await this.calls.settled();
    const names = [
      'userId',
      'agentId',
      'connectionId',
      'taskId',
      'action',
      'type',
      'outcome',
      'target',
    ] as const;
    const equal = Object.fromEntries(names.map((name) => [name, textFilter(page, name)]));
    const time = (name: string) => toDate(textFilter(page, name));
    return this.repository.page({ ...equal, from: time('from'), to: time('to') }, page);
  }

  async get(id: string): Promise<AuditEvent> {
    const event = await this.repository.find(id);
    if (!event) throw notFound('audit event');
    return event;
  }

  /** How many events were recorded at or after `at`. */
  countSince(at: Date): Promise<number> {
    return this.repository.countSince(at);
  }
}

function toDate(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw invalidInput('from, to: must be times in ISO 8601');
  return date;
}
