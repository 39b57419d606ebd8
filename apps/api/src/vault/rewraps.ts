import { Injectable } from '@nestjs/common';
import { Audit } from '../audit/index.js';
import { Clock, newId, notFound, Problem, type ListedPage, type PageRequest } from '../platform/index.js';
import type { Rewrap, RewrapProgress, RewrapStatus } from './rewrap.js';
import { RewrapsRepository } from './rewraps.repository.js';
import type { SealedCount } from './sealed-store.js';
import { SealedStores } from './sealed-stores.js';
import { retiredEvent, VaultKeys, type KeyMaker } from './vault-keys.js';

const WORKER: KeyMaker = { actor: { type: 'system', id: 'rewrap' } };

/** The beginning and the end of a re-wrap, each with its audit event. */
@Injectable()
export class Rewraps {
  constructor(
    private readonly rows: RewrapsRepository,
    private readonly keys: VaultKeys,
    private readonly stores: SealedStores,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Begins to bring everything under the key that seals; a worker does it.
   * @throws Problem 409 `rewrap_running`
   */
  async start({ actor, trace }: KeyMaker): Promise<Rewrap> {
    await this.keys.refresh();
    const keyId = this.keys.ring.primary.id;
    const total = left(keyId, await this.stores.countByKey());
    return this.rows.inTransaction(async (tx) => {
      const running = await this.rows.running(tx);
      if (running) {
        throw new Problem('rewrap_running', { rewrapId: running.id });
      }
      const rewrap = await this.rows.create(tx, { id: newId('rwp'), keyId, total });
      await this.audit.recordIn(tx, {
        type: 'vault.rewrap_started',
        outcome: 'succeeded',
        actor,
        ...trace,
        detail: { rewrapId: rewrap.id, keyId, total },
      });
      return rewrap;
    });
  }

  /** @throws Problem 404 */
  async getRewrap(id: string): Promise<Rewrap> {
    const found = await this.rows.findRewrap(id);
    if (!found) throw notFound('re-wrap');
    return found;
  }

  listRewraps(page: PageRequest): Promise<ListedPage<Rewrap>> {
    return this.rows.listRewraps(page);
  }

  /** Takes what nobody is doing, if this process has its key. */
  claim(holder: string, leaseMs: number): Promise<Rewrap | undefined> {
    return this.rows.claim(
      holder,
      leaseMs,
      this.keys.ring.keys.map(({ id }) => id),
    );
  }

  /** Counts the values of each key, and those that are not under `keyId` yet. */
  async count(keyId: string): Promise<{ counts: SealedCount[]; left: number }> {
    const counts = await this.stores.countByKey();
    return { counts, left: left(keyId, counts) };
  }

  /**
   * Ends a re-wrap, and retires the keys that hold nothing any more.
   * @returns its status, or `undefined` when another process has taken it over
   */
  async finish(
    rewrap: Rewrap,
    holder: string,
    progress: RewrapProgress,
    counts: readonly SealedCount[],
  ): Promise<RewrapStatus | undefined> {
    const remaining = left(rewrap.keyId, counts);
    const status = remaining === 0 ? 'finished' : 'incomplete';
    const held = new Set(counts.flatMap(({ keyId }) => (keyId === undefined ? [] : [keyId])));
    const idle = await this.keys.idle(held, rewrap.keyId);
    const { id, keyId } = rewrap;
    const { done, failed } = progress;
    return this.rows.inTransaction(async (tx) => {
      const end = { ...progress, status, finishedAt: this.clock.date() } as const;
      if (!(await this.rows.finish(tx, id, holder, end))) return undefined;
      const retired = await this.keys.retire(tx, idle);
      await this.audit.recordIn(
        tx,
        {
          type: 'vault.rewrap_finished',
          outcome: status === 'finished' ? 'succeeded' : 'failed',
          ...WORKER,
          detail: { rewrapId: id, keyId, done, failed, left: remaining, ms: this.msSince(rewrap) },
        },
        ...retired.map((retiredId) => retiredEvent(retiredId, WORKER)),
      );
      return status;
    });
  }

  private msSince({ startedAt }: Rewrap): number {
    return Math.max(0, this.clock.now() - startedAt.getTime());
  }
}

function left(keyId: string, counts: readonly SealedCount[]): number {
  return counts.filter((each) => each.keyId !== keyId).reduce((sum, { count }) => sum + count, 0);
}
