import { Body, Controller, Delete, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Audits, AuditsNothing } from '../audit/index.js';
import {
  AllowCallers,
  CurrentCaller,
  CurrentTrace,
  Documented,
  DocumentedUnder,
  LetAuditors,
  LetUnenrolled,
  Problem,
  Public,
  type Caller,
  type RequestTrace,
} from '../platform/index.js';
import { SESSION_COOKIE } from './operator-credentials.js';
import { factorProof, personProof } from './factors/factors.schemas.js';
import { Reauthentication } from './factors/reauthentication.js';
import { SecondFactors } from './factors/second-factors.js';
import { changedBy } from './changed-by.js';
import { csrfTokenOf, OperatorSessions } from './operator-sessions.js';
import { PENDING_COOKIE, SessionCookies, sessionView, type SessionView } from './session-cookies.js';
import { PENDING_MS, SignIn } from './sign-in.js';
import { signedIn } from './signed-in.js';

const signIn = z.strictObject({ email: z.string().min(1).max(320), password: z.string().min(1).max(1000) });
@DocumentedUnder('operators')
@AuditsNothing('shows what is stored; it changes nothing and calls nobody')
@Controller('v1/operator/session')
export class SessionController {
  constructor(
    private readonly sessions: OperatorSessions,
    private readonly signIns: SignIn,
    private readonly reauthentication: Reauthentication,
    private readonly factors: SecondFactors,
    private readonly cookies: SessionCookies,
  ) {}

  @Audits('operator.signed_in', 'operator.sign_in_failed')
  @Post()
  @Public('this is where an operator proves who they are')
  @Documented({
    summary: 'Sign in at the dashboard',
    description:
      'Where the operator has a second factor, the answer is 401 `second_factor_required` and a cookie, with which this browser goes on.',
    answer: sessionView,
    problems: [
      'invalid_credentials',
      'second_factor_required',
      'passwords_off',
      'origin_not_allowed',
      'too_many_attempts',
    ],
  })
  async signIn(
    @Body({ schema: signIn }) body: z.output<typeof signIn>,
    @Req() request: FastifyRequest,
    @CurrentTrace() trace: RequestTrace,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionView> {
    const result = await this.signIns.withPassword(body, this.cookies.requireOwnBrowser(request), trace);
    if ('token' in result) return this.cookies.begin(result, { request, reply });
    const { pending, methods, expiresAt } = result;
    this.cookies.set(PENDING_COOKIE, pending, PENDING_MS, { request, reply });
    throw new Problem('second_factor_required', { methods, expiresAt: expiresAt.toISOString() });
  }

  @Audits('operator.signed_in', 'operator.sign_in_failed')
  @Post('second-factor')
  @Public('the cookie of a sign-in whose password was right is the credential')
  @Documented({
    summary: 'Prove the second factor, and be signed in',
    answer: sessionView,
    problems: ['sign_in_over', 'wrong_code', 'wrong_passkey', 'origin_not_allowed', 'too_many_attempts'],
  })
  async proveFactor(
    @Body({ schema: factorProof }) proof: z.output<typeof factorProof>,
    @Req() request: FastifyRequest,
    @CurrentTrace() trace: RequestTrace,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionView> {
    const browser = this.cookies.requireOwnBrowser(request);
    const pending = this.cookies.read(request, PENDING_COOKIE);
    const session = await this.signIns.withFactor(pending, proof, browser, trace);
    return this.cookies.begin(session, { request, reply }, PENDING_COOKIE);
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
    problems: [
      'authentication_required.session',
      'wrong_password',
      'no_password',
      'passwords_off',
      'wrong_code',
      'wrong_passkey',
      'too_many_attempts',
    ],
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
    const cookie = this.cookies.read(request, SESSION_COOKIE);
    const session = cookie ? await this.sessions.findSession(cookie, false) : undefined;
    if (!cookie || !session) throw new Problem('authentication_required.session');
    const { operator, hasIssuerFactor } = session;
    const mustEnrol = await this.factors.mustEnrol(operator.id, hasIssuerFactor);
    return { operator, csrfToken: csrfTokenOf(cookie), mustEnrol };
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
    const cookie = this.cookies.read(request, SESSION_COOKIE);
    if (cookie) await this.sessions.signOut(cookie, caller, trace);
    this.cookies.clear(SESSION_COOKIE, { request, reply });
  }
}
