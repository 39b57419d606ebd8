import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Audits, AuditsNothing } from '../../audit/index.js';
import { CurrentTrace, Problem, Public, Undocumented, type RequestTrace } from '../../platform/index.js';
import type { Authorization } from '../authorization.js';
import { Authorizations } from '../authorizations.js';
import { ConnectPages } from './connect-pages.js';
import { KeyEntry } from '../key-entry.js';
import { HostedAnswers, isLookingAhead, sendNothingYet } from './hosted-answers.js';
import { HostedFlow } from './hosted-flow.js';
import { HostedStart } from './hosted-start.js';
import { UserSessions } from './user-sessions.js';

/** The page of a link, the user's history, what waits for the user's decision, or a client that asks to be let in. */
const continuation = z
  .string()
  .regex(/^(?:aut_\w+|history|approvals(?:\/apr_\w+)?|clients(?:\/[\w-]{1,64})?)$/);
const sessionForm = z.object({ user_token: z.string().min(1), continue: continuation });
const keyForm = z.object({
  key: z.string().trim().max(4000).default(''),
  username: z.string().trim().max(320).optional(),
});
/** Problems after which another key may be entered. */
const ASKED_AGAIN = new Set(['invalid_input', 'key_refused', 'provider_unavailable', 'account_mismatch']);
const demoForm = z.object({ continue: continuation });
const text = z.string().max(4096).optional();
const callbackQuery = z.object({ state: z.string().min(1).max(1024), code: text, error: text, iss: text });

/** Node's limit for address and headers together is 16 KiB. */
const LONGEST_ADDRESS = 12 * 1024;

const BECAUSE = 'browsers come here by link; the page itself asks who they are';

/** Our hosted pages: the consent, the redirect to the provider, and the callback. */
@Undocumented()
@Controller()
export class ConnectPageController {
  constructor(
    private readonly authorizations: Authorizations,
    private readonly starts: HostedStart,
    private readonly flow: HostedFlow,
    private readonly pages: ConnectPages,
    private readonly sessions: UserSessions,
    private readonly answers: HostedAnswers,
    private readonly keys: KeyEntry,
  ) {}

  @AuditsNothing('shows the page; whoever goes on from it is recorded')
  @Get('connect/:id')
  @Public(BECAUSE)
  show(@Param('id') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answers.guarded(reply, async () =>
      this.pages.showConsent(await this.pages.open(id), request, reply),
    );
  }

  @AuditsNothing('sets a cookie from a user token, whose making is recorded')
  @Post('connect/session')
  @Public(BECAUSE)
  async session(
    @Body({ schema: sessionForm }) body: z.output<typeof sessionForm>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answers.guarded(reply, async () => {
      await this.sessions.open(request, reply, body.user_token);
      void reply.redirect(`/connect/${body.continue}`, 303);
    });
  }

  @AuditsNothing('the sign-in of the demo, which knows one invented user')
  @Post('connect/demo-session')
  @Public(BECAUSE)
  async demoSession(
    @Body({ schema: demoForm }) body: z.output<typeof demoForm>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answers.guarded(reply, async () => {
      const isOfLink = body.continue.startsWith('aut_');
      const userId = isOfLink ? (await this.pages.open(body.continue)).userId : undefined;
      await this.sessions.open(request, reply, await this.pages.demoToken(userId));
      void reply.redirect(`/connect/${body.continue}`, 303);
    });
  }

  @AuditsNothing(
    'sends the browser to the provider; the trip was recorded when its link was made, and its end will be',
  )
  @Post('connect/:id')
  @Public(BECAUSE)
  async begin(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answers.guarded(reply, async () => {
      const record = await this.pages.open(id);
      this.sessions.requireOwnPage(request);
      await this.pages.requireUser(record, request);
      await this.leadOn(record, reply);
    });
  }

  @Audits('authorization.completed', 'authorization.failed', 'connection.created', 'connection.reauthorized')
  @Post('connect/:id/key')
  @Public(BECAUSE)
  async key(
    @Param('id') id: string,
    @Body({ schema: keyForm }) entered: z.output<typeof keyForm>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @CurrentTrace() trace: RequestTrace,
  ): Promise<void> {
    await this.answers.guarded(reply, async () => {
      const record = await this.pages.open(id);
      this.sessions.requireOwnPage(request);
      await this.pages.requireUser(record, request);
      const connector = await this.authorizations.connectorOf(record);
      try {
        const ended = await this.keys.enter(record, connector, entered, trace);
        this.pages.showEnd({ record: ended, connector }, reply);
      } catch (error) {
        if (!(error instanceof Problem) || !ASKED_AGAIN.has(error.code)) throw error;
        await this.pages.showKeyRefused(record, error, reply);
      }
    });
  }

  @Audits('authorization.started')
  @Post('connect/:id/rest')
  @Public(BECAUSE)
  async rest(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @CurrentTrace() trace: RequestTrace,
  ): Promise<void> {
    await this.answers.guarded(reply, async () => {
      const record = await this.pages.open(id);
      this.sessions.requireOwnPage(request);
      await this.pages.requireUser(record, request);
      await this.leadOn(await this.authorizations.linkRest(record, trace), reply);
    });
  }

  @Audits(
    'authorization.completed',
    'authorization.denied',
    'authorization.failed',
    'connection.created',
    'connection.reauthorized',
  )
  @Get('oauth/callback/:target')
  @Public('the provider sends the browser here; state, cookie and user are checked')
  async callback(
    @Param('target') target: string,
    @Query() raw: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @CurrentTrace() trace: RequestTrace,
  ): Promise<void> {
    if (isLookingAhead(request)) return sendNothingYet(reply, request.method);
    await this.answers.guarded(reply, async () => {
      const answer = { ...readAnswer(raw), target, browserSecret: this.sessions.browserSecret(request) };
      this.pages.showEnd(await this.flow.finish(answer, trace), reply);
    });
  }

  /**
   * The callback as a form (OAuth 2.0 Form Post Response Mode). Another site's form is sent without our cookie, so the
   * browser repeats the callback as a GET, which has it, and only that one is processed.
   */
  @AuditsNothing('leads to the callback, which is recorded')
  @Post('oauth/callback/:target')
  @Public('the provider lets the browser send a form here; nothing is done with it but to lead on')
  async formCallback(
    @Param('target') target: string,
    @Body() raw: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answers.guarded(reply, async () => {
      const { state, code, error, iss } = readAnswer(raw);
      const query = new URLSearchParams();
      for (const [name, value] of Object.entries({ state, code, error, iss }))
        if (value !== undefined) query.set(name, value);
      const location = `/oauth/callback/${encodeURIComponent(target)}?${query.toString()}`;
      if (location.length > LONGEST_ADDRESS) throw noAnswer();
      void reply
        .headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
        .redirect(location, 303);
    });
  }

  private async leadOn(record: Authorization, reply: FastifyReply): Promise<void> {
    const { authorizationUri, browserSecret } = await this.starts.begin(record);
    this.sessions.bindBrowser(reply, browserSecret);
    void reply.redirect(authorizationUri, 303);
  }
}

/** @throws Problem 400 for parameters that no provider sends */
function readAnswer(raw: unknown): z.output<typeof callbackQuery> {
  const answer = callbackQuery.safeParse(raw);
  if (!answer.success) throw noAnswer();
  return answer.data;
}

function noAnswer(): Problem {
  return new Problem('invalid_input.callback');
}
