import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CallerOf } from '../../platform/index.js';
import { DemoUser } from './demo-user.js';
import { HostedAnswers } from './hosted-answers.js';
import type { SignInText } from './hosted-page.html.js';
import { UserSessions } from './user-sessions.js';

/** Serves pages to the user who is signed in in this browser, and asks anybody else who they are. */
@Injectable()
export class Visitors {
  constructor(
    private readonly sessions: UserSessions,
    private readonly demo: DemoUser,
    private readonly answers: HostedAnswers,
  ) {}

  /** Runs a page of the user's, or sends the page that asks for the sign-in; a problem becomes a page as well. */
  serve(
    request: FastifyRequest,
    reply: FastifyReply,
    signIn: Omit<SignInText, 'demoUserId'>,
    work: (user: CallerOf<'user'>) => Promise<void>,
  ): Promise<void> {
    return this.answers.guarded(reply, async () => {
      const visitor = await this.sessions.visitorOf(request);
      if (!visitor) return this.answers.askWho(reply, { ...signIn, demoUserId: this.demo.id });
      const { userId: id, rawTokens, mintedBy } = visitor;
      return work({ type: 'user', id, rawTokens, mintedBy });
    });
  }
}
