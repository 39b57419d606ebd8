import { Injectable } from '@nestjs/common';
import { SealedStores, Vault } from '../../vault/index.js';
import type { StoredTotp } from './factors.repository.js';

/** Seals and opens the secrets that authenticator apps share with us. */
@Injectable()
export class TotpSecrets {
  constructor(
    private readonly vault: Vault,
    stores: SealedStores,
  ) {
    stores.register({
      name: 'operator_totp',
      table: 'operator_totp',
      key: 'id',
      column: 'sealed',
      facts: { operatorId: 't."operator_id"' },
      bindings: ({ id, facts: { operatorId } }) => (operatorId ? [bindingOf(id, operatorId)] : []),
    });
  }

  seal(secret: string, { id, operatorId }: Pick<StoredTotp, 'id' | 'operatorId'>) {
    return this.vault.seal(secret, bindingOf(id, operatorId));
  }

  /** @throws UnsealError, also when the row was given to another operator */
  open({ id, operatorId, sealed }: StoredTotp): Promise<string> {
    return this.vault.open(sealed, bindingOf(id, operatorId));
  }
}

function bindingOf(rowId: string, operatorId: string) {
  return { purpose: 'operator.totp', rowId, userId: operatorId };
}
