import { Injectable } from '@nestjs/common';
import { SealedStores } from '../vault/index.js';
import { revocationBinding } from './revocation.js';

/** Tells the vault where the token sets are that wait for their revocation. */
@Injectable()
export class SealedRevocations {
  constructor(stores: SealedStores) {
    stores.register({
      name: 'revocations',
      table: 'revocations',
      key: 'id',
      column: 'sealed',
      facts: { userId: 't."user_id"' },
      bindings: ({ id, facts: { userId } }) => (userId ? [revocationBinding(id, userId)] : []),
    });
  }
}
