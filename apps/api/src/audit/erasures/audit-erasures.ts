import { Injectable } from '@nestjs/common';
import { notFound, type ListedPage, type PageRequest, type Transaction } from '../../platform/index.js';
import type { NewAuditEvent } from '../audit-event.js';
import { Audit } from '../audit.js';
import { AuditInboxRepository } from '../audit-inbox.repository.js';
import { AuditKeys } from '../audit-keys.js';
import { rangesOf } from '@valetkey/audit-log';
import type { AskedBy, AuditErasure } from './audit-erasure.js';
import { AuditErasuresRepository } from './audit-erasures.repository.js';

const WORKER: AskedBy = { actor: { type: 'system', id: 'audit_erasure' } };
const BATCH = 500;

/** The part of another room in the erasure of a user. */
export interface TakesPart {
  /** Whether work is under way that will still record events about the user: the erasure does not end before it. */
  isUnderWay(userId: string): Promise<boolean>;
  /** Whether events about the user are still to be read: none is erased before. */
  isReading?(userId: string): Promise<boolean>;
  /**
   * Deletes, as the erasure ends, revocations that are not worth waiting for.
   * @returns the number of token sets whose revocation no provider confirmed
   */
  forget(tx: Transaction, userId: string): Promise<number>;
}

/**
 * Erases users from the log: the personal parts of events go, the events stay. The digest of each erased part stays
 * too, so the chain holds, and a signed event names every position: that tells an erasure from a tampering.
 */
@Injectable()
export class AuditErasures {
  private readonly parts: TakesPart[] = [];

  constructor(
    private readonly rows: AuditErasuresRepository,
    private readonly audit: Audit,
    private readonly keys: AuditKeys,
    private readonly inbox: AuditInboxRepository,
  ) {}

  /** Call it while the application is put together. */
  join(part: TakesPart): void {
    this.parts.push(part);
  }

  /** Begins to erase a user, known here or not; a worker does it. */
  start(userId: string, by: AskedBy): Promise<AuditErasure> {
    return this.rows.inTransaction(async (tx) => {
      const { erasure, event } = await this.startIn(tx, userId, by);
      await this.audit.recordIn(tx, event);
      return erasure;
    });
  }

  /** The same as part of a transaction that records `event` with its others. */
  async startIn(
    tx: Transaction,
    userId: string,
    { actor, trace }: AskedBy,
  ): Promise<{ erasure: AuditErasure; event: NewAuditEvent }> {
    const erasure = await this.rows.start(tx, userId);
    // The event does not name the user: it would be the one event that still does.
    const detail = { erasureId: erasure.id };
    const event = { type: 'audit_erasure.started', outcome: 'succeeded', actor, ...trace, detail } as const;
    return { erasure, event };
  }

  /** @throws Problem 404 */
  async getErasure(id: string): Promise<AuditErasure> {
    const found = await this.rows.findErasure(id);
    if (!found) throw notFound('erasure');
    return found;
  }

  listErasures(page: PageRequest): Promise<ListedPage<AuditErasure>> {
    return this.rows.listErasures(page);
  }

  /**
   * Erases some events and records that, in one transaction.
   * @returns how many; `undefined` when another process has taken the erasure over
   */
  async eraseSome(
    { id, userId }: { readonly id: string; readonly userId: string },
    holder: string,
    leaseMs: number,
  ): Promise<number | undefined> {
    return this.rows.inTransaction(async (tx) => {
      if (!(await this.rows.hold(tx, id, holder, leaseMs))) return undefined;
      const positions = await this.rows.erase(tx, id, userId, BATCH);
      if (positions.length === 0) return 0;
      const rows = rangesOf(positions.map(Number));
      const { keyId, signature } = await this.keys.sign({ purpose: 'erasure', rows });
      const detail = { erasureId: id, rows, keyId, signature };
      await this.audit.recordIn(tx, {
        type: 'audit_event.erased',
        outcome: 'succeeded',
        ...WORKER,
        detail,
      });
      return positions.length;
    });
  }

  /** Whether events about the user are still to come, or are committed and have no place in the log yet. */
  async isUnderWay(userId: string): Promise<boolean> {
    const answers = await Promise.all(this.parts.map((part) => part.isUnderWay(userId)));
    return answers.includes(true) || this.inbox.holds(userId);
  }

  /** Whether events about the user must stay a moment longer, for a part that has not read them. */
  async isBeingRead(userId: string): Promise<boolean> {
    const answers = await Promise.all(this.parts.map((part) => part.isReading?.(userId)));
    return answers.includes(true);
  }

  /** Ends the erasure, and deletes the id of its user. */
  async finish(
    { id, userId }: { readonly id: string; readonly userId: string },
    holder: string,
  ): Promise<void> {
    await this.rows.inTransaction(async (tx) => {
      const erased = await this.rows.finish(tx, id, holder);
      if (erased === undefined) return;
      let unconfirmedRevocations = 0;
      for (const part of this.parts) unconfirmedRevocations += await part.forget(tx, userId);
      await this.rows.noteUnconfirmed(tx, id, unconfirmedRevocations);
      const detail = { erasureId: id, erased, unconfirmedRevocations };
      await this.audit.recordIn(tx, {
        type: 'audit_erasure.finished',
        outcome: 'succeeded',
        ...WORKER,
        detail,
      });
    });
  }
}
