import { Injectable } from '@nestjs/common';
import { Clock, notFound, Problem, type ListedPage, type PageRequest } from '../../platform/index.js';
import type { NewAuditEvent } from '../audit-event.js';
import { Audit } from '../audit.js';
import { AuditKeys } from '../audit-keys.js';
import type { AskedBy } from '../erasures/audit-erasure.js';
import { startOfMonth, type AuditTrim } from './audit-trim.js';
import { AuditTrimsRepository } from './audit-trims.repository.js';
import { TrimLimits } from './trim-limits.js';
import { StoredTree } from '../stored-tree.js';

const WORKER: AskedBy = { actor: { type: 'system', id: 'audit_trim' } };

/**
 * Lets go of whole old months. A signed event says first up to where, and the root hash of the tree up to there: the
 * rest of the log goes on from that tree, so it is verified as before.
 */
@Injectable()
export class AuditTrims {
  constructor(
    private readonly rows: AuditTrimsRepository,
    private readonly limits: TrimLimits,
    private readonly tree: StoredTree,
    private readonly keys: AuditKeys,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Begins to let go of the months that had ended at `before`, and by now; a worker does it.
   * @throws Problem 409 `nothing_to_trim`, `trim_running`, `audit_not_anchored`, `audit_not_forwarded`
   */
  async start(before: Date, by: AskedBy): Promise<AuditTrim> {
    const month = startOfMonth(new Date(Math.min(before.getTime(), this.clock.now())));
    await this.limits.sign();
    const found = await this.rows.reach(month);
    if (!found) {
      const day = month.toISOString().slice(0, 10);
      throw new Problem('nothing_to_trim', { day });
    }
    await this.limits.check(found.throughSeq);
    const reach = { ...found, throughHash: await this.tree.rootAt(found.throughSeq) };
    const event = await this.eventOf({ ...reach, before: month }, 'intended', by);
    return this.rows.inTransaction(async (tx) => {
      if (await this.rows.running(tx)) throw new Problem('trim_running');
      const trim = await this.rows.create(tx, { ...reach, before: month });
      await this.audit.recordIn(tx, event);
      return trim;
    });
  }

  /** Does what was begun, here or by a process that is gone. @returns false when somebody reads the log for long */
  async run(): Promise<boolean> {
    const trim = await this.rows.running();
    if (!trim) return true;
    if (!(await this.rows.apply())) return false;
    const event = await this.eventOf(trim, 'succeeded', WORKER);
    await this.rows.inTransaction(async (tx) => {
      if (await this.rows.finish(tx, trim.throughSeq, this.clock.date()))
        await this.audit.recordIn(tx, event);
    });
    return true;
  }

  /** @throws Problem 404 */
  async getTrim(throughSeq: bigint): Promise<AuditTrim> {
    const found = await this.rows.findTrim(throughSeq);
    if (!found) throw notFound('trim');
    return found;
  }

  listTrims(page: PageRequest): Promise<ListedPage<AuditTrim>> {
    return this.rows.listTrims(page);
  }

  /** Both events are signed: either is enough for a verifier. */
  private async eventOf(
    trim: Pick<AuditTrim, 'throughSeq' | 'throughHash' | 'events' | 'before'>,
    outcome: 'intended' | 'succeeded',
    { actor, trace }: AskedBy,
  ): Promise<NewAuditEvent> {
    const statement = { throughSeq: trim.throughSeq.toString(), throughHash: trim.throughHash };
    const { keyId, signature } = await this.keys.sign({ purpose: 'trim', ...statement });
    const detail = { before: trim.before.toISOString(), events: Number(trim.events) };
    return {
      type: 'audit_log.trimmed',
      outcome,
      actor,
      ...trace,
      detail: { ...statement, ...detail, keyId, signature },
    };
  }
}
