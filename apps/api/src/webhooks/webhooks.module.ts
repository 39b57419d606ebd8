import { Module } from '@nestjs/common';
import { VaultModule } from '../vault/index.js';
import { DeliverMessages } from './deliver-messages.js';
import { DeliveriesController } from './deliveries.controller.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { DeliveryCleanup } from './delivery-cleanup.js';
import { DeliveryLog } from './delivery-log.js';
import { DeliveryLogRepository } from './delivery-log.repository.js';
import { DeliveryOutcomes } from './delivery-outcomes.js';
import { EndpointsInHandRepository } from './endpoints-in-hand.repository.js';
import { MessageSender } from './message-sender.js';
import { TellEvents } from './tell-events.js';
import { WebhookAddresses } from './webhook-addresses.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { WebhookHealthRepository } from './webhook-health.repository.js';
import { WebhooksController } from './webhooks.controller.js';
import { WebhooksRepository } from './webhooks.repository.js';
import { WebhooksService } from './webhooks.service.js';

const endpoints = [WebhooksRepository, WebhooksService, WebhookSecrets, WebhookAddresses];
const delivering = [
  DeliveriesRepository,
  EndpointsInHandRepository,
  WebhookHealthRepository,
  MessageSender,
  DeliveryOutcomes,
  DeliverMessages,
  TellEvents,
  DeliveryCleanup,
  DeliveryLog,
  DeliveryLogRepository,
];

/** Tells calling apps what has happened, as Standard Webhooks: signed, with ids and no content. */
@Module({
  imports: [VaultModule],
  controllers: [WebhooksController, DeliveriesController],
  providers: [...endpoints, ...delivering],
})
export class WebhooksModule {}
