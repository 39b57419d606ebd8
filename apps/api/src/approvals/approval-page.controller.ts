import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Audits, AuditsNothing } from '../audit/index.js';
import { HostedAnswers, UserSessions, Visitors } from '../authorizations/index.js';
import { approvalReason } from '../gateway/index.js';
import { CurrentTrace, Public, Undocumented, type CallerOf, type RequestTrace } from '../platform/index.js';
import { ApprovalDecisions, decisionSchema } from './approval-decisions.js';
import { renderApproval, renderApprovals } from './approval-page.html.js';
import { ApprovalReaders } from './approval-readers.js';
import { Approvals } from './approvals.js';
import { chosen, standingForm } from './standing/standing-form.js';
import { StandingApprovals } from './standing/standing-approvals.js';

/** The newest that one page shows. */
const MOST = 50;

/** An empty reason is none. */
const decisionForm = z
  .object({
    decision: z.enum(['approve', 'deny']),
    reason: z
      .string()
      .transform((text) => (text.trim() === '' ? undefined : text))
      .pipe(approvalReason.optional())
      .optional(),
    ...standingForm,
  })
  .transform(({ decision, reason, ...form }): z.input<typeof decisionSchema> =>
    decision === 'deny' ? { decision, reason } : { decision, reason, standing: chosen(form) },
  )
  .pipe(decisionSchema);

const BECAUSE = 'browsers come here by link; the page itself asks who they are, and the link decides nothing';

/** The hosted pages on which users decide. The session identifies the user; the link only says which approval. */
@Undocumented()
@Controller()
export class ApprovalPageController {
  constructor(
    private readonly approvals: Approvals,
    private readonly decisions: ApprovalDecisions,
    private readonly sessions: UserSessions,
    private readonly standing: StandingApprovals,
    private readonly readers: ApprovalReaders,
    private readonly visitors: Visitors,
    private readonly answers: HostedAnswers,
  ) {}

  @AuditsNothing('shows users what waits for their decision')
  @Get('connect/approvals')
  @Public(BECAUSE)
  list(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.asUser(request, reply, 'approvals', async (user) => {
      const { data } = await this.approvals.list({}, { cursor: undefined, limit: MOST }, user);
      const active = { cursor: undefined, limit: MOST };
      const { data: standing } = await this.standing.list({ status: 'active' }, active, user);
      const allowed = await this.readers.readStanding(standing);
      this.answers.send(reply, 200, renderApprovals(user.id, await this.readers.read(data), allowed));
    });
  }

  @AuditsNothing('shows users what waits for their decision')
  @Get('connect/approvals/:id')
  @Public(BECAUSE)
  show(@Param('id') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.asUser(request, reply, `approvals/${id}`, async (user) => {
      const [read] = await this.readers.read([await this.approvals.getApproval(id, user)]);
      if (read) this.answers.send(reply, 200, renderApproval(read));
    });
  }

  @Audits('approval.agreed', 'approval.decided', 'standing_approval.created', 'task.finished')
  @Post('connect/approvals/:id/decision')
  @Public('a form of our own page; the session says who decides')
  decide(
    @Param('id') id: string,
    @Body({ schema: decisionForm }) decision: z.output<typeof decisionForm>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @CurrentTrace() trace: RequestTrace,
  ): Promise<void> {
    return this.asUser(request, reply, `approvals/${id}`, async (user) => {
      this.sessions.requireOwnPage(request);
      await this.decisions.decide(id, decision, user, trace);
      void reply.redirect(`/connect/approvals/${id}`, 303);
    });
  }

  @Audits('standing_approval.ended')
  @Post('connect/standing-approvals/:id/end')
  @Public('a form of our own page; the session says who takes back')
  takeBack(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @CurrentTrace() trace: RequestTrace,
  ): Promise<void> {
    return this.asUser(request, reply, 'approvals', async (user) => {
      this.sessions.requireOwnPage(request);
      await this.standing.takeBack(id, user, trace);
      void reply.redirect('/connect/approvals', 303);
    });
  }

  private asUser(
    request: FastifyRequest,
    reply: FastifyReply,
    continuation: string,
    work: (user: CallerOf<'user'>) => Promise<void>,
  ): Promise<void> {
    const signIn = {
      continuation: /^approvals(\/apr_\w+)?$/.test(continuation) ? continuation : 'approvals',
      text: `This page shows you what agents want to do for you. Open it from ${this.answers.signedInApp}, so that we know that it is you.`,
      otherwise: 'You may have been here for more than ten minutes: then open it once more.',
    };
    return this.visitors.serve(request, reply, signIn, work);
  }
}
