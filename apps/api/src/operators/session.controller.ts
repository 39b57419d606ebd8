import { Body, Controller, Delete, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import { Audits, AuditsNothing } from '../audit/index.js';
import {
  AllowCallers,
  CurrentCaller,
  CurrentTrace,
  Documented,
  DocumentedUnder,
  LetAuditors,
  OPERATOR_ROLES,
  ownCookie,
  Problem,
  Public,
  requireOwnPage,
  type Caller,
  type RequestTrace,
} from '../platform/index.js';
import { SESSION_COOKIE } from './operator-credentials.js';
import { csrfTokenOf, DEVICE_MS, OperatorSessions } from './operator-sessions.js';

/** Names the browser as one on which an account has signed in before. */
const DEVICE_COOKIE = 'valetkey_device';

const signIn = z.strictObject({ email: z.string().min(1).max(320), password: z.string().min(1).max(1000) });
const sessionView = z.object({
  operator: z.object({ id: z.string(), email: z.string(), role: z.enum(OPERATOR_ROLES) }),
  csrfToken: z.string(),
});

@DocumentedUnder('operators')
@AuditsNothing('shows what is stored; it changes nothing and calls nobody')
@Controller('v1/operator/session')
export class SessionController {
  constructor(
    private readonly sessions: OperatorSessions,
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
  ) {}

  @Audits('operator.signed_in', 'operator.sign_in_failed')
  @Post()
  @Public('this is where an operator proves who they are')
  @Documented({
    summary: 'Sign in at the dashboard',
    answer: sessionView,
    problems: ['invalid_credentials', 'origin_not_allowed', 'too_many_attempts'],
  })
  async signIn(
    @Body({ schema: signIn }) body: z.output<typeof signIn>,
    @Req() request: FastifyRequest,
    @CurrentTrace() trace: RequestTrace,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.output<typeof sessionView>> {
    // A form of another site would sign its visitor in as somebody else, who then reads what they enter here.
    requireOwnPage(request, this.settings.publicUrl);
    const [known, cookie] = [this.cookie(request, DEVICE_COOKIE), this.cookie(request, SESSION_COOKIE)];
    const session = await this.sessions.signIn(
      { ...body, device: request.cookies[known.name], userAgent: request.headers['user-agent'] },
      trace,
    );
    const { operator, token, csrfToken } = session;
    void reply.setCookie(cookie.name, token, {
      ...cookie.options,
      maxAge: this.settings.operatorSessions.lifeMs / 1000,
    });
    void reply.setCookie(known.name, session.device, { ...known.options, maxAge: DEVICE_MS / 1000 });
    return { operator, csrfToken };
  }

  @Get()
  @AllowCallers('operator')
  @Documented({
    summary: 'Who is signed in',
    answer: sessionView,
    problems: ['authentication_required'],
  })
  async current(@Req() request: FastifyRequest): Promise<z.output<typeof sessionView>> {
    const cookie = request.cookies[this.cookie(request, SESSION_COOKIE).name];
    const session = cookie ? await this.sessions.findSession(cookie, false) : undefined;
    if (!cookie || !session) throw new Problem('authentication_required.session');
    return { operator: session.operator, csrfToken: csrfTokenOf(cookie) };
  }

  @Audits('operator.signed_out')
  @Delete()
  @AllowCallers('operator')
  @LetAuditors()
  @Documented({ summary: 'Sign out', status: 204 })
  async signOut(
    @Req() request: FastifyRequest,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const cookie = request.cookies[this.cookie(request, SESSION_COOKIE).name];
    if (cookie) await this.sessions.signOut(cookie, caller, trace);
    const { name, options } = this.cookie(request, SESSION_COOKIE);
    void reply.clearCookie(name, options);
  }

  private cookie({ protocol }: FastifyRequest, of: string) {
    const { name, options } = ownCookie(this.settings.publicUrl, of);
    return {
      name,
      options: { ...options, sameSite: 'strict' as const, secure: options.secure || protocol === 'https' },
    };
  }
}
