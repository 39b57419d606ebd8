import { Injectable } from '@nestjs/common';
import { Clock, newId, Problem, type RequestTrace } from '../../platform/index.js';
import type { ChangedBy } from '../changed-by.js';
import { OperatorsRepository } from '../operators.repository.js';
import { PasskeysRepository, type StoredPasskey } from '../passkeys/passkeys.repository.js';
import { SignInThrottle } from '../sign-in-throttle.js';
import { FactorChanges, type OwnAccount } from './factor-changes.js';
import { FactorsRepository } from './factors.repository.js';
import { TotpSecrets } from './totp-secrets.js';
import { matchingStep, newTotpSecret } from './totp.js';

/** The second factors of an operator, as they see them. */
export interface FactorStatus {
  readonly totpSince: Date | undefined;
  readonly passkeys: readonly StoredPasskey[];
  readonly recoveryCodesLeft: number;
}

/** Sets second factors up and removes them. Whoever is asked for one is decided elsewhere. */
@Injectable()
export class OwnFactors {
  constructor(
    private readonly rows: FactorsRepository,
    private readonly passkeys: PasskeysRepository,
    private readonly secrets: TotpSecrets,
    private readonly operators: OperatorsRepository,
    private readonly changes: FactorChanges,
    private readonly throttle: SignInThrottle,
    private readonly clock: Clock,
  ) {}

  async status(operatorId: string): Promise<FactorStatus> {
    const totp = await this.rows.findTotp(operatorId);
    return {
      totpSince: totp?.confirmedAt ?? undefined,
      passkeys: await this.passkeys.listPasskeys(operatorId),
      recoveryCodesLeft: await this.rows.countRecoveryCodes(operatorId),
    };
  }

  /**
   * A secret for an authenticator app. It counts when a code has confirmed it; one that was begun before is over.
   * @throws Problem 409 `second_factor_exists`
   */
  async beginTotp(operatorId: string): Promise<string> {
    const secret = newTotpSecret();
    const row = { id: newId('otp'), operatorId };
    const totp = { ...row, sealed: await this.secrets.seal(secret, row), createdAt: this.clock.date() };
    await this.operators.inTransaction(async (tx) => {
      if (!(await this.rows.putTotp(tx, totp))) throw new Problem('second_factor_exists');
    });
    return secret;
  }

  /**
   * Has the app count from now on.
   * @returns recovery codes where there are none yet, to be shown once
   * @throws Problem 403 `wrong_code`, 409 `no_second_factor` or `second_factor_exists`, 429 `too_many_attempts`
   */
  async confirmTotp(
    own: OwnAccount,
    code: string,
    by: ChangedBy & { readonly trace: RequestTrace },
  ): Promise<string[]> {
    const { id, sessionId } = own;
    const totp = await this.rows.findTotp(id);
    if (!totp) throw new Problem('no_second_factor');
    if (totp.confirmedAt) throw new Problem('second_factor_exists');
    const secret = await this.secrets.open(totp);
    const match = async () => matchingStep(secret, code, this.clock.now());
    const attempt = { address: by.trace.ip, account: id, device: sessionId };
    const step = await this.throttle.judgeFactor(attempt, match);
    if (step === undefined) throw new Problem('wrong_code').asDenial();
    return this.changes.add(own, { factor: 'totp' }, by, async (tx) => {
      if (!(await this.rows.confirmTotp(tx, totp.id, step, this.clock.date())))
        throw new Problem('second_factor_exists');
    });
  }

  /** @throws Problem 409 `no_second_factor` */
  async removeTotp(own: OwnAccount, by: ChangedBy): Promise<void> {
    await this.changes.remove(own, { factor: 'totp' }, by, async (tx) => {
      if (!(await this.rows.deleteTotp(tx, own.id))) throw new Problem('no_second_factor');
    });
  }

  /** A new set of recovery codes in place of the one before. @throws Problem 409 `no_second_factor` */
  renewRecoveryCodes({ id }: OwnAccount, by: ChangedBy): Promise<string[]> {
    return this.operators.inTransaction(async (tx) => {
      await this.operators.lockRow(tx, id);
      if (!(await this.rows.hasFactor(id, tx))) throw new Problem('no_second_factor');
      return this.changes.newCodes(tx, id, by);
    });
  }
}
