import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { Caller, RequestTrace } from '../../platform/index.js';
import { actorOf } from '../audit-actor.js';
import type { AuditEvent, AuditOutcome, NewAuditEvent } from '../audit-event.js';
import { auditCsv } from '../search/audit-csv.js';
import type { AuditFilter, ChainPosition } from '../search/audit-filter.js';
import { auditLine, auditRecord } from '../audit-record.js';
import { AuditSearch } from '../search/audit-search.js';
import { Audit } from '../audit.js';
import { exportEndLine, NO_EVENTS, type ExportEnd } from './export-end.js';

export type ExportFormat = 'ndjson' | 'csv';

const PAGE = 500;

/**
 * The log as a stream: oldest first, up to the event that was the newest when it began. Pages are read as fast as the
 * receiver takes them, so memory does not grow with the length of the log.
 */
@Injectable()
export class AuditExport {
  constructor(
    private readonly search: AuditSearch,
    private readonly audit: Audit,
  ) {}

  /**
   * Begins an export. Its beginning is recorded first, and its end, with the number of events, after. A receiver sees a
   * failure as a broken connection; a reader who has only the file sees it by the missing last line.
   */
  async open(
    format: ExportFormat,
    filter: AuditFilter,
    caller: Caller,
    trace: RequestTrace,
  ): Promise<Readable> {
    const newest = await this.search.newest();
    const { from, to, ...equal } = filter;
    const fact: Omit<NewAuditEvent, 'outcome'> = {
      type: 'audit_event.exported',
      actor: actorOf(caller),
      // A user or agent whose events are exported sees the event of the export.
      userId: filter.userId,
      ...trace,
      detail: {
        format,
        filter: { ...equal, from: from?.toISOString(), to: to?.toISOString() },
      },
    };
    await this.audit.record({ ...fact, outcome: 'intended' });
    return Readable.from(this.chunks(format, filter, newest, fact), { highWaterMark: 1 });
  }

  private async *chunks(
    format: ExportFormat,
    filter: AuditFilter,
    newest: ChainPosition,
    fact: Omit<NewAuditEvent, 'outcome'>,
  ): AsyncGenerator<string> {
    const write = format === 'csv' ? auditCsv() : writeLines;
    let end = NO_EVENTS;
    let outcome: AuditOutcome = 'failed';
    try {
      if (format === 'csv') yield write([]);
      for await (const page of this.pages(filter, newest)) {
        yield write(page);
        end = endAfter(page, end);
      }
      if (format === 'ndjson') yield `${exportEndLine(end)}\n`;
      outcome = 'succeeded';
    } finally {
      await this.audit.record({ ...fact, outcome, detail: { ...fact.detail, events: end.events } });
    }
  }

  private async *pages(filter: AuditFilter, newest: ChainPosition): AsyncGenerator<AuditEvent[]> {
    let after: ChainPosition | undefined;
    do {
      const { events, reached } = await this.search.step(filter, { direction: 'oldest_first', after }, PAGE);
      const wanted = events.filter(({ seq }) => seq <= newest.seq);
      if (wanted.length > 0) yield wanted;
      if (wanted.length < events.length) return;
      after = reached;
    } while (after !== undefined && after.seq < newest.seq);
  }
}

function endAfter(page: readonly AuditEvent[], before: ExportEnd): ExportEnd {
  const last = page.at(-1);
  if (!last) return before;
  const { seq, hash } = auditRecord(last);
  return { events: before.events + page.length, lastSeq: seq, lastHash: hash };
}

function writeLines(events: readonly AuditEvent[]): string {
  return events.map((event) => `${auditLine(auditRecord(event))}\n`).join('');
}
