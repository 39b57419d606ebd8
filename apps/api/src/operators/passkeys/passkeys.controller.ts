import { Body, Controller, Delete, Param, Patch, Post } from '@nestjs/common';
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
  StepUp,
  type Caller,
  type RequestTrace,
} from '../../platform/index.js';
import { changedBy } from '../changed-by.js';
import { recoveryCodesView } from '../factors/factors.schemas.js';
import { signedIn } from '../signed-in.js';
import { OwnPasskeys } from './own-passkeys.js';
import {
  creationOptionsView,
  passkeyName,
  passkeyOf,
  passkeyView,
  registrationResponse,
} from './passkeys.schemas.js';

const newPasskey = z.strictObject({ name: passkeyName, response: registrationResponse });
const renaming = z.strictObject({ name: passkeyName });
const addedView = recoveryCodesView.extend({ passkey: passkeyView });
const NO_SESSION = 'authentication_required.session';

/** The own passkeys of the operator who is signed in. */
@DocumentedUnder('operators')
@AllowCallers('operator')
@Controller('v1/operator/account/passkeys')
export class PasskeysController {
  constructor(private readonly own: OwnPasskeys) {}

  @AuditsNothing('gives a challenge; the passkey that answers it is recorded')
  @Post('challenges')
  @LetAuditors()
  @LetUnenrolled()
  @StepUp()
  @Documented({
    summary: 'Begin to add a passkey: options for navigator.credentials.create',
    status: 201,
    answer: creationOptionsView,
    problems: [NO_SESSION],
  })
  challenge(@CurrentCaller() caller: Caller) {
    return this.own.creationOptions(signedIn(caller));
  }

  @Audits('operator.factor_added', 'operator.recovery_codes_created')
  @Post()
  @LetAuditors()
  @LetUnenrolled()
  @Documented({
    summary: 'Add a passkey; from now on a second factor is asked for',
    description: 'Where it is the first second factor, all other sessions end.',
    status: 201,
    answer: addedView,
    problems: [NO_SESSION, 'wrong_passkey', 'too_many_passkeys'],
  })
  async add(
    @Body({ schema: newPasskey }) body: z.output<typeof newPasskey>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ): Promise<z.output<typeof addedView>> {
    const added = await this.own.add(signedIn(caller), body, changedBy(caller, trace));
    return { passkey: passkeyOf(added.passkey), recoveryCodes: [...added.recoveryCodes] };
  }

  @Audits('operator.factor_renamed')
  @Patch(':id')
  @LetAuditors()
  @Documented({ summary: 'Rename a passkey', status: 204, problems: [NO_SESSION] })
  async rename(
    @Param('id') id: string,
    @Body({ schema: renaming }) { name }: z.output<typeof renaming>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ): Promise<void> {
    await this.own.rename(signedIn(caller), { id, name }, changedBy(caller, trace));
  }

  @Audits('operator.factor_removed')
  @Delete(':id')
  @LetAuditors()
  @StepUp()
  @Documented({
    summary: 'Remove a passkey, and the recovery codes where it is the last second factor',
    status: 204,
    problems: [NO_SESSION],
  })
  async remove(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ): Promise<void> {
    await this.own.remove(signedIn(caller), id, changedBy(caller, trace));
  }
}
