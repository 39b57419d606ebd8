import { Injectable } from '@nestjs/common';
import { AuthorizationCleanup } from './authorizations/authorization-cleanup.js';
import { ConnectionQueue } from './connection-queue.schedule.js';
import { HeldPlaces } from './authorizations/held-places.js';
import { RefreshAhead } from './refresh/refresh-ahead.js';
import { Revocations } from './revocations/revocations.js';

/** What a worker does unasked: refreshes that are due, revocations, and authorizations that were broken off. */
@Injectable()
export class ConnectionJobs {
  private readonly added: (() => Promise<void>)[] = [];

  constructor(
    private readonly queue: ConnectionQueue,
    private readonly refreshAhead: RefreshAhead,
    private readonly revocations: Revocations,
    private readonly cleanup: AuthorizationCleanup,
    private readonly places: HeldPlaces,
  ) {
    queue.register(
      'refresh',
      ['token_set.refreshed', 'token_set.refresh_failed', 'connection.expired'],
      (connectionId) => refreshAhead.run(connectionId),
    );
  }

  /** One more job of every round. */
  add(job: () => Promise<void>): void {
    this.added.push(job);
  }

  /** The jobs of one round, in order. */
  all(): (() => Promise<void>)[] {
    return [
      () => this.refreshDue(),
      () => this.revocations.enqueueDue(),
      () => this.cleanup.run(),
      () => this.places.bindAll(),
      ...this.added,
    ];
  }

  private async refreshDue(): Promise<void> {
    for (const connectionId of await this.refreshAhead.due()) await this.queue.add('refresh', connectionId);
  }
}
