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
  LetUnenrolled,
  OPERATOR_ROLES,
  ownCookie,
  Problem,
  Public,
  requireOwnPage,
  type Caller,
  type RequestTrace,
} from '../platform/index.js';
import { SESSION_COOKIE } from './operator-credentials.js';
import { factorProof, personProof } from './factors/factors.schemas.js';
import { Reauthentication } from './factors/reauthentication.js';
import { SecondFactors } from './factors/second-factors.js';
import { changedBy } from './changed-by.js';
import { csrfTokenOf, DEVICE_MS, OperatorSessions } from './operator-sessions.js';
import { PENDING_MS, SignIn, type NewSession } from './sign-in.js';
import { signedIn } from './signed-in.js';

/** Names the browser as one on which an account has signed in before. */
const DEVICE_COOKIE = 'valetkey_device';

/** Of a sign-in that waits for its second factor. */
const PENDING_COOKIE = 'valetkey_sign_in';

const signIn = z.strictObject({ email: z.string().min(1).max(320), password: z.string().min(1).max(1000) });
const sessionView = z.object({
  operator: z.object({ id: z.string(), email: z.string(), role: z.enum(OPERATOR_ROLES) }),
  csrfToken: z.string(),
  mustEnrol: z
    .boolean()
    .describe('Whether a second factor has to be set up before anything else is open to this operator.'),
});
type SessionView = z.output<typeof sessionView>;

@DocumentedUnder('operators')
@AuditsNothing('shows what is stored; it changes nothing and calls nobody')
@Controller('v1/operator/session')
export class SessionController {
  constructor(
    private readonly sessions: OperatorSessions,
    private readonly signIns: SignIn,
    private readonly reauthentication: Reauthentication,
    private readonly factors: SecondFactors,
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
  ) {}

  @Audits('operator.signed_in', 'operator.sign_in_failed')
  @Post()
  @Public('this is where an operator proves who they are')
  @Documented({
    summary: 'Sign in at the dashboard',
    description:
      'Where the operator has a second factor, the answer is 401 `second_factor_required` and a cookie, with which this browser goes on.',
    answer: sessionView,
    problems: ['invalid_credentials', 'second_factor_required', 'origin_not_allowed', 'too_many_attempts'],
  })
  async signIn(
    @Body({ schema: signIn }) body: z.output<typeof signIn>,
    @Req() request: FastifyRequest,
    @CurrentTrace() trace: RequestTrace,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionView> {
    // A form of another site would sign its visitor in as somebody else, who then reads what they enter here.
    requireOwnPage(request, this.settings.publicUrl);
    const result = await this.signIns.withPassword(body, this.browser(request), trace);
    if ('token' in result) return this.begun(result, request, reply);
    const { pending, methods, expiresAt } = result;
    this.setCookie(PENDING_COOKIE, pending, PENDING_MS, { request, reply });
    throw new Problem('second_factor_required', { methods, expiresAt: expiresAt.toISOString() });
  }

  @Audits('operator.signed_in', 'operator.sign_in_failed')
  @Post('second-factor')
  @Public('the cookie of a sign-in whose password was right is the credential')
  @Documented({
    summary: 'Prove the second factor, and be signed in',
    answer: sessionView,
    problems: ['sign_in_over', 'wrong_code', 'origin_not_allowed', 'too_many_attempts'],
  })
  async proveFactor(
    @Body({ schema: factorProof }) proof: z.output<typeof factorProof>,
    @Req() request: FastifyRequest,
    @CurrentTrace() trace: RequestTrace,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionView> {
    requireOwnPage(request, this.settings.publicUrl);
    const { name, options } = this.cookie(request, PENDING_COOKIE);
    const pending = request.cookies[name];
    const session = await this.signIns.withFactor(pending, proof, this.browser(request), trace);
    void reply.clearCookie(name, options);
    return this.begun(session, request, reply);
  }

  @Audits('operator.reauthenticated')
  @Post('proof')
  @AllowCallers('operator')
  @LetAuditors()
  @LetUnenrolled()
  @Documented({
    summary: 'Prove again who you are, for what asks for it (`step_up_required`)',
    description:
      'With the second factor; with the password where there is none. It counts for this session only.',
    status: 204,
    problems: ['authentication_required.session', 'wrong_password', 'wrong_code', 'too_many_attempts'],
  })
  async prove(
    @Body({ schema: personProof }) proof: z.output<typeof personProof>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ): Promise<void> {
    await this.reauthentication.prove(signedIn(caller), proof, { ...changedBy(caller, trace), trace });
  }

  @Get()
  @AllowCallers('operator')
  @LetUnenrolled()
  @Documented({
    summary: 'Who is signed in',
    answer: sessionView,
    problems: ['authentication_required'],
  })
  async current(@Req() request: FastifyRequest): Promise<SessionView> {
    const cookie = request.cookies[this.cookie(request, SESSION_COOKIE).name];
    const session = cookie ? await this.sessions.findSession(cookie, false) : undefined;
    if (!cookie || !session) throw new Problem('authentication_required.session');
    const { operator } = session;
    return { operator, csrfToken: csrfTokenOf(cookie), mustEnrol: await this.factors.mustEnrol(operator.id) };
  }

  @Audits('operator.signed_out')
  @Delete()
  @AllowCallers('operator')
  @LetAuditors()
  @LetUnenrolled()
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

  private browser(request: FastifyRequest) {
    const device = request.cookies[this.cookie(request, DEVICE_COOKIE).name];
    return { device, userAgent: request.headers['user-agent'] };
  }

  private async begun(
    { operator, token, csrfToken, device }: NewSession,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<SessionView> {
    this.setCookie(SESSION_COOKIE, token, this.settings.operatorSessions.lifeMs, { request, reply });
    this.setCookie(DEVICE_COOKIE, device, DEVICE_MS, { request, reply });
    return { operator, csrfToken, mustEnrol: await this.factors.mustEnrol(operator.id) };
  }

  private setCookie(
    of: string,
    value: string,
    lifeMs: number,
    { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  ): void {
    const { name, options } = this.cookie(request, of);
    void reply.setCookie(name, value, { ...options, maxAge: lifeMs / 1000 });
  }

  private cookie({ protocol }: FastifyRequest, of: string) {
    const { name, options } = ownCookie(this.settings.publicUrl, of);
    return {
      name,
      options: { ...options, sameSite: 'strict' as const, secure: options.secure || protocol === 'https' },
    };
  }
}
