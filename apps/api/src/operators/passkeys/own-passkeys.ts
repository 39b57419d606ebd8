import { Injectable } from '@nestjs/common';
import { Audit } from '../../audit/index.js';
import { Clock, notFound, Problem } from '../../platform/index.js';
import { changeEvent, type ChangedBy } from '../changed-by.js';
import { FactorChanges, type ChangedFactor, type OwnAccount } from '../factors/factor-changes.js';
import { OperatorsRepository } from '../operators.repository.js';
import { PasskeyCeremonies } from './passkey-ceremonies.js';
import { PasskeysRepository, type StoredPasskey } from './passkeys.repository.js';
import type { RegistrationResponse } from './passkeys.schemas.js';

/** One for each device, and no more than a list shows. */
const MOST_PASSKEYS = 20;

/** A new passkey, and the recovery codes where it is the first second factor. */
export interface AddedPasskey {
  readonly passkey: StoredPasskey;
  readonly recoveryCodes: readonly string[];
}

/** The passkeys of the operator who is signed in. */
@Injectable()
export class OwnPasskeys {
  constructor(
    private readonly rows: PasskeysRepository,
    private readonly ceremonies: PasskeyCeremonies,
    private readonly changes: FactorChanges,
    private readonly operators: OperatorsRepository,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  async creationOptions({ id, sessionId }: OwnAccount) {
    const operator = await this.operators.findActive({ id });
    if (!operator) throw new Problem('authentication_required.session');
    return this.ceremonies.creationOptions(`registration ${sessionId}`, operator);
  }

  /** @throws Problem 403 `wrong_passkey`, 409 `too_many_passkeys` */
  async add(
    own: OwnAccount,
    { name, response }: { readonly name: string; readonly response: RegistrationResponse },
    by: ChangedBy,
  ): Promise<AddedPasskey> {
    const created = await this.ceremonies.created(`registration ${own.sessionId}`, response);
    if (!created) throw new Problem('wrong_passkey').asDenial();
    const passkey = { ...created, operatorId: own.id, name, createdAt: this.clock.date() };
    const recoveryCodes = await this.changes.add(own, factorOf(passkey.id), by, async (tx) => {
      if ((await this.rows.listPasskeys(own.id)).length >= MOST_PASSKEYS)
        throw new Problem('too_many_passkeys', { most: MOST_PASSKEYS });
      if (!(await this.rows.add(tx, passkey))) throw new Problem('wrong_passkey').asDenial();
    });
    return { passkey: { ...passkey, lastUsedAt: null }, recoveryCodes };
  }

  /** @throws Problem 404 for a passkey that is not the own */
  async rename(
    own: OwnAccount,
    { id, name }: { readonly id: string; readonly name: string },
    by: ChangedBy,
  ): Promise<void> {
    await this.operators.inTransaction(async (tx) => {
      if (!(await this.rows.rename(tx, own.id, id, name))) throw notFound('passkey');
      const detail = { operatorId: own.id, ...factorOf(id) };
      await this.audit.recordIn(tx, changeEvent('operator.factor_renamed', detail, by));
    });
  }

  /** @throws Problem 404 for a passkey that is not the own */
  async remove(own: OwnAccount, id: string, by: ChangedBy): Promise<void> {
    await this.changes.remove(own, factorOf(id), by, async (tx) => {
      if ((await this.rows.delete(tx, own.id, id)) === 0) throw notFound('passkey');
    });
  }
}

function factorOf(passkeyId: string): ChangedFactor {
  return { factor: 'passkey', passkeyId };
}
