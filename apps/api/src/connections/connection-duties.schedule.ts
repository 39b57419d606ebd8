import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/index.js';
import { AuthorizationsRepository } from './authorizations.repository.js';
import { ConnectionQueue } from './connection-queue.schedule.js';
import { RefreshAhead } from './refresh-ahead.js';
import { Revocations } from './revocations.js';

const KEEP_AUTHORIZATIONS_MS = 24 * 60 * 60_000;

/** What a worker does unasked: refreshes that are due, revocations, and authorizations that nobody can finish. */
@Injectable()
export class ConnectionDuties {
  constructor(
    private readonly queue: ConnectionQueue,
    private readonly refreshAhead: RefreshAhead,
    private readonly revocations: Revocations,
    private readonly authorizations: AuthorizationsRepository,
    private readonly clock: Clock,
  ) {
    queue.register('refresh', (connectionId) => refreshAhead.run(connectionId));
  }

  /** One round's duties, in order. */
  all(): (() => Promise<void>)[] {
    return [() => this.refreshDue(), () => this.revocations.enqueueDue(), () => this.dropAuthorizations()];
  }

  private async refreshDue(): Promise<void> {
    for (const connectionId of await this.refreshAhead.due()) await this.queue.add('refresh', connectionId);
  }

  private dropAuthorizations(): Promise<void> {
    return this.authorizations.deleteExpired(new Date(this.clock.now() - KEEP_AUTHORIZATIONS_MS));
  }
}
