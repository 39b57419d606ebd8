import { Injectable } from '@nestjs/common';
import { Audit, type NewAuditEvent } from '../audit/index.js';
import { Clock, Log, type Transaction } from '../platform/index.js';
import { failingPercent, nextAttemptMs } from './attempts.js';
import { DeliveriesRepository, type DueDelivery } from './deliveries.repository.js';
import type { Attempt } from './message-sender.js';
import { WebhookHealthRepository, type FailingEndpoint } from './webhook-health.repository.js';

const GONE = 410;

/** The outcome of an attempt, for its message and for its endpoint. */
@Injectable()
export class DeliveryOutcomes {
  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly endpoints: WebhookHealthRepository,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  async record(delivery: DueDelivery, attempt: Attempt): Promise<void> {
    await this.endpoints.inTransaction((tx) =>
      attempt.error === undefined
        ? this.succeeded(tx, delivery, attempt)
        : this.failed(tx, delivery, attempt, attempt.error),
    );
  }

  // The endpoint's row comes first, as in a deletion: two that lock in opposite orders wait for each other for ever.
  private async succeeded(tx: Transaction, delivery: DueDelivery, attempt: Attempt): Promise<void> {
    await this.endpoints.took(tx, delivery.endpointId, attempt.at);
    await this.deliveries.attempted(tx, delivery, attempt, { status: 'succeeded' });
  }

  private async failed(
    tx: Transaction,
    delivery: DueDelivery,
    attempt: Attempt,
    error: string,
  ): Promise<void> {
    const isGone = attempt.status === GONE;
    const waitMs = nextAttemptMs(delivery.attempts + 1, Math.random(), attempt.retryAfterMs);
    const endpoint = await this.endpoints.failed(tx, delivery.endpointId, attempt.at, error);
    const next =
      waitMs === undefined || isGone
        ? { status: 'failed' as const }
        : { nextAt: new Date(this.clock.now() + waitMs) };
    await this.deliveries.attempted(tx, delivery, attempt, next);
    if (endpoint) await this.judge(tx, endpoint, { isGone, error });
  }

  /** Warns of an endpoint that goes on failing, and disables it in the end. */
  private async judge(
    tx: Transaction,
    endpoint: FailingEndpoint,
    { isGone, error }: { readonly isGone: boolean; readonly error: string },
  ): Promise<void> {
    const { id, host, failingSince, warnedPercent } = endpoint;
    const percent = failingPercent(failingSince, this.clock.now());
    const events: NewAuditEvent[] = [];
    const event = { outcome: 'failed', actor: { type: 'system', id: 'webhooks' } } as const;
    if (percent > warnedPercent) {
      await this.endpoints.warned(tx, id, percent);
      const detail = { webhookId: id, host, percent, failingSince, error };
      events.push({ ...event, type: 'webhook.failed', detail });
      this.log.warn('a webhook takes no messages', { webhookId: id, host, percent, error });
    }
    if (isGone || percent === 100) {
      const reason = isGone ? 'gone' : 'failing';
      await this.endpoints.disable(tx, id, reason, this.clock.date());
      events.push({ ...event, type: 'webhook.disabled', detail: { webhookId: id, host, reason } });
      this.log.warn('a webhook was disabled', { webhookId: id, host, reason });
    }
    await this.audit.recordIn(tx, ...events);
  }
}
