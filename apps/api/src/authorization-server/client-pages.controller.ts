import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AgentsService, changedBy } from '../agents/index.js';
import { Audits, AuditsNothing } from '../audit/index.js';
import { HostedAnswers, UserSessions, Visitors } from '../authorizations/index.js';
import { SessionsService } from '../mcp/index.js';
import { CurrentTrace, Public, Undocumented, type RequestTrace } from '../platform/index.js';
import { ClientConsent } from './client-consent.js';
import { renderClients, renderLetIn } from './client-pages.html.js';

const names = z.string().max(100);
const decisionForm = z.discriminatedUnion('decision', [
  z.object({
    decision: z.literal('allow'),
    agent: names,
    // A form sends one checked box as text, several as a list, none not at all.
    providers: z.union([names.transform((one) => [one]), z.array(names).max(100)]).default([]),
    readOnly: z.literal('yes').optional(),
  }),
  z.object({ decision: z.literal('decline') }),
]);

const BECAUSE = 'browsers come here from the authorization endpoint; the page itself asks who they are';

/** The hosted pages on which users let clients of their own in, and end what they let them do. */
@Undocumented()
@Controller('connect/clients')
export class ClientPagesController {
  constructor(
    private readonly consent: ClientConsent,
    private readonly sessions: SessionsService,
    private readonly agents: AgentsService,
    private readonly users: UserSessions,
    private readonly visitors: Visitors,
    private readonly answers: HostedAnswers,
  ) {}

  @AuditsNothing('shows users the clients that they have let in')
  @Get()
  @Public(BECAUSE)
  list(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.visitors.serve(request, reply, this.signIn('clients'), async ({ id }) =>
      this.answers.send(reply, 200, renderClients(id, await this.sessions.ownClients(id))),
    );
  }

  @AuditsNothing('shows the page; the decision is recorded')
  @Get(':uid')
  @Public(BECAUSE)
  show(@Param('uid') uid: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answers.guarded(reply, async () => {
      const asked = await this.consent.open(uid, request, reply);
      await this.visitors.serve(request, reply, this.signIn(`clients/${uid}`), async (user) => {
        const page = renderLetIn({
          request: asked,
          userId: user.id,
          agents: await this.agents.forUserClients(),
          providers: await this.consent.providers(),
        });
        this.answers.send(reply, 200, page, { formTargets: [formTarget(asked.redirectUri)] });
      });
    });
  }

  @Audits('session.created')
  @Post(':uid/decision')
  @Public('a form of our own page; cookies say whose request it is, and who decides')
  decide(
    @Param('uid') uid: string,
    @Body({ schema: decisionForm }) form: z.output<typeof decisionForm>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @CurrentTrace() trace: RequestTrace,
  ): Promise<void> {
    return this.visitors.serve(request, reply, this.signIn(`clients/${uid}`), async (user) => {
      this.users.requireOwnPage(request);
      const asked = await this.consent.open(uid, request, reply);
      const onward =
        form.decision === 'decline'
          ? this.consent.decline(request, reply)
          : this.consent.letIn(
              asked,
              { agentId: form.agent, providers: form.providers, readOnly: form.readOnly === 'yes' },
              { user, trace },
              { request, reply },
            );
      void reply.redirect(await onward, 303);
    });
  }

  @Audits('session.ended', 'task.canceled', 'standing_approval.ended')
  @Post(':id/end')
  @Public('a form of our own page; the session says whose client it is')
  end(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @CurrentTrace() trace: RequestTrace,
  ): Promise<void> {
    return this.visitors.serve(request, reply, this.signIn('clients'), async (user) => {
      this.users.requireOwnPage(request);
      await this.sessions.end(id, changedBy(user, trace));
      void reply.redirect('/connect/clients', 303);
    });
  }

  private signIn(continuation: string) {
    return {
      continuation: CONTINUATION.test(continuation) ? continuation : 'clients',
      text: `This page is about programs that act for you. Sign in at ${this.answers.app}, so that we know that it is you.`,
      otherwise: 'If you did not start this, close this page: nothing has been allowed.',
    };
  }
}

const CONTINUATION = /^clients(?:\/[\w-]{1,64})?$/;

/** Browsers hold the redirect that follows a form to the policy of its page. */
function formTarget(redirectUri: string): string {
  const { protocol, origin } = new URL(redirectUri);
  return ['http:', 'https:'].includes(protocol) ? origin : protocol;
}
