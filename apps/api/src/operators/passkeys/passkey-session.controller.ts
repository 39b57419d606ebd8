import { Body, Controller, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Audits, AuditsNothing } from '../../audit/index.js';
import {
  AllowCallers,
  CurrentCaller,
  CurrentTrace,
  Documented,
  DocumentedUnder,
  LetAuditors,
  LetUnenrolled,
  Public,
  type Caller,
  type RequestTrace,
} from '../../platform/index.js';
import { SecondFactors } from '../factors/second-factors.js';
import {
  PASSKEY_COOKIE,
  PENDING_COOKIE,
  SessionCookies,
  sessionView,
  type SessionView,
} from '../session-cookies.js';
import { SignIn } from '../sign-in.js';
import { signedIn } from '../signed-in.js';
import { CHALLENGE_MS } from './passkey-ceremonies.js';
import { PasskeySignIn } from './passkey-sign-in.js';
import { authenticationResponse, requestOptionsView } from './passkeys.schemas.js';

const answer = z.strictObject({ passkey: authenticationResponse });

/** Passkeys at the sign-in, and where a session is asked for a proof. */
@DocumentedUnder('operators')
@Controller('v1/operator/session')
export class PasskeySessionController {
  constructor(
    private readonly passkeys: PasskeySignIn,
    private readonly signIns: SignIn,
    private readonly factors: SecondFactors,
    private readonly cookies: SessionCookies,
  ) {}

  @AuditsNothing('gives a challenge, and a cookie that binds it to the browser; the sign-in is recorded')
  @Post('passkey/challenges')
  @Public('this is where an operator begins to sign in with a passkey')
  @Documented({
    summary: 'Begin to sign in with a passkey: options for navigator.credentials.get',
    status: 201,
    answer: requestOptionsView,
    problems: ['passwords_off', 'origin_not_allowed', 'too_many_attempts'],
  })
  async begin(
    @Req() request: FastifyRequest,
    @CurrentTrace() trace: RequestTrace,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    this.cookies.requireOwnPage(request);
    const { secret, options } = await this.passkeys.begin(trace);
    this.cookies.set(PASSKEY_COOKIE, secret, CHALLENGE_MS, { request, reply });
    return options;
  }

  @Audits('operator.signed_in', 'operator.sign_in_failed')
  @Post('passkey')
  @Public('the passkey in the body is the credential')
  @Documented({
    summary: 'Sign in with a passkey alone, whose device has verified its person',
    answer: sessionView,
    problems: ['sign_in_over', 'wrong_passkey', 'passwords_off', 'origin_not_allowed', 'too_many_attempts'],
  })
  async finish(
    @Body({ schema: answer }) { passkey }: z.output<typeof answer>,
    @Req() request: FastifyRequest,
    @CurrentTrace() trace: RequestTrace,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionView> {
    const browser = this.cookies.requireOwnBrowser(request);
    const secret = this.cookies.read(request, PASSKEY_COOKIE);
    const session = await this.passkeys.finish(secret, passkey, browser, trace);
    return this.cookies.begin(session, { request, reply }, PASSKEY_COOKIE);
  }

  @AuditsNothing('gives a challenge; the second factor that answers it is recorded')
  @Post('second-factor/challenges')
  @Public('the cookie of a sign-in whose password was right is the credential')
  @Documented({
    summary: 'A challenge for a passkey as the second factor: options for navigator.credentials.get',
    status: 201,
    answer: requestOptionsView,
    problems: ['sign_in_over', 'no_second_factor', 'origin_not_allowed', 'too_many_attempts'],
  })
  factorChallenge(@Req() request: FastifyRequest, @CurrentTrace() trace: RequestTrace) {
    this.cookies.requireOwnPage(request);
    return this.signIns.factorChallenge(this.cookies.read(request, PENDING_COOKIE), trace);
  }

  @AuditsNothing('gives a challenge; the proof that answers it is recorded')
  @Post('proof/challenges')
  @AllowCallers('operator')
  @LetAuditors()
  @LetUnenrolled()
  @Documented({
    summary: 'A challenge for a passkey as a proof of who you are: options for navigator.credentials.get',
    status: 201,
    answer: requestOptionsView,
    problems: ['authentication_required.session', 'no_second_factor'],
  })
  proofChallenge(@CurrentCaller() caller: Caller) {
    const { id, sessionId } = signedIn(caller);
    return this.factors.passkeyOptions(id, `proof ${sessionId}`);
  }
}
