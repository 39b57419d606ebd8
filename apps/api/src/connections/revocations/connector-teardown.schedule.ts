import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ConnectorDependents, type ConnectorDependent } from '../../connectors/index.js';
import { ConnectionJobs } from '../connection-jobs.schedule.js';
import { ConnectionQueue } from '../connection-queue.schedule.js';
import { ConnectorTeardown } from './connector-teardown.js';
import { ConnectorCleanup } from './connector-cleanup.js';

const KIND = 'drop';

/** What becomes of connections when their connector ends: dropped by whichever worker is free, or taken along. */
@Injectable()
export class ConnectorDrops implements OnModuleInit {
  constructor(
    private readonly dependents: ConnectorDependents,
    private readonly queue: ConnectionQueue,
    private readonly jobs: ConnectionJobs,
    private readonly teardown: ConnectorTeardown,
    private readonly cleanup: ConnectorCleanup,
  ) {}

  onModuleInit(): void {
    const dependent: ConnectorDependent = {
      // The row says it as well: a queue that is away only delays it to the next round.
      drop: (connectorId) => this.queue.add(KIND, connectorId).catch(() => undefined),
      finishDrop: (connectorId) => this.teardown.finish(connectorId),
      leave: (tx, connectorId) => this.cleanup.leave(tx, connectorId),
    };
    this.dependents.register(dependent);
    this.queue.register(KIND, ['connection.disconnected'], (connectorId) =>
      this.teardown.runQuietly(connectorId),
    );
    this.jobs.add(async () => {
      for (const connectorId of await this.teardown.due()) await this.queue.add(KIND, connectorId);
    });
  }
}
