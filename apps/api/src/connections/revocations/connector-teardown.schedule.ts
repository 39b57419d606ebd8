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
    private readonly duties: ConnectionJobs,
    private readonly drop: ConnectorTeardown,
    private readonly leftovers: ConnectorCleanup,
  ) {}

  onModuleInit(): void {
    const dependent: ConnectorDependent = {
      // The row says it as well: a queue that is away only delays it to the next round.
      drop: (connectorId) => this.queue.add(KIND, connectorId).catch(() => undefined),
      finishDrop: (connectorId) => this.drop.finish(connectorId),
      leave: (tx, connectorId) => this.leftovers.leave(tx, connectorId),
      move: (tx, before, clientSecret) => this.leftovers.move(tx, before, clientSecret),
    };
    this.dependents.register(dependent);
    this.queue.register(KIND, ['connection.disconnected'], (connectorId) =>
      this.drop.runQuietly(connectorId),
    );
    this.duties.add(async () => {
      for (const connectorId of await this.drop.due()) await this.queue.add(KIND, connectorId);
    });
  }
}
