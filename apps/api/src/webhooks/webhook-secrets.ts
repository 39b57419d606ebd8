import { Injectable } from '@nestjs/common';
import { newId } from '../platform/index.js';
import { SealedStores, Vault } from '../vault/index.js';
import { newSigningKeys, type SigningKeys } from './signatures.js';

/** A new secret of an endpoint. */
export interface NewWebhookSecret {
  readonly id: string;
  readonly sealed: Uint8Array<ArrayBuffer>;
  readonly publicKey: string;
}

/** Makes, seals and opens what signs. */
@Injectable()
export class WebhookSecrets {
  constructor(
    private readonly vault: Vault,
    stores: SealedStores,
  ) {
    stores.register({
      name: 'webhook_secrets',
      table: 'webhook_secrets',
      key: 'id',
      column: 'sealed',
      bindings: ({ id }) => [bindingOf(id)],
    });
  }

  /** `secret` is to be shown once. */
  async make(): Promise<{ readonly row: NewWebhookSecret; readonly secret: string }> {
    const id = newId('whs');
    const { keys, publicKey } = newSigningKeys();
    const sealed = await this.vault.seal(JSON.stringify(keys), bindingOf(id));
    return { row: { id, sealed, publicKey }, secret: keys.secret };
  }

  /** @throws UnsealError */
  open(rows: readonly { readonly id: string; readonly sealed: Uint8Array }[]): Promise<SigningKeys[]> {
    return Promise.all(
      rows.map(
        async ({ id, sealed }) => JSON.parse(await this.vault.open(sealed, bindingOf(id))) as SigningKeys,
      ),
    );
  }
}

function bindingOf(rowId: string) {
  return { purpose: 'webhook.secret', rowId };
}
