import { Injectable } from '@nestjs/common';
import { Audit } from '../../audit/index.js';
import type { Transaction } from '../../platform/index.js';
import { changeEvent, type ChangedBy } from '../changed-by.js';
import { OperatorSessionsRepository } from '../operator-sessions.repository.js';
import { OperatorsRepository } from '../operators.repository.js';
import { PasskeysRepository } from '../passkeys/passkeys.repository.js';
import { FactorsRepository } from './factors.repository.js';
import { newRecoveryCodes } from './recovery-codes.js';

/** The operator who is signed in, and the session. */
export interface OwnAccount {
  readonly id: string;
  readonly sessionId: string;
}

/** The factor that is changed, for the log. */
export interface ChangedFactor {
  readonly factor: 'totp' | 'passkey';
  readonly passkeyId?: string;
}

type Work = (tx: Transaction) => Promise<void>;

/** The consequences of a change of second factors: for other sessions, for recovery codes, in the log. */
@Injectable()
export class FactorChanges {
  constructor(
    private readonly rows: FactorsRepository,
    private readonly passkeys: PasskeysRepository,
    private readonly operators: OperatorsRepository,
    private readonly sessions: OperatorSessionsRepository,
    private readonly audit: Audit,
  ) {}

  /**
   * Adds a factor. The first one ends the sessions that were opened without it.
   * @returns recovery codes where there are none yet, to be shown once
   */
  add({ id, sessionId }: OwnAccount, factor: ChangedFactor, by: ChangedBy, work: Work): Promise<string[]> {
    return this.operators.inTransaction(async (tx) => {
      await this.operators.lockRow(tx, id);
      const isFirst = !(await this.rows.hasFactor(id, tx));
      await work(tx);
      const endedSessions = isFirst ? await this.sessions.deleteAll(tx, id, sessionId) : 0;
      const detail = { operatorId: id, ...factor, endedSessions };
      await this.audit.recordIn(tx, changeEvent('operator.factor_added', detail, by));
      return (await this.rows.countRecoveryCodes(id, tx)) > 0 ? [] : this.newCodes(tx, id, by);
    });
  }

  /** Removes a factor, and with the last one the recovery codes. */
  async remove({ id }: OwnAccount, factor: ChangedFactor, by: ChangedBy, work: Work): Promise<void> {
    await this.operators.inTransaction(async (tx) => {
      await this.operators.lockRow(tx, id);
      await work(tx);
      if (!(await this.rows.hasFactor(id, tx))) await this.rows.deleteRecoveryCodes(tx, id);
      const detail = { operatorId: id, ...factor, by: 'account' };
      await this.audit.recordIn(tx, changeEvent('operator.factor_removed', detail, by));
    });
  }

  /** Removes all of an operator who is let in anew, with the change of the password that goes with it. */
  async removeAll(tx: Transaction, operatorId: string, by: ChangedBy): Promise<void> {
    const hadTotp = await this.rows.deleteTotp(tx, operatorId);
    const passkeys = await this.passkeys.delete(tx, operatorId);
    await this.rows.deleteRecoveryCodes(tx, operatorId);
    const removed = [
      ...(hadTotp ? [{ factor: 'totp' }] : []),
      ...(passkeys > 0 ? [{ factor: 'passkey', count: passkeys }] : []),
    ];
    for (const detail of removed)
      await this.audit.recordIn(
        tx,
        changeEvent('operator.factor_removed', { operatorId, ...detail, by: 'reset' }, by),
      );
  }

  async newCodes(tx: Transaction, operatorId: string, by: ChangedBy): Promise<string[]> {
    const codes = newRecoveryCodes();
    await this.rows.putRecoveryCodes(tx, operatorId, codes);
    const detail = { operatorId, codes: codes.length };
    await this.audit.recordIn(tx, changeEvent('operator.recovery_codes_created', detail, by));
    return codes;
  }
}
