import { Injectable } from '@nestjs/common';
import { Audit } from '../audit/index.js';
import {
  Clock,
  cursorPage,
  newId,
  notFound,
  Problem,
  readCursor,
  type CursorPage,
  type ListedPage,
  type PageRequest,
} from '../platform/index.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import {
  DeliveryLogRepository,
  type Delivery,
  type DeliveryFilter,
  type DeliveryWithAttempts,
} from './delivery-log.repository.js';
import { MessageSender } from './message-sender.js';
import type { WebhookEventType } from './webhook-events.js';
import type { Webhook } from './webhooks.repository.js';
import { WebhooksService, type ChangedBy } from './webhooks.service.js';

const TEST: WebhookEventType = 'webhook.test';

/** The log of deliveries, as operators read it; it sends one again, and one to try an endpoint out. */
@Injectable()
export class DeliveryLog {
  constructor(
    private readonly rows: DeliveryLogRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly webhooks: WebhooksService,
    private readonly sender: MessageSender,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem 400 for a cursor of another list */
  async list(
    filter: DeliveryFilter,
    cursor: string | undefined,
    limit: number,
  ): Promise<CursorPage<Delivery>> {
    const rows = await this.rows.newest(filter, readCursor(cursor), limit + 1);
    return cursorPage(rows, limit, ({ id }) => id);
  }

  listDeliveries(page: PageRequest): Promise<ListedPage<Delivery>> {
    return this.rows.listDeliveries(page);
  }

  /** @throws Problem 404 */
  async getDelivery(id: string): Promise<DeliveryWithAttempts> {
    const found = await this.rows.findDelivery(id);
    if (!found) throw notFound('delivery');
    return found;
  }

  /**
   * Has a message sent again, under its id, by a worker.
   * @throws Problem 404; 409 `webhook_is_disabled`
   */
  async replay(id: string, { actor, trace }: ChangedBy): Promise<DeliveryWithAttempts> {
    const { endpointId, type } = await this.getDelivery(id);
    const { disabledAt } = await this.webhooks.getWebhook(endpointId);
    if (disabledAt) throw new Problem('webhook_is_disabled');
    await this.rows.inTransaction(async (tx) => {
      await this.rows.replay(tx, id, this.clock.date());
      const detail = { webhookId: endpointId, deliveryId: id, eventType: type };
      await this.audit.recordIn(tx, {
        type: 'webhook.replayed',
        outcome: 'succeeded',
        actor,
        ...trace,
        detail,
      });
    });
    return this.getDelivery(id);
  }

  /**
   * Sends a test message once, also to a disabled endpoint, and answers what came of it.
   * @throws Problem 404
   */
  async test(webhookId: string, { actor, trace }: ChangedBy): Promise<DeliveryWithAttempts> {
    const webhook = await this.webhooks.getWebhook(webhookId);
    const post = await this.sender.openFor(webhookId);
    const delivery = testOf(webhook, this.clock.date());
    const { id, messageId, body } = delivery;
    const detail = { webhookId, host: new URL(webhook.url).host, deliveryId: id };
    await this.audit.record({ type: 'webhook.tested', outcome: 'succeeded', actor, ...trace, detail });
    const attempt = await post(webhook.url, { id: messageId, body });
    // Written after it was sent: nothing else sends it.
    await this.rows.add(delivery);
    const status = attempt.error === undefined ? ('succeeded' as const) : ('failed' as const);
    await this.rows.inTransaction((tx) => this.deliveries.attempted(tx, delivery, attempt, { status }));
    return this.getDelivery(id);
  }
}

function testOf({ id: webhookId }: Webhook, at: Date): Delivery {
  return {
    id: newId('whd'),
    endpointId: webhookId,
    messageId: newId('msg'),
    seq: 0n,
    type: TEST,
    objectId: webhookId,
    userId: null,
    body: JSON.stringify({ type: TEST, timestamp: at.toISOString(), data: { webhookId } }),
    status: 'pending',
    attempts: 0,
    // No worker takes it before its only attempt has ended.
    nextAt: new Date(at.getTime() + 60_000),
    createdAt: at,
    endedAt: null,
  };
}
