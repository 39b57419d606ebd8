import { Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { AuditsNothing } from '../audit/index.js';
import { ConnectorDependents, type ConnectorDependent } from '../connectors/index.js';
import { Jobs } from '../platform/index.js';
import { ConnectionQueue } from '../connections/index.js';
import { ConnectorTeardown } from './connector-teardown.js';
import { ConnectorCleanup } from './connector-cleanup.js';

const KIND = 'drop';
const EVERY_MS = 5_000;

/** Disconnects the connections of a connector that is dropped, on any worker, or within the caller's request. */
@AuditsNothing('puts connectors on the queue, which knows what their end records')
@Injectable()
export class ConnectorTeardownJobs implements OnModuleInit, OnApplicationBootstrap {
  constructor(
    private readonly dependents: ConnectorDependents,
    private readonly queue: ConnectionQueue,
    private readonly jobs: Jobs,
    private readonly teardown: ConnectorTeardown,
    private readonly cleanup: ConnectorCleanup,
  ) {}

  onModuleInit(): void {
    const dependent: ConnectorDependent = {
      // The row records the drop as well: without the queue it only waits for the next scheduled look.
      drop: (connectorId) => this.queue.add(KIND, connectorId).catch(() => undefined),
      finishDrop: (connectorId) => this.teardown.finish(connectorId),
      leave: (tx, connectorId) => this.cleanup.leave(tx, connectorId),
    };
    this.dependents.register(dependent);
    this.queue.register(KIND, ['connection.disconnected'], (connectorId) =>
      this.teardown.runQuietly(connectorId),
    );
  }

  onApplicationBootstrap(): void {
    this.jobs.every(EVERY_MS, 'finding connectors that have ended', async () => {
      for (const connectorId of await this.teardown.due()) await this.queue.add(KIND, connectorId);
    });
  }
}
