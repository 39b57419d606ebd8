import { Injectable } from '@nestjs/common';
import { SealedStores } from '../vault/index.js';
import { clientSecretBinding } from './connector-secrets.js';

/** Tells the vault where the client secrets are. */
@Injectable()
export class SealedClientSecrets {
  constructor(stores: SealedStores) {
    stores.register({
      name: 'client_secrets',
      table: 'connectors',
      key: 'id',
      column: 'sealed_client_secret',
      bindings: ({ id }) => [clientSecretBinding(id)],
    });
  }
}
