import { Controller, Get, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import {
  AllowCallers,
  Clock,
  CurrentCaller,
  CurrentTrace,
  Documented,
  DocumentedUnder,
  OpenStreams,
  type Caller,
  type RequestTrace,
} from '../../platform/index.js';
import { AuditExport } from './audit-export.js';
import { readAuditFilter } from '../search/audit-search.js';
import { auditFilterQuery } from '../audit.schemas.js';
import { Audits } from '../audited.js';

const exportQuery = auditFilterQuery.extend({
  format: z
    .enum(['ndjson', 'csv'])
    .default('ndjson')
    .describe('ndjson can be verified without the server; csv is for reading.'),
});

/** NDJSON of one event, shortened. */
const LINES =
  '{"exportStart":{"edge":"","firstSeq":"1","fromSeq":"1"}}\n' +
  '{"seq":"1","id":"evt_01jd9z","at":"2026-11-22T09:30:00.000Z","type":"access_token.read","outcome":"succeeded","actor":{"type":"user","id":"ada"},"detail":{}}\n' +
  '{"exportEnd":{"checkpoint":"vault.example/audit\\n1\\n5a1c…","events":1,"lastSeq":"1"}}\n';
const CONTENT_TYPES = { ndjson: 'application/x-ndjson', csv: 'text/csv; charset=utf-8' };

@DocumentedUnder('audit')
@Controller('v1/operator/audit-events/export')
export class AuditExportController {
  constructor(
    private readonly exports: AuditExport,
    private readonly clock: Clock,
    private readonly streams: OpenStreams,
  ) {}

  @Get()
  @AllowCallers('operator')
  @Audits('audit_event.exported')
  @Documented({
    summary: 'Export audit events, oldest first, as a stream',
    description:
      'By the same filters as the lists. A line of NDJSON is an event in full, with salt and hash. First and last line are none: `exportStart` says where the log begins, `exportEnd` how many events there were, and, for the whole log, the signed checkpoint of its tree; by a filter, how many leaves of the tree were looked through (`treeSize`). Without that line the export is not whole. That and what is exported is recorded.',
    contentType: 'application/x-ndjson',
    example: LINES,
    problems: ['audit_unavailable'],
  })
  async export(
    @Query({ schema: exportQuery }) query: z.output<typeof exportQuery>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { format, ...asked } = query;
    // An export goes at the pace of its reader and holds a place in the log for as long.
    reply.raw.once('close', this.streams.enter(caller));
    const stream = await this.exports.open(format, readAuditFilter(asked), caller, trace);
    const day = this.clock.date().toISOString().slice(0, 10);
    void reply
      .headers({
        'content-type': CONTENT_TYPES[format],
        'content-disposition': `attachment; filename="valetkey-audit-${day}.${format}"`,
        'cache-control': 'no-store',
      })
      .send(stream);
  }
}
