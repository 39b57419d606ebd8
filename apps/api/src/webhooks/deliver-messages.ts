import { randomUUID } from 'node:crypto';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Clock, Jobs, keepAlive, Log } from '../platform/index.js';
import { DeliveriesRepository, type DueDelivery } from './deliveries.repository.js';
import { DeliveryOutcomes } from './delivery-outcomes.js';
import { EndpointsInHandRepository } from './endpoints-in-hand.repository.js';
import { MessageSender } from './message-sender.js';

const LEASE_MS = 10_000;
const AT_ONCE = 8;

/**
 * Sends what is due, at least once. Each endpoint by itself, in one process at a time, so that one that does not answer
 * keeps no other waiting; the messages of one object one after the other. After a crash the lease of the endpoint ends,
 * and what was on its way is sent again under the same id.
 */
@Injectable()
export class DeliverMessages implements BeforeApplicationShutdown {
  private readonly holder = randomUUID();
  private readonly underWay = new Map<string, Promise<void>>();

  constructor(
    private readonly endpoints: EndpointsInHandRepository,
    private readonly rows: DeliveriesRepository,
    private readonly sender: MessageSender,
    private readonly outcomes: DeliveryOutcomes,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  async beforeApplicationShutdown(): Promise<void> {
    await this.settled();
  }

  /** Begins to send to every endpoint with due messages that nobody sends to; it does not wait for their end. */
  async beginDue(): Promise<void> {
    for (const id of await this.endpoints.due(this.clock.date())) {
      if (this.underWay.has(id) || this.jobs.isStopping) continue;
      const work = this.sendAll(id)
        .catch((error: unknown) =>
          this.log.error('messages of a webhook were not sent', { webhookId: id, error }),
        )
        .finally(() => this.underWay.delete(id));
      this.underWay.set(id, work);
    }
  }

  /** Resolves when nothing that was begun here is under way. */
  async settled(): Promise<void> {
    await Promise.all(this.underWay.values());
  }

  private async sendAll(id: string): Promise<void> {
    if (!(await this.endpoints.claim(id, this.holder, LEASE_MS))) return;
    try {
      while (!this.jobs.isStopping && (await this.sendSome(id)));
    } finally {
      await this.endpoints.release(id, this.holder);
    }
  }

  /** @returns false when nothing is due, or the endpoint is no longer this process's to send to */
  private async sendSome(id: string): Promise<boolean> {
    const endpoint = await this.endpoints.hold(id, this.holder, LEASE_MS);
    if (!endpoint) return false;
    // An endpoint that fails is tried with one message at a time.
    const due = await this.rows.due(id, this.clock.date(), endpoint.isFailing ? 1 : AT_ONCE);
    if (due.length === 0) return false;
    const post = await this.sender.openFor(id);
    const send = async (delivery: DueDelivery) => {
      const attempt = await post(endpoint.url, delivery.message);
      await this.outcomes.record(delivery, attempt);
    };
    await keepAlive(
      { extend: () => this.endpoints.hold(id, this.holder, LEASE_MS), onFailure: () => undefined },
      () => Promise.all(due.map(send)),
    );
    return true;
  }
}
