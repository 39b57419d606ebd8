import { Injectable } from '@nestjs/common';
import { PrismaService, Sql, type Transaction } from '../platform/index.js';
import type { InboxRow } from './inbox-row.js';
import type { AuditFilter } from './search/audit-filter.js';

/** Appends events to the log, in whichever transaction: an insert that waits for nobody. */
const APPEND = {
  name: 'audit_append',
  line: 'audit',
  text: 'INSERT INTO audit_inbox SELECT * FROM json_populate_recordset(null::audit_inbox, $1::json)',
};

/** How many events wait for their places, and since when the oldest of them does. */
export interface PendingEvents {
  readonly count: number;
  readonly since: Date | undefined;
}

/** Events that are committed and have no place in the tree yet. */
@Injectable()
export class AuditInboxRepository {
  constructor(
    private readonly sql: Sql,
    private readonly prisma: PrismaService,
  ) {}

  /** Appends events and commits them. */
  async commit(rows: readonly InboxRow[]): Promise<void> {
    await this.sql.run(APPEND, [JSON.stringify(rows)]);
  }

  /** Appends events in a transaction of others. */
  async append(tx: Transaction, rows: readonly InboxRow[]): Promise<void> {
    await tx.$executeRawUnsafe(APPEND.text, JSON.stringify(rows));
  }

  /** Whether an event about this user waits. */
  async holds(userId: string): Promise<boolean> {
    const [row] = await this.prisma.$queryRaw<{ found: boolean }[]>`
      SELECT EXISTS (
        SELECT FROM audit_inbox
        WHERE user_id = ${userId} OR actor_type = 'user' AND actor_id = ${userId}) AS found`;
    return row?.found ?? false;
  }

  /** Whether this event waits, and may be seen by whoever has this filter. */
  async has(id: string, { userId, agentId }: Pick<AuditFilter, 'userId' | 'agentId'>): Promise<boolean> {
    const [row] = await this.prisma.$queryRaw<{ found: boolean }[]>`
      SELECT EXISTS (
        SELECT FROM audit_inbox
        WHERE id = ${id} AND user_id IS NOT DISTINCT FROM coalesce(${userId ?? null}, user_id)
          AND agent_id IS NOT DISTINCT FROM coalesce(${agentId ?? null}, agent_id)) AS found`;
    return row?.found ?? false;
  }

  async pending(): Promise<PendingEvents> {
    const [row] = await this.prisma.$queryRaw<{ count: bigint; since: Date | null }[]>`
      SELECT count(*) AS count, min(at) AS since FROM audit_inbox`;
    return { count: Number(row?.count ?? 0), since: row?.since ?? undefined };
  }
}
