import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AuditsNothing } from '../../audit/index.js';
import { Clock, Jobs, Log } from '../../platform/index.js';
import { ConnectionQueue } from '../connection-queue.schedule.js';
import { ConnectionsRepository } from '../connections.repository.js';
import { RefreshTokenSet } from './refresh-token-set.js';
import { TokenSetsRepository } from './token-sets.repository.js';

const KIND = 'refresh';
const EVERY_MS = 5_000;
/** More than the worker gets done until it looks again. */
const BATCH = 2_000;

/** Refreshes token sets before anybody misses them, and idle ones before their provider forgets them. */
@AuditsNothing('puts connections on the queue, which knows what a refresh records')
@Injectable()
export class RefreshAhead implements OnApplicationBootstrap {
  constructor(
    private readonly tokenSets: TokenSetsRepository,
    private readonly connections: ConnectionsRepository,
    private readonly refreshTokenSet: RefreshTokenSet,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly queue: ConnectionQueue,
    private readonly jobs: Jobs,
  ) {
    queue.register(
      KIND,
      ['token_set.refreshed', 'token_set.refresh_failed', 'connection.expired'],
      (connectionId) => this.refreshAhead(connectionId),
    );
  }

  onApplicationBootstrap(): void {
    this.jobs.every(EVERY_MS, 'finding refreshes that are due', async () => {
      for (const connectionId of await this.due()) await this.queue.add(KIND, connectionId);
    });
  }

  /** Ids of the connections that are due. */
  due(): Promise<string[]> {
    return this.tokenSets.due(this.clock.date(), BATCH);
  }

  /** Refreshes one connection, if it is still due; how that went stands in its row. */
  async refreshAhead(connectionId: string): Promise<void> {
    try {
      const found = await this.connections.findConnection(connectionId);
      const { refreshable, refreshAt, retryAt, version } = found?.tokens ?? {};
      const now = this.clock.now();
      if (!refreshable || version === undefined || refreshAt === undefined) return;
      if (refreshAt.getTime() > now || (retryAt?.getTime() ?? 0) > now) return;
      await this.refreshTokenSet.refresh(connectionId, version);
    } catch (error) {
      this.log.error('a refresh ahead failed', { connectionId, error });
    }
  }
}
