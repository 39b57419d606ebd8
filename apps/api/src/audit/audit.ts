import { Injectable } from '@nestjs/common';
import { Clock, isLockTimeout, Log, nextTurn, Problem, type Transaction } from '../platform/index.js';
import type { AuditEvent, NewAuditEvent } from './audit-event.js';
import { AuditChainRepository } from './audit-chain.repository.js';
import type { Precondition } from './preconditions.js';

interface Waiting {
  readonly events: readonly NewAuditEvent[];
  readonly precondition?: Precondition;
  readonly resolve: (recorded: AuditEvent[]) => void;
  readonly reject: (error: unknown) => void;
  /** Its precondition did not hold: it has been answered. */
  isOut?: true;
}

/**
 * The log that everything else waits for. `record` resolves when its events are committed; what waits at the same
 * moment shares one statement.
 */
@Injectable()
export class Audit {
  private waiting: Waiting[] = [];
  private underWay = 0;
  private readonly writeSoon = nextTurn(() => void this.write());
  private entriesUnderWay = 0;

  constructor(
    private readonly chain: AuditChainRepository,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /**
   * Commits events, in order.
   * @throws Problem 503 `audit_unavailable` when they cannot be written: the caller must not go on
   */
  record(...events: readonly NewAuditEvent[]): Promise<AuditEvent[]> {
    return this.enter({ events });
  }

  /**
   * Commits an event if what it rests on stands as it did: the database compares as it commits, so that what was read
   * some time ago needs no second look.
   * @returns `undefined` when it does not: the caller must not go on. Nothing was recorded, unless the answer to a first
   *   try was lost
   * @throws Problem 503 `audit_unavailable` as `record`
   */
  async recordIf(precondition: Precondition, event: NewAuditEvent): Promise<AuditEvent | undefined> {
    return (await this.enter({ events: [event], precondition }))[0];
  }

  /**
   * Appends events to a change that commits or rolls back with them; call it last in the transaction.
   * @throws Error caused by 503 `audit_unavailable` when they cannot be written: the change must not be kept
   */
  async recordIn(tx: Transaction, ...events: readonly NewAuditEvent[]): Promise<AuditEvent[]> {
    try {
      return await this.chain.append(tx, events, this.clock.date());
    } catch (error) {
      this.log.error('audit events could not be written', { waiting: events.length, error });
      // Not the problem itself: nobody on the way may take it for an answer about what they were doing.
      throw new Error('the change was not recorded', { cause: unavailable() });
    }
  }

  private enter(entry: Pick<Waiting, 'events' | 'precondition'>): Promise<AuditEvent[]> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ ...entry, resolve, reject });
      this.schedule();
    });
  }

  /**
   * One turn of the event loop later, so that calls that arrive together are written together. A group goes when it is as
   * large as what is on its way, or that is written: each statement costs as much as several events.
   */
  private schedule(): void {
    if (this.underWay >= this.chain.atOnce || this.waiting.length === 0) return;
    if (this.waiting.length >= this.entriesUnderWay) this.writeSoon();
  }

  private async write(): Promise<void> {
    const group = this.waiting;
    this.waiting = [];
    this.underWay++;
    this.entriesUnderWay += group.length;
    await this.writeGroup(group);
    this.entriesUnderWay -= group.length;
    this.underWay--;
    this.schedule();
  }

  private async writeGroup(group: readonly Waiting[]): Promise<void> {
    const failure = await this.tryGroup(group);
    if (failure === undefined) return;
    // Somebody holds the chain: the next would wait as long again.
    if (group.length === 1 || isLockTimeout(failure)) return this.refuse(group, failure);
    // One event that the database will not take is no reason to refuse the others; two are taken for an outage.
    const refused: Waiting[] = [];
    for (const entry of group) {
      if (entry.isOut) continue;
      if (refused.length > 1 || (await this.tryGroup([entry])) !== undefined) refused.push(entry);
    }
    if (refused.length > 0) this.refuse(refused, failure);
  }

  /** @returns what went wrong, when nothing was written */
  private async tryGroup(group: readonly Waiting[]): Promise<unknown> {
    const events = group.flatMap((entry) => entry.events);
    const preconditions = group.flatMap(({ precondition }) => precondition ?? []);
    try {
      const appended = await this.chain.commit(events, this.clock.date(), preconditions);
      if ('failed' in appended) return await this.tryOthers(group, appended.failed);
      let from = 0;
      for (const { events: own, resolve } of group)
        resolve(appended.recorded.slice(from, (from += own.length)));
      return undefined;
    } catch (error) {
      return error ?? new Error('unknown');
    }
  }

  /** Those whose precondition failed are told; that is no reason to refuse the others. */
  private tryOthers(group: readonly Waiting[], failed: ReadonlySet<Precondition>): Promise<unknown> {
    for (const entry of group) {
      if (entry.precondition === undefined || !failed.has(entry.precondition)) continue;
      entry.isOut = true;
      entry.resolve([]);
    }
    return this.tryGroup(group.filter(({ isOut }) => !isOut));
  }

  private refuse(group: readonly Waiting[], error: unknown): void {
    this.log.error('audit events could not be written', { waiting: group.length, error });
    const problem = unavailable();
    for (const { reject } of group) reject(problem);
  }
}

function unavailable(): Problem {
  return new Problem('audit_unavailable');
}
