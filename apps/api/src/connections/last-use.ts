import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Clock, LastTimes, Log } from '../platform/index.js';
import { ConnectionsRepository } from './connections.repository.js';

/** Notes when connections are used. */
@Injectable()
export class LastUse implements BeforeApplicationShutdown {
  private readonly times: LastTimes;

  constructor(connections: ConnectionsRepository, clock: Clock, log: Log) {
    this.times = new LastTimes('last uses', (uses) => connections.used(uses), clock, log);
  }

  note(connectionId: string): void {
    this.times.note(connectionId);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.times.stop();
  }
}
