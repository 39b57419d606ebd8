import { Injectable } from '@nestjs/common';
import {
  Clock,
  Grouped,
  isPassing,
  isUnstorableText,
  Log,
  Problem,
  type Transaction,
} from '../platform/index.js';
import type { NewAuditEvent, RecordedEvent } from './audit-event.js';
import { AuditInboxRepository } from './audit-inbox.repository.js';
import { inboxRow, type InboxRow } from './inbox-row.js';

/** Statements under way at one time: the database writes one while the next is put together. */
const AT_ONCE = 2;

/**
 * The log that everything else waits for. `record` resolves when its events are committed; what waits at the same
 * moment shares one statement. The tree has them a moment later, see `Sequencer`.
 */
@Injectable()
export class Audit {
  private readonly commits: Grouped<readonly NewAuditEvent[], RecordedEvent[]>;

  constructor(
    private readonly inbox: AuditInboxRepository,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {
    this.commits = new Grouped((groups) => this.commitAll(groups), AT_ONCE);
  }

  /**
   * Commits events, all or none.
   * @throws Problem 503 `audit_unavailable` when they cannot be written: the caller must not go on
   */
  async record(...events: readonly NewAuditEvent[]): Promise<RecordedEvent[]> {
    if (events.length === 0) return [];
    try {
      return await this.commits.ask(events);
    } catch {
      throw unavailable();
    }
  }

  /**
   * Appends events to a change that commits or rolls back with them.
   * @throws Error caused by 503 `audit_unavailable` when they cannot be written: the change must not be kept
   */
  async recordIn(tx: Transaction, ...events: readonly NewAuditEvent[]): Promise<RecordedEvent[]> {
    if (events.length === 0) return [];
    const at = this.clock.date();
    const rows = events.map((event) => inboxRow(event, at));
    try {
      await this.inbox.append(tx, rows);
    } catch (error) {
      throw this.notRecorded(error, events.length);
    }
    return events.map((event, n) => ({ ...event, id: rows[n]?.id ?? '', at }));
  }

  /**
   * Runs a statement that makes a change and appends its events itself, as rows of `audit_inbox`.
   * @throws Error caused by 503 `audit_unavailable` when it fails: nothing was kept. A temporary failure of the database
   *   is thrown as it is
   */
  async recordedBy<T>(
    events: readonly (NewAuditEvent | undefined)[],
    statement: (rows: readonly (InboxRow | undefined)[]) => Promise<T>,
  ): Promise<T> {
    const at = this.clock.date();
    try {
      return await statement(events.map((event) => event && inboxRow(event, at)));
    } catch (error) {
      const count = events.filter((event) => event !== undefined).length;
      if (count === 0 || isPassing(error) || isUnstorableText(error)) throw error;
      throw this.notRecorded(error, count);
    }
  }

  private notRecorded(error: unknown, events: number): Error {
    this.report(events, error);
    // Not the problem itself: nobody on the way may take it for an answer about what they were doing.
    return new Error('the change was not recorded', { cause: unavailable() });
  }

  private async commitAll(groups: readonly (readonly NewAuditEvent[])[]): Promise<RecordedEvent[][]> {
    const at = this.clock.date();
    const recorded = groups.map((events) => events.map((event) => ({ event, row: inboxRow(event, at) })));
    const rows = recorded.flatMap((group) => group.map(({ row }) => row));
    try {
      await this.inbox.commit(rows);
    } catch (error) {
      this.report(rows.length, error);
      throw error;
    }
    return recorded.map((group) => group.map(({ event, row }) => ({ ...event, id: row.id, at })));
  }

  private report(waiting: number, error: unknown): void {
    this.log.error('audit events could not be written', { waiting, error });
  }
}

function unavailable(): Problem {
  return new Problem('audit_unavailable');
}
