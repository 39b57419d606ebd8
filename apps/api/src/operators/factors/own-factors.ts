import { Injectable } from '@nestjs/common';
import { Audit } from '../../audit/index.js';
import { Clock, newId, Problem, type RequestTrace, type Transaction } from '../../platform/index.js';
import { changeEvent, type ChangedBy } from '../changed-by.js';
import { OperatorSessionsRepository } from '../operator-sessions.repository.js';
import { OperatorsRepository } from '../operators.repository.js';
import { SignInThrottle } from '../sign-in-throttle.js';
import { FactorsRepository } from './factors.repository.js';
import { newRecoveryCodes } from './recovery-codes.js';
import { TotpSecrets } from './totp-secrets.js';
import { matchingStep, newTotpSecret } from './totp.js';

/** The operator who is signed in, and the session. */
export interface OwnAccount {
  readonly id: string;
  readonly sessionId: string;
}

/** The second factors of an operator, as they see them. */
export interface FactorStatus {
  readonly totpSince: Date | undefined;
  readonly recoveryCodesLeft: number;
}

/** Sets second factors up and removes them. Whoever is asked for one is decided elsewhere. */
@Injectable()
export class OwnFactors {
  constructor(
    private readonly rows: FactorsRepository,
    private readonly secrets: TotpSecrets,
    private readonly operators: OperatorsRepository,
    private readonly sessions: OperatorSessionsRepository,
    private readonly throttle: SignInThrottle,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  async status(operatorId: string): Promise<FactorStatus> {
    const totp = await this.rows.findTotp(operatorId);
    return {
      totpSince: totp?.confirmedAt ?? undefined,
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
   * Has the app count from now on, and ends the sessions that were opened without it.
   * @returns the recovery codes, to be shown once
   * @throws Problem 403 `wrong_code`, 409 `no_second_factor` or `second_factor_exists`, 429 `too_many_attempts`
   */
  async confirmTotp(
    { id, sessionId }: OwnAccount,
    code: string,
    by: ChangedBy & { readonly trace: RequestTrace },
  ): Promise<string[]> {
    const totp = await this.rows.findTotp(id);
    if (!totp) throw new Problem('no_second_factor');
    if (totp.confirmedAt) throw new Problem('second_factor_exists');
    const secret = await this.secrets.open(totp);
    let step: number | undefined;
    const isRight = async () => (step = matchingStep(secret, code, this.clock.now())) !== undefined;
    const attempt = { address: by.trace.ip, account: id, device: sessionId };
    if (!(await this.throttle.judgeFactor(attempt, isRight)) || step === undefined)
      throw new Problem('wrong_code').asDenial();
    const taken = step;
    return this.operators.inTransaction(async (tx) => {
      await this.operators.lockRow(tx, id);
      if (!(await this.rows.confirmTotp(tx, totp.id, taken, this.clock.date())))
        throw new Problem('second_factor_exists');
      const endedSessions = await this.sessions.deleteAll(tx, id, sessionId);
      await this.audit.recordIn(
        tx,
        changeEvent('operator.factor_added', { operatorId: id, factor: 'totp', endedSessions }, by),
      );
      return this.newCodes(tx, id, by);
    });
  }

  /** @throws Problem 409 `no_second_factor` */
  async removeTotp({ id }: OwnAccount, by: ChangedBy): Promise<void> {
    await this.operators.inTransaction(async (tx) => {
      await this.operators.lockRow(tx, id);
      if (!(await this.rows.deleteTotp(tx, id))) throw new Problem('no_second_factor');
      if (!(await this.rows.hasFactor(id, tx))) await this.rows.deleteRecoveryCodes(tx, id);
      await this.audit.recordIn(
        tx,
        changeEvent('operator.factor_removed', { operatorId: id, factor: 'totp', by: 'account' }, by),
      );
    });
  }

  /** A new set of recovery codes in place of the one before. @throws Problem 409 `no_second_factor` */
  renewRecoveryCodes({ id }: OwnAccount, by: ChangedBy): Promise<string[]> {
    return this.operators.inTransaction(async (tx) => {
      await this.operators.lockRow(tx, id);
      if (!(await this.rows.hasFactor(id, tx))) throw new Problem('no_second_factor');
      return this.newCodes(tx, id, by);
    });
  }

  /** Removes all of an operator who is let in anew, with the change of the password that goes with it. */
  async removeAll(tx: Transaction, operatorId: string, by: ChangedBy): Promise<void> {
    const hadTotp = await this.rows.deleteTotp(tx, operatorId);
    await this.rows.deleteRecoveryCodes(tx, operatorId);
    if (hadTotp)
      await this.audit.recordIn(
        tx,
        changeEvent('operator.factor_removed', { operatorId, factor: 'totp', by: 'reset' }, by),
      );
  }

  private async newCodes(tx: Transaction, operatorId: string, by: ChangedBy): Promise<string[]> {
    const codes = newRecoveryCodes();
    await this.rows.putRecoveryCodes(tx, operatorId, codes);
    await this.audit.recordIn(
      tx,
      changeEvent('operator.recovery_codes_created', { operatorId, codes: codes.length }, by),
    );
    return codes;
  }
}
