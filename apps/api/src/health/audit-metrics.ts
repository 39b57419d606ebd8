import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { ForwardEvents } from '../audit/index.js';
import { Clock } from '../platform/index.js';
import { HealthService } from './health.service.js';

type Progress = Awaited<ReturnType<ForwardEvents['progress']>>[number];

/** How far the sinks of the audit log are behind. */
@Injectable()
export class AuditMetrics {
  constructor({ registry }: HealthService, forward: ForwardEvents, clock: Clock) {
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
}
