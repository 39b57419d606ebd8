import { Injectable } from '@nestjs/common';
import { Clock, Log } from '../../platform/index.js';
import { ConnectionsRepository } from '../connections.repository.js';
import { RefreshTokenSet } from './refresh-token-set.js';
import { TokenSetsRepository } from './token-sets.repository.js';

/** More than the worker gets done between two rounds; the rest is found by the next one. */
const BATCH = 2_000;

/** Refreshes token sets before anybody misses them, and idle ones before their provider forgets them. */
@Injectable()
export class RefreshAhead {
  constructor(
    private readonly tokenSets: TokenSetsRepository,
    private readonly connections: ConnectionsRepository,
    private readonly refreshTokenSet: RefreshTokenSet,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Ids of the connections that are due. */
  due(): Promise<string[]> {
    return this.tokenSets.due(this.clock.date(), BATCH);
  }

  /** Refreshes one connection, if it is still due; how that went stands in its row. */
  async run(connectionId: string): Promise<void> {
    try {
      const found = await this.connections.find(connectionId);
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
