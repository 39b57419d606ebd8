import { Body, Controller, Delete, Get, Param, Put } from '@nestjs/common';
import { z } from 'zod';
import { Audits, AuditsNothing } from '../audit/index.js';
import {
  AllowCallers,
  CurrentCaller,
  CurrentTrace,
  Documented,
  DocumentedUnder,
  LetAuditors,
  requireStepUp,
  StepUpInHandler,
  type Caller,
  type RequestTrace,
} from '../platform/index.js';
import { changedBy } from './changed-by.js';
import { SecondFactors } from './factors/second-factors.js';
import { OperatorPasswords } from './operator-passwords.js';
import { OperatorSessions } from './operator-sessions.js';
import { signedIn } from './signed-in.js';
import { newPassword, sessionOf, sessionRow } from './operators.schemas.js';

const passwordChange = z.strictObject({
  currentPassword: z.string().min(1).max(1000),
  newPassword,
});

/** The own account of the operator who is signed in; keys have none. */
@DocumentedUnder('operators')
@AllowCallers('operator')
@AuditsNothing('shows what is stored; it changes nothing and calls nobody')
@Controller('v1/operator/account')
export class AccountController {
  constructor(
    private readonly passwords: OperatorPasswords,
    private readonly sessions: OperatorSessions,
    private readonly factors: SecondFactors,
  ) {}

  @Audits('operator.password_changed')
  @Put('password')
  @LetAuditors()
  @StepUpInHandler('the account has a second factor; the password is asked for in any case')
  @Documented({
    summary: 'Change the own password; all other sessions end',
    status: 204,
    problems: [
      'authentication_required.session',
      'wrong_password',
      'no_password',
      'passwords_off',
      'too_many_attempts',
    ],
  })
  async changePassword(
    @Body({ schema: passwordChange }) body: z.output<typeof passwordChange>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ): Promise<void> {
    const own = signedIn(caller);
    if (await this.factors.hasFactor(own.id)) requireStepUp(caller);
    const change = { current: body.currentPassword, password: body.newPassword };
    await this.passwords.change(own, change, { ...changedBy(caller, trace), trace });
  }

  @Get('sessions')
  @Documented({
    summary: 'List the own open sessions',
    answer: sessionRow.array(),
    problems: ['authentication_required.session'],
  })
  async listSessions(@CurrentCaller() caller: Caller) {
    const { id, sessionId } = signedIn(caller);
    return (await this.sessions.listOpen(id)).map((session) => sessionOf(session, sessionId));
  }

  @Audits('operator.session_ended')
  @Delete('sessions')
  @LetAuditors()
  @Documented({
    summary: 'End all own sessions but the one that asks',
    status: 204,
    problems: ['authentication_required.session'],
  })
  async endOtherSessions(
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ): Promise<void> {
    const { id, sessionId } = signedIn(caller);
    await this.sessions.endAll(id, changedBy(caller, trace), sessionId);
  }

  @Audits('operator.session_ended')
  @Delete('sessions/:id')
  @LetAuditors()
  @Documented({
    summary: 'End one own session',
    status: 204,
    problems: ['authentication_required.session'],
  })
  async endSession(
    @Param('id') sessionId: string,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ): Promise<void> {
    await this.sessions.end(signedIn(caller).id, sessionId, changedBy(caller, trace));
  }
}
