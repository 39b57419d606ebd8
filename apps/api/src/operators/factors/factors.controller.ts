import { Body, Controller, Delete, Get, Inject, Post, Put } from '@nestjs/common';
import { z } from 'zod';
import { Audits, AuditsNothing } from '../../audit/index.js';
import { SETTINGS_TOKEN, type Settings } from '../../config/index.js';
import {
  AllowCallers,
  CurrentCaller,
  CurrentTrace,
  Documented,
  DocumentedUnder,
  LetAuditors,
  LetUnenrolled,
  StepUp,
  type Caller,
  type RequestTrace,
} from '../../platform/index.js';
import { changedBy } from '../changed-by.js';
import { OperatorsService } from '../operators.service.js';
import { signedIn } from '../signed-in.js';
import { passkeyOf } from '../passkeys/passkeys.schemas.js';
import { factorStatusView, recoveryCodesView, totpCodeInput, totpView } from './factors.schemas.js';
import { OwnFactors } from './own-factors.js';
import { Reauthentication } from './reauthentication.js';
import { SecondFactors } from './second-factors.js';
import { totpUri } from './totp.js';

const confirmation = z.strictObject({ code: totpCodeInput });
const NO_SESSION = 'authentication_required.session';

/** The own second factor of the operator who is signed in. */
@DocumentedUnder('operators')
@AllowCallers('operator')
@AuditsNothing('shows what is stored; it changes nothing and calls nobody')
@Controller('v1/operator/account')
export class FactorsController {
  constructor(
    private readonly own: OwnFactors,
    private readonly factors: SecondFactors,
    private readonly operators: OperatorsService,
    private readonly reauthentication: Reauthentication,
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
  ) {}

  @Get('second-factor')
  @LetUnenrolled()
  @Documented({ summary: 'Read the own second factor', answer: factorStatusView, problems: [NO_SESSION] })
  async status(@CurrentCaller() caller: Caller): Promise<z.output<typeof factorStatusView>> {
    const { id } = signedIn(caller);
    const { totpSince, passkeys, recoveryCodesLeft } = await this.own.status(id);
    return {
      provenBy: [...(await this.reauthentication.waysOf(id))],
      isRequired: this.settings.secondFactor === 'required',
      methods: await this.factors.methodsOf(id),
      totpSince: totpSince?.toISOString(),
      passkeys: passkeys.map(passkeyOf),
      recoveryCodesLeft,
    };
  }

  @AuditsNothing('stores a secret that counts for nothing until it is confirmed, which is recorded')
  @Post('totp')
  @LetAuditors()
  @LetUnenrolled()
  @StepUp()
  @Documented({
    summary: 'Begin to set an authenticator app up (TOTP, RFC 6238)',
    description: 'It counts when a code of the app has confirmed it. One that was begun before is over.',
    status: 201,
    answer: totpView,
    problems: [NO_SESSION, 'second_factor_exists'],
  })
  async beginTotp(@CurrentCaller() caller: Caller): Promise<z.output<typeof totpView>> {
    const { id } = signedIn(caller);
    const secret = await this.own.beginTotp(id);
    const { email } = await this.operators.getOperator(id);
    const issuer = `Valetkey ${new URL(this.settings.publicUrl).host.replace(':', ' ')}`;
    return { secret, uri: totpUri(secret, { issuer, email }) };
  }

  @Audits('operator.factor_added', 'operator.recovery_codes_created')
  @Put('totp')
  @LetAuditors()
  @LetUnenrolled()
  @Documented({
    summary: 'Confirm the authenticator app with a code; from now on it is asked for',
    description: 'Where it is the first second factor, all other sessions end.',
    answer: recoveryCodesView,
    problems: [NO_SESSION, 'wrong_code', 'no_second_factor', 'second_factor_exists', 'too_many_attempts'],
  })
  async confirmTotp(
    @Body({ schema: confirmation }) { code }: z.output<typeof confirmation>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ): Promise<z.output<typeof recoveryCodesView>> {
    const by = { ...changedBy(caller, trace), trace };
    return { recoveryCodes: await this.own.confirmTotp(signedIn(caller), code, by) };
  }

  @Audits('operator.factor_removed')
  @Delete('totp')
  @LetAuditors()
  @StepUp()
  @Documented({
    summary: 'Remove the authenticator app, and the recovery codes where it is the last second factor',
    status: 204,
    problems: [NO_SESSION, 'no_second_factor'],
  })
  async removeTotp(@CurrentCaller() caller: Caller, @CurrentTrace() trace: RequestTrace): Promise<void> {
    await this.own.removeTotp(signedIn(caller), changedBy(caller, trace));
  }

  @Audits('operator.recovery_codes_created')
  @Post('recovery-codes')
  @LetAuditors()
  @StepUp()
  @Documented({
    summary: 'Make new recovery codes; those before them are over',
    status: 201,
    answer: recoveryCodesView,
    problems: [NO_SESSION, 'no_second_factor'],
  })
  async renewRecoveryCodes(
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ): Promise<z.output<typeof recoveryCodesView>> {
    return { recoveryCodes: await this.own.renewRecoveryCodes(signedIn(caller), changedBy(caller, trace)) };
  }
}
