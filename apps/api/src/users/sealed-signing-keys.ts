import { Injectable } from '@nestjs/common';
import { SealedStores } from '../vault/index.js';
import { signingKeyBinding } from './user-token-keys.js';

/** Tells the vault where the private halves of the signing keys are. */
@Injectable()
export class SealedSigningKeys {
  constructor(stores: SealedStores) {
    stores.register({
      name: 'signing_keys',
      table: 'signing_keys',
      key: 'id',
      column: 'sealed_private',
      bindings: ({ id }) => [signingKeyBinding(id)],
    });
  }
}
