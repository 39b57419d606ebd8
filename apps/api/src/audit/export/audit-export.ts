import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { exportEndLine, exportStartLine } from '@valetkey/audit-log';
import type { Caller, RequestTrace } from '../../platform/index.js';
import { actorOf } from '../audit-actor.js';
import type { AuditEvent, AuditOutcome, NewAuditEvent } from '../audit-event.js';
import { auditCsv } from '../search/audit-csv.js';
import type { AuditFilter, LogPosition } from '../search/audit-filter.js';
import { auditLine, auditRecord } from '../audit-record.js';
import { AuditRepository } from '../audit.repository.js';
import { AuditSearch } from '../search/audit-search.js';
import { Audit } from '../audit.js';
import { SignedTree, type NewestTree } from '../signed-tree.js';
import { StoredTree } from '../stored-tree.js';

export type ExportFormat = 'ndjson' | 'csv';

const PAGE = 500;

/** The newest event when an export began, and the tree that ends with it. */
interface Through {
  readonly seq: bigint;
  readonly treeSize: number;
  readonly checkpoint: string | undefined;
  readonly firstSeq: number;
}

/**
 * The log as a stream: oldest first, up to the event that was the newest when it began. Pages are read as fast as the
 * receiver takes them, so memory does not grow with the length of the log. The whole log, in the order of the tree and
 * under its checkpoint, can be verified without the server; what a filter lets through is in the order of lists, and the
 * last line says how large the tree was in which it was looked for.
 */
@Injectable()
export class AuditExport {
  constructor(
    private readonly search: AuditSearch,
    private readonly events: AuditRepository,
    private readonly signed: SignedTree,
    private readonly stored: StoredTree,
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
    await this.search.settled();
    const through = throughOf(await this.signed.newest());
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
    return Readable.from(this.chunks(format, filter, through, fact), { highWaterMark: 1 });
  }

  private async *chunks(
    format: ExportFormat,
    filter: AuditFilter,
    through: Through,
    fact: Omit<NewAuditEvent, 'outcome'>,
  ): AsyncGenerator<string> {
    const isWhole = Object.values(filter).every((value) => value === undefined);
    const write = format === 'csv' ? auditCsv() : writeLines;
    let events = 0;
    let last = 0n;
    let outcome: AuditOutcome = 'failed';
    try {
      yield format === 'csv' ? write([]) : await this.startLine(through);
      for await (const page of isWhole ? this.inTreeOrder(through.seq) : this.matching(filter, through.seq)) {
        yield write(page);
        events += page.length;
        last = page.at(-1)?.seq ?? last;
      }
      const { checkpoint, treeSize } = through;
      const end = { events, lastSeq: last.toString(), ...(isWhole ? { checkpoint } : { treeSize }) };
      if (format === 'ndjson') yield `${exportEndLine(end)}\n`;
      outcome = 'succeeded';
    } finally {
      await this.audit.record({ ...fact, outcome, detail: { ...fact.detail, events } });
    }
  }

  private async startLine({ firstSeq }: Through): Promise<string> {
    const [first] = await this.events.after(0n, 1);
    const fromSeq = Number(first?.seq ?? firstSeq);
    const edge = (await this.stored.edgeBefore(BigInt(fromSeq))).toString('hex');
    return `${exportStartLine({ firstSeq: String(firstSeq), fromSeq: String(fromSeq), edge })}\n`;
  }

  private async *inTreeOrder(through: bigint): AsyncGenerator<AuditEvent[]> {
    let after = 0n;
    while (after < through) {
      const events = await this.events.after(after, PAGE);
      const wanted = events.filter(({ seq }) => seq <= through);
      if (wanted.length > 0) yield wanted;
      if (wanted.length < PAGE) return;
      after = events.at(-1)?.seq ?? through;
    }
  }

  private async *matching(filter: AuditFilter, through: bigint): AsyncGenerator<AuditEvent[]> {
    let after: LogPosition | undefined;
    do {
      const { events, reached } = await this.search.step(
        filter,
        { direction: 'oldest_first', after, through },
        PAGE,
      );
      if (events.length > 0) yield events;
      after = reached;
    } while (after !== undefined);
  }
}

function throughOf({ firstSeq, size, note }: NewestTree): Through {
  return { firstSeq, seq: BigInt(firstSeq + size - 1), treeSize: size, checkpoint: note };
}

function writeLines(events: readonly AuditEvent[]): string {
  return events.map((event) => `${auditLine(auditRecord(event))}\n`).join('');
}
