import { Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Audits, AuditsNothing, EventProofs, proofHeaders } from '../audit/index.js';
import { CurrentTrace, Public, Undocumented, type RequestTrace } from '../platform/index.js';
import { DemoUser, HostedAnswers, UserSessions } from '../authorizations/index.js';
import { LOCAL_TIMES, renderHistory } from './history-page.html.js';
import { UserAccounts } from './user-accounts.js';
import { UserHistory } from './user-history.js';

/** Empty members of a form are absent. */
const member = z
  .string()
  .max(200)
  .transform((text) => (text === '' ? undefined : text))
  .optional();
const historyQuery = z.object({ agentId: member, target: member, older: member, newer: member });

/**
 * The hosted page on which users see what was done for them. Its address is the same for all; the session identifies
 * the user.
 */
@Undocumented()
@Controller()
export class HistoryPageController {
  constructor(
    private readonly history: UserHistory,
    private readonly sessions: UserSessions,
    private readonly demo: DemoUser,
    private readonly accounts: UserAccounts,
    private readonly answers: HostedAnswers,
    private readonly proofs: EventProofs,
  ) {}

  @AuditsNothing('shows users what is stored about themselves')
  @Get('connect/history')
  @Public('browsers come here by link; the page itself asks who they are')
  show(
    @Query({ schema: historyQuery }) query: z.output<typeof historyQuery>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.answers.guarded(reply, async () => {
      const userId = await this.sessions.userOf(request);
      if (userId === undefined) return this.askWho(reply);
      const [page, accounts] = await Promise.all([
        this.history.readHistory(userId, query),
        this.accounts.list(userId),
      ]);
      const reader = { userId, accounts, app: this.answers.app };
      this.answers.send(reply, 200, renderHistory(reader, page, query), { script: LOCAL_TIMES });
    });
  }

  @AuditsNothing('shows users what is stored about themselves')
  @Get('connect/history/events/:id/proof')
  @Public('a link of our own page; the session says whose event it may prove')
  proof(@Param('id') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answers.guarded(reply, async () => {
      const userId = await this.sessions.userOf(request);
      if (userId === undefined) return this.askWho(reply);
      const proof = await this.proofs.ofEvent(id, { type: 'user', id: userId });
      void reply.headers(proofHeaders(proof)).send(proof);
    });
  }

  @Audits('connection.disconnected', 'connection.revoked', 'connection.expired', 'standing_approval.ended')
  @Post('connect/connections/:id/disconnect')
  @Public('a form of our own page; the session says whose connection it may end')
  disconnect(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @CurrentTrace() trace: RequestTrace,
  ): Promise<void> {
    return this.answers.guarded(reply, async () => {
      this.sessions.requireOwnPage(request);
      const userId = await this.sessions.userOf(request);
      if (userId === undefined) return this.askWho(reply);
      await this.accounts.disconnect(userId, id, trace);
      void reply.redirect('/connect/history', 303);
    });
  }

  private askWho(reply: FastifyReply): void {
    this.answers.askWho(reply, {
      continuation: 'history',
      text: `This page shows you what was done with your accounts. Open it from ${this.answers.signedInApp}, so that we know that it is you.`,
      otherwise: 'You may have been here for more than ten minutes: then open it once more.',
      demoUserId: this.demo.id,
    });
  }
}
