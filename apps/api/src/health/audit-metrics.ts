import { Injectable } from '@nestjs/common';
import { Gauge, type Registry } from 'prom-client';
import { ForkGuard, ForwardEvents, Sequencer } from '../audit/index.js';
import { Clock } from '../platform/index.js';
import { HealthService } from './health.service.js';

type Progress = Awaited<ReturnType<ForwardEvents['progress']>>[number];

/** How far the tree of the audit log, and its sinks, are behind. */
@Injectable()
export class AuditMetrics {
  constructor(
    { registry }: HealthService,
    forward: ForwardEvents,
    private readonly sequencer: Sequencer,
    private readonly clock: Clock,
    guard: ForkGuard,
  ) {
    this.pendingIn(registry);
    new Gauge({
      name: 'valetkey_audit_forked',
      help: '1 when the audit log contradicts a checkpoint that was published and is not signed any more.',
      registers: [registry],
      collect() {
        this.set(guard.fork ? 1 : 0);
      },
    });
    if (forward.sinks.length === 0) return;
    const gauge = (name: string, help: string, read: (progress: Progress) => number) =>
      new Gauge({
        name: `valetkey_audit_sink_${name}`,
        help,
        labelNames: ['sink'],
        registers: [registry],
        async collect() {
          for (const progress of await forward.progress()) this.set({ sink: progress.name }, read(progress));
        },
      });
    gauge('lag_events', 'Audit events that the sink does not have.', ({ behind }) => behind);
    gauge('lag_seconds', 'Age of the oldest audit event that the sink does not have.', ({ waitingSince }) =>
      waitingSince ? Math.max(0, clock.now() - waitingSince.getTime()) / 1000 : 0,
    );
    gauge(
      'failures',
      'Tries that failed since the last batch that the sink took.',
      ({ failures }) => failures,
    );
  }

  private pendingIn(registry: Registry): void {
    const { sequencer, clock } = this;
    new Gauge({
      name: 'valetkey_audit_pending_seconds',
      help: 'Age of the oldest audit event that is committed and not in the tree.',
      registers: [registry],
      async collect() {
        const { since } = await sequencer.pending();
        this.set(since ? Math.max(0, clock.now() - since.getTime()) / 1000 : 0);
      },
    });
  }
}
