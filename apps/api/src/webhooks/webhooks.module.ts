import { Module } from '@nestjs/common';
import { VaultModule } from '../vault/index.js';
import { WebhookAddresses } from './webhook-addresses.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { WebhooksController } from './webhooks.controller.js';
import { WebhooksRepository } from './webhooks.repository.js';
import { WebhooksService } from './webhooks.service.js';

/** Tells calling apps what has happened, as Standard Webhooks: signed, with ids and no content. */
@Module({
  imports: [VaultModule],
  controllers: [WebhooksController],
  providers: [WebhooksRepository, WebhooksService, WebhookSecrets, WebhookAddresses],
})
export class WebhooksModule {}
