import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import {
  AllowCallers,
  CurrentCaller,
  CurrentTrace,
  Documented,
  DocumentedUnder,
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
import type { AuditErasure } from './audit-erasure.js';
import { AuditErasures } from './audit-erasures.js';

const erasureBody = z.strictObject({ userId: z.string().min(1).max(255) });

const erasureView = z.object({
  id: z.string(),
  status: z
    .enum(['running', 'waiting', 'finished'])
    .describe(
      'waiting: everything so far is erased; a worker looks again, a minute after its last find and while tokens of theirs are being revoked.',
    ),
  erased: z.int().describe('Events whose personal part is gone.'),
  unconfirmedRevocations: z
    .int()
    .describe(
      'Token sets of the deleted user whose revocation was given up after a month: their provider never confirmed it. Our copies were deleted when the erasure finished, so it can no longer be tried again.',
    ),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().optional(),
});

@DocumentedUnder('audit')
@AllowCallers('operator')
@AuditsNothing('shows what is stored; it changes nothing and calls nobody')
@Controller('v1/operator/audit-erasures')
export class AuditErasuresController {
  constructor(private readonly erasures: AuditErasures) {}

  @Audits('audit_erasure.started')
  @Post()
  @StepUp()
  @Documented({
    summary: 'Erase a user from the audit log; a worker does it',
    description:
      'What the log says about them goes: their id, addresses, arguments and details. That something happened, when, by which agent and over which connection stays, and so does the proof of the log.',
    status: 201,
    answer: erasureView,
    problems: ['owner_required'],
  })
  async start(
    @Body({ schema: erasureBody }) { userId }: z.output<typeof erasureBody>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    requireOwner(caller);
    return viewErasure(await this.erasures.start(userId, { actor: actorOf(caller), trace }));
  }

  @Get()
  @Documented({ summary: 'List erasures, newest first; never of whom', answer: erasureView.array() })
  async listErasures(
    @Query({ schema: pageQuery }) page: PageRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return sendPage(reply, 'audit-erasures', page, await this.erasures.listErasures(page)).map(viewErasure);
  }

  @Get(':id')
  @Documented({ summary: 'Read one erasure', answer: erasureView })
  async getErasure(@Param('id') id: string) {
    return viewErasure(await this.erasures.getErasure(id));
  }
}

function viewErasure({ startedAt, finishedAt, ...erasure }: AuditErasure): z.output<typeof erasureView> {
  return { ...erasure, startedAt: startedAt.toISOString(), finishedAt: finishedAt?.toISOString() };
}
