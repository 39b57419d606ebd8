import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import {
  AllowCallers,
  Asks,
  CurrentCaller,
  CurrentMayShow,
  Documented,
  DocumentedUnder,
  pageRequest,
  sendPage,
  type Caller,
  type MayShow,
} from '../platform/index.js';
import { AuditSearch } from './search/audit-search.js';
import {
  auditEventView,
  auditPage,
  auditQuery,
  operatorAuditQuery,
  viewAuditEvent,
} from './audit.schemas.js';
import { viewFor, visibleTo } from './audit-views.js';
import { AuditsNothing } from './audited.js';

@DocumentedUnder('audit')
@AuditsNothing('shows what is stored; it changes nothing and calls nobody')
@Controller()
export class AuditController {
  constructor(private readonly search: AuditSearch) {}

  @Get('v1/audit-events')
  @Asks('audit.read', 'query')
  @AllowCallers('agent', 'user', 'operator')
  @Documented({
    summary: 'List audit events, newest first: own events for agents and users, all for operators',
    answer: auditPage,
  })
  async list(
    @Query({ schema: auditQuery }) query: z.output<typeof auditQuery>,
    @CurrentCaller() caller: Caller,
    @CurrentMayShow() mayShow?: MayShow,
  ) {
    const { data, ...rest } = await this.search.byCursor(query, visibleTo(caller), mayShow);
    return { data: data.map((event) => viewFor(caller, event)), ...rest };
  }

  @Get('v1/operator/audit-events')
  @AllowCallers('operator')
  @Documented({
    summary: 'List audit events for the dashboard',
    description:
      'The range reaches as far as the newest 10,000 events that the filter leads to. Beyond, and faster, each answer that more may follow carries the header Valetkey-Next-Cursor: sent back as cursor, it takes the place of the start of the range. The total in Content-Range is * when it is not known.',
    answer: auditEventView.array(),
  })
  async listEvents(
    @Query({ schema: operatorAuditQuery }) query: z.output<typeof operatorAuditQuery>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const page = pageRequest(query);
    const found = await this.search.byPage(page, query.cursor);
    if (found.nextCursor !== undefined) void reply.header('valetkey-next-cursor', found.nextCursor);
    return sendPage(reply, 'audit-events', page, found).map(viewAuditEvent);
  }

  @Get('v1/operator/audit-events/:id')
  @AllowCallers('operator')
  @Documented({ summary: 'Read one audit event', answer: auditEventView })
  async getEvent(@Param('id') id: string) {
    return viewAuditEvent(await this.search.getEvent(id));
  }
}
