import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { ConnectionsService } from '../connections/index.js';
import { CIRCUIT_STATES, ProviderCircuits } from '../gateway/index.js';
import { TasksService } from '../tasks/index.js';
import { HealthRepository } from './health.repository.js';

/** Whether this process can serve, and the figures of what it holds. */
@Injectable()
export class HealthService {
  private draining = false;
  readonly registry = new Registry();
  readonly requests = new Histogram({
    name: 'valetkey_http_request_duration_seconds',
    help: 'Duration of HTTP requests by method, route and status.',
    labelNames: ['method', 'route', 'status'],
    registers: [this.registry],
  });

  constructor(
    private readonly repository: HealthRepository,
    connections: ConnectionsService,
    tasks: TasksService,
    circuits: ProviderCircuits,
  ) {
    collectDefaultMetrics({ register: this.registry });
    new Gauge({
      name: 'valetkey_connections',
      help: 'Connections by token status.',
      labelNames: ['status'],
      registers: [this.registry],
      async collect() {
        for (const [status, count] of Object.entries(await connections.countByStatus()))
          this.set({ status }, count);
      },
    });
    new Gauge({
      name: 'valetkey_tasks',
      help: 'Tasks by status.',
      labelNames: ['status'],
      registers: [this.registry],
      async collect() {
        this.reset();
        for (const [status, count] of Object.entries(await tasks.countByStatus()))
          this.set({ status }, count);
      },
    });
    new Gauge({
      name: 'valetkey_provider_circuits',
      help: 'Circuits to the hosts of providers, as this process sees them: 1 for the state that each is in.',
      labelNames: ['provider', 'host', 'state'],
      registers: [this.registry],
      collect() {
        for (const { provider, host, state } of circuits.list())
          for (const name of CIRCUIT_STATES)
            this.set({ provider, host, state: name }, Number(name === state));
      },
    });
  }

  /** All figures in the format of Prometheus. */
  async metrics(): Promise<{ contentType: string; text: string }> {
    return { contentType: this.registry.contentType, text: await this.registry.metrics() };
  }

  /** From now on this process says that it is not ready: it serves what it has in hand and wants nothing new. */
  drain(): void {
    this.draining = true;
  }

  get isDraining(): boolean {
    return this.draining;
  }

  /** Why this process cannot serve; `undefined` when it can. */
  async unreadiness(): Promise<string | undefined> {
    if (this.draining) return 'This process is stopping.';
    return (await this.repository.answers()) ? undefined : 'The database does not answer.';
  }
}
