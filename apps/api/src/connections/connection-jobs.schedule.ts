import { Injectable } from '@nestjs/common';
import { ConnectionQueue } from './connection-queue.schedule.js';
import { HeldPlaces } from './held-places.js';
import { RefreshAhead } from './refresh/refresh-ahead.js';

/** What a worker does unasked: refreshes that are due, and what rooms to the left add. */
@Injectable()
export class ConnectionJobs {
  private readonly jobs: (() => Promise<void>)[] = [];

  constructor(
    private readonly queue: ConnectionQueue,
    private readonly refreshAhead: RefreshAhead,
    places: HeldPlaces,
  ) {
    queue.register(
      'refresh',
      ['token_set.refreshed', 'token_set.refresh_failed', 'connection.expired'],
      (connectionId) => refreshAhead.run(connectionId),
    );
    this.add(() => this.refreshDue());
    this.add(() => places.bindAll());
  }

  /** One more job of every round. */
  add(job: () => Promise<void>): void {
    this.jobs.push(job);
  }

  /** The jobs of one round, in order. */
  all(): readonly (() => Promise<void>)[] {
    return this.jobs;
  }

  private async refreshDue(): Promise<void> {
    for (const connectionId of await this.refreshAhead.due()) await this.queue.add('refresh', connectionId);
  }
}
