import { Injectable } from '@nestjs/common';
import { Clock, isLockTimeout, Log, Problem, type Transaction } from '../platform/index.js';
import type { AuditEvent, NewAuditEvent } from './audit-event.js';
import { AuditChainRepository } from './audit-chain.repository.js';

interface Waiting {
  readonly events: readonly NewAuditEvent[];
  readonly resolve: (recorded: AuditEvent[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The log that everything else waits for. `record` resolves when its events are committed; what waits at the same
 * moment shares one statement.
 */
@Injectable()
export class Audit {
  private waiting: Waiting[] = [];
  private underWay = 0;
  private scheduled = false;

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
    return new Promise((resolve, reject) => {
      this.waiting.push({ events, resolve, reject });
      this.schedule();
    });
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

  /** One turn of the event loop later, so that calls that arrive together are written together. */
  private schedule(): void {
    if (this.scheduled || this.underWay >= this.chain.atOnce || this.waiting.length === 0) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      void this.write();
    });
  }

  private async write(): Promise<void> {
    const group = this.waiting;
    this.waiting = [];
    this.underWay++;
    await this.writeGroup(group);
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
      if (refused.length > 1 || (await this.tryGroup([entry])) !== undefined) refused.push(entry);
    }
    if (refused.length > 0) this.refuse(refused, failure);
  }

  /** @returns what went wrong, when nothing was written */
  private async tryGroup(group: readonly Waiting[]): Promise<unknown> {
    const events = group.flatMap((entry) => entry.events);
    try {
      const recorded = await this.chain.commit(events, this.clock.date());
      let from = 0;
      for (const { events: own, resolve } of group) resolve(recorded.slice(from, (from += own.length)));
      return undefined;
    } catch (error) {
      return error ?? new Error('unknown');
    }
  }

  private refuse(group: readonly Waiting[], error: unknown): void {
    this.log.error('audit events could not be written', { waiting: group.length, error });
    const problem = unavailable();
    for (const { reject } of group) reject(problem);
  }
}

function unavailable(): Problem {
  return new Problem(
    503,
    'audit_unavailable',
    'The audit log cannot be written, so nothing was done. Try again later.',
  );
}
