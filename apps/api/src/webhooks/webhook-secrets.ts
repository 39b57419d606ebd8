import { Injectable } from '@nestjs/common';
import { Clock, newId } from '../platform/index.js';
import { SealedStores, Vault } from '../vault/index.js';
import { newSigningKeys, type SigningKeys } from './signatures.js';
import { WebhooksRepository, type NewWebhookSecret } from './webhooks.repository.js';

/** Makes, seals and opens what signs. */
@Injectable()
export class WebhookSecrets {
  constructor(
    private readonly vault: Vault,
    private readonly rows: WebhooksRepository,
    private readonly clock: Clock,
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

  /** The keys that sign for an endpoint now, the current ones first. @throws UnsealError */
  async keysOf(endpointId: string): Promise<SigningKeys[]> {
    const rows = await this.rows.signing(endpointId, this.clock.date());
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
