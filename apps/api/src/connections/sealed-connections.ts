import { Injectable } from '@nestjs/common';
import { SealedStores } from '../vault/index.js';
import { tokenSetBinding } from './token-vault.js';

/** Tells the vault where the token sets are. */
@Injectable()
export class SealedConnections {
  constructor(stores: SealedStores) {
    stores.register({
      name: 'token_sets',
      table: 'token_sets',
      key: 'connection_id',
      column: 'sealed',
      facts: { userId: `SELECT c."user_id" FROM "connections" c WHERE c."id" = t."connection_id"` },
      bindings: ({ id, facts: { userId } }) => (userId ? [tokenSetBinding(id, userId)] : []),
    });
  }
}
