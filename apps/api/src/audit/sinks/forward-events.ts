import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { SETTINGS_TOKEN, type AuditSinkSetting, type Settings } from '../../config/index.js';
import { backoffMs, Jobs, keepAlive, Log } from '../../platform/index.js';
import type { AuditEvent } from '../audit-event.js';
import { AuditRepository } from '../audit.repository.js';
import { AuditsNothing } from '../audited.js';
import { AuditSinksRepository, type SinkProgress } from './audit-sinks.repository.js';
import { deliver, type Delivery } from './deliver.js';

/** Short, so that a crash holds the sink up no longer; a holder that lives extends it. */
const LEASE_MS = 10_000;
const EVERY_MS = 1_000;
const LARGEST_BATCH = 200;
const WAITS = { firstMs: 1_000, longestMs: 5 * 60_000 };
const LONGEST_ASKED_WAIT_MS = 3_600_000;

/**
 * Sends the log on, each sink by itself, in order and at least once: a sink's position moves when it has taken a batch,
 * so after a crash the batch in hand is sent again, under the same `Idempotency-Key`. What a sink does not take is tried
 * again for as long as it takes; nothing is ever left out.
 */
@AuditsNothing('sends on what is recorded; recording that would never end')
@Injectable()
export class ForwardEvents implements OnApplicationBootstrap {
  private readonly holder = randomUUID();
  private readonly batchSizes = new Map<string, number>();

  constructor(
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    private readonly rows: AuditSinksRepository,
    private readonly events: AuditRepository,
    private readonly jobs: Jobs,
    private readonly log: Log,
  ) {}

  /** A job for each sink, so that a slow one does not keep the others waiting. */
  async onApplicationBootstrap(): Promise<void> {
    if (this.settings.role !== 'api') await this.prepare();
    for (const sink of this.sinks)
      this.jobs.every(EVERY_MS, `forwarding audit events to ${sink.name}`, () => this.forwardEvents(sink));
  }

  get sinks(): readonly AuditSinkSetting[] {
    return this.settings.auditSinks;
  }

  prepare(): Promise<void> {
    return this.rows.ensure(this.sinks);
  }

  /** Sends one sink what it does not have, until it has all, refuses, or somebody else sends. */
  async forwardEvents(sink: AuditSinkSetting): Promise<void> {
    let seq = await this.rows.claim(sink.name, this.holder, LEASE_MS);
    while (seq !== undefined) {
      const batch = await this.events.after(seq, this.batchSizes.get(sink.name) ?? LARGEST_BATCH);
      const last = batch.at(-1);
      if (!last || this.jobs.isStopping) return this.rows.release(sink.name, this.holder);
      const delivery = await this.held(sink.name, () => deliver(sink, batch));
      if (!delivery.taken) return this.putOff(sink, batch, delivery);
      if (delivery.rejected > 0) this.reportRejected(sink, batch, delivery.rejected);
      this.batchSizes.delete(sink.name);
      seq = (await this.rows.advance({ name: sink.name, holder: this.holder, leaseMs: LEASE_MS }, last.seq))
        ? last.seq
        : undefined;
    }
  }

  /** How far each sink of the settings is. */
  progress(): Promise<SinkProgress[]> {
    return this.rows.progress(this.sinks.map(({ name }) => name));
  }

  private async putOff(
    sink: AuditSinkSetting,
    batch: readonly AuditEvent[],
    { reason, tooLarge, retryAfterMs = 0 }: Extract<Delivery, { taken: false }>,
  ): Promise<void> {
    if (tooLarge && batch.length > 1) {
      this.batchSizes.set(sink.name, Math.ceil(batch.length / 2));
      return this.rows.release(sink.name, this.holder);
    }
    const failures = (await this.rows.failures(sink.name)) + 1;
    const waitMs = Math.max(backoffMs(WAITS, failures), Math.min(retryAfterMs, LONGEST_ASKED_WAIT_MS));
    this.log.warn('an audit sink does not take events; it is tried again', {
      sink: sink.name,
      reason,
      waitMs,
      failures,
    });
    await this.rows.release(sink.name, this.holder, { reason, waitMs });
  }

  /** OTLP forbids to send a partial success again, so all that is left is to say it. */
  private reportRejected(sink: AuditSinkSetting, batch: readonly AuditEvent[], rejected: number): void {
    this.log.error('an audit sink took a batch and rejected events of it', {
      sink: sink.name,
      rejected,
      from: String(batch[0]?.seq),
      to: String(batch.at(-1)?.seq),
    });
  }

  /** Extends the lease while a sink takes its time. */
  private held<T>(name: string, work: () => Promise<T>): Promise<T> {
    const extend = () => this.rows.extend(name, this.holder, LEASE_MS);
    const onFailure = (error: unknown) =>
      this.log.warn('the lease of an audit sink could not be extended', { sink: name, error });
    return keepAlive({ extend, onFailure }, work);
  }
}
