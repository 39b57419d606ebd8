import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { backoffMs, keepAlive, Log, randomSecret, SingleFlight } from '../../platform/index.js';
import { outcomeOf, RefreshAttempt, type RefreshOutcome } from './refresh-attempt.js';
import { LEASE_MS, type HeldLease } from './refresh-lease.js';
import { ConnectionsRepository } from '../connections.repository.js';
import { TokenSetsRepository } from './token-sets.repository.js';

const POLLS = { firstMs: 50, longestMs: 1_000, factor: 1.4 };
/** How long a caller waits for the refresh of another process. */
const PATIENCE_MS = 60_000;

/**
 * Refreshes a token set once, however many ask for it: callers in this process share one promise, processes share a
 * lease in the row. No database connection is held while the provider thinks, and a write only replaces the version
 * that was read.
 */
@Injectable()
export class RefreshTokenSet implements BeforeApplicationShutdown {
  private readonly inFlight = new SingleFlight<RefreshOutcome>();

  constructor(
    private readonly connections: ConnectionsRepository,
    private readonly tokenSets: TokenSetsRepository,
    private readonly attempt: RefreshAttempt,
    private readonly log: Log,
  ) {}

  /** Replaces version `version` of the connection's token set, or waits for the process that is doing so, a minute at most. */
  async refresh(connectionId: string, version: number): Promise<RefreshOutcome> {
    const patience = new AbortController();
    const late = sleep(PATIENCE_MS, { done: false, permanent: false, failure: 'timeout' } as const, {
      signal: patience.signal,
      ref: false,
    });
    late.catch(() => undefined);
    const key = `${connectionId} ${version}`;
    try {
      return await Promise.race([this.inFlight.run(key, () => this.run(connectionId, version)), late]);
    } finally {
      patience.abort();
    }
  }

  /** Lets refreshes in hand finish: what a provider has given is stored before the process ends. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.inFlight.settled();
  }

  private async run(connectionId: string, version: number): Promise<RefreshOutcome> {
    const holder = randomSecret(12);
    const giveUpAt = performance.now() + PATIENCE_MS;
    for (let looks = 1; ; looks++) {
      const found = await this.tokenSets.lease(connectionId, version, holder, LEASE_MS);
      if (!found?.taken && (found?.version !== version || !found.refreshable))
        return this.settled(connectionId, version);
      if (found.taken) {
        const lease = { connectionId, version, holder, unanswered: found.unanswered };
        const outcome = await this.held(lease, () => this.attempt.attemptRefresh(lease));
        this.report(connectionId, outcome);
        return outcome;
      }
      if (performance.now() > giveUpAt) return { done: false, permanent: false, failure: 'timeout' };
      await sleep(backoffMs(POLLS, looks));
    }
  }

  private held<T>({ connectionId, holder }: HeldLease, work: () => Promise<T>): Promise<T> {
    const extend = () => this.tokenSets.extend(connectionId, holder, LEASE_MS);
    const onFailure = (error: unknown) =>
      this.log.warn('a refresh lease could not be extended', { connectionId, error });
    return keepAlive({ extend, onFailure }, work);
  }

  private report(connectionId: string, outcome: RefreshOutcome): void {
    if (outcome.done) return;
    if (outcome.permanent) this.log.warn('refresh refused', { connectionId, reason: outcome.reason });
    else this.log.warn('refresh failed for now', { connectionId, reason: outcome.failure });
  }

  /** Somebody else has written: a newer token set, or that there will be none. */
  private async settled(connectionId: string, version: number): Promise<RefreshOutcome> {
    const connection = await this.connections.findConnection(connectionId);
    if (connection?.tokens?.version !== version) return outcomeOf(connection);
    return { done: false, permanent: true, reason: connection.reason ?? 'expired' };
  }
}
