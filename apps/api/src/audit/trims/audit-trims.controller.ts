import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import {
  AllowCallers,
  CurrentCaller,
  CurrentTrace,
  inputDate,
  inputTime,
  Documented,
  DocumentedUnder,
  notFound,
  pageQuery,
  requireOwner,
  StepUp,
  sendPage,
  type Caller,
  type PageRequest,
  type RequestTrace,
} from '../../platform/index.js';
import { actorOf } from '../audit-actor.js';
import { Audits, AuditsNothing } from '../audited.js';
import type { AuditTrim } from './audit-trim.js';
import { AuditTrims } from './audit-trims.js';

const trimBody = z.strictObject({
  before: z
    .union([inputTime({ offset: true }), inputDate()], {
      error: 'must be a day, such as 2026-01-01, or a time with its zone',
    })
    .describe('A time or a day: whole months (UTC) that had ended by then are let go.'),
});

const trimView = z.object({
  id: z.string().describe('The position of the last event that is let go.'),
  status: z.enum(['running', 'finished']),
  throughSeq: z.int(),
  throughHash: z.string().describe('Its hash, hex: the log goes on from there.'),
  events: z.int().describe('How many are let go.'),
  before: z.iso.datetime().describe('They were recorded before this.'),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().optional(),
});

@DocumentedUnder('audit')
@AllowCallers('operator')
@AuditsNothing('shows what is stored; it changes nothing and calls nobody')
@Controller('v1/operator/audit-trims')
export class AuditTrimsController {
  constructor(private readonly trims: AuditTrims) {}

  @Audits('audit_log.trimmed')
  @Post()
  @StepUp()
  @Documented({
    summary: 'Let go of old months of the audit log; a worker does it',
    description:
      'Only what every anchor and witness vouches for and every sink has. A signed event says where the log begins from then on, so that it still verifies.',
    status: 201,
    answer: trimView,
    problems: [
      'owner_required',
      'nothing_to_trim',
      'trim_running',
      'audit_not_anchored',
      'audit_not_forwarded',
    ],
  })
  async start(
    @Body({ schema: trimBody }) { before }: z.output<typeof trimBody>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    requireOwner(caller);
    return viewTrim(await this.trims.start(new Date(before), { actor: actorOf(caller), trace }));
  }

  @Get()
  @Documented({ summary: 'List what was let go of the audit log, newest first', answer: trimView.array() })
  async listTrims(
    @Query({ schema: pageQuery }) page: PageRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return sendPage(reply, 'audit-trims', page, await this.trims.listTrims(page)).map(viewTrim);
  }

  @Get(':id')
  @Documented({ summary: 'Read one trim', answer: trimView })
  async getTrim(@Param('id') id: string) {
    if (!/^\d{1,18}$/.test(id)) throw notFound('trim');
    return viewTrim(await this.trims.getTrim(BigInt(id)));
  }
}

function viewTrim(trim: AuditTrim): z.output<typeof trimView> {
  return {
    id: trim.throughSeq.toString(),
    status: trim.finishedAt ? 'finished' : 'running',
    throughSeq: Number(trim.throughSeq),
    throughHash: trim.throughHash,
    events: Number(trim.events),
    before: trim.before.toISOString(),
    startedAt: trim.startedAt.toISOString(),
    finishedAt: trim.finishedAt?.toISOString(),
  };
}
