import { Injectable } from '@nestjs/common';
import { PrismaService, type Transaction } from '../../platform/index.js';
import type { AuditFacets, AuditFilter, AuditIntent, LogPosition, AuditPosition } from './audit-filter.js';
import {
  auditSearch,
  endedOf,
  stepOf,
  LOOKED_AT,
  type AuditSearchSql,
} from './audit-search-sql.repository.js';

/** The result of one step, as positions. */
export interface FoundEvents {
  readonly positions: readonly LogPosition[];
  readonly reached: LogPosition | undefined;
}

const UNWANTED_PLANS = ['enable_sort', 'enable_incremental_sort', 'enable_seqscan', 'enable_bitmapscan'];

/** Searches the log by keyset: along one index, in the order of the chain, a bounded number of events at a time. */
@Injectable()
export class AuditSearchRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** The next `limit` that match; fewer, or none, when the bound was reached and `reached` says where to go on. */
  step(filter: AuditFilter, position: AuditPosition, limit: number): Promise<FoundEvents> {
    const search = auditSearch(filter, position);
    return this.alongIndexes(async (tx) => {
      const rows = await tx.$queryRaw<LogPosition[]>(stepOf(search, limit));
      const positions = rows.slice(0, limit);
      if (rows.length > limit) return { positions, reached: positions.at(-1) };
      const ended = search.exact && rows.length < LOOKED_AT;
      return { positions, reached: ended ? undefined : await this.end(tx, search) };
    });
  }

  /** The query plan of a step. */
  explain(filter: AuditFilter, position: AuditPosition, limit: number): Promise<unknown> {
    const step = stepOf(auditSearch(filter, position), limit);
    return this.alongIndexes(async (tx) => {
      const [row] = await tx.$queryRaw<{ 'QUERY PLAN': unknown }[]>`EXPLAIN (FORMAT JSON) ${step}`;
      return row?.['QUERY PLAN'];
    });
  }

  /** Which of these intents of a user have ended, by id. */
  async ended(userId: string, intents: readonly AuditIntent[]): Promise<string[]> {
    if (intents.length === 0) return [];
    const rows = await this.alongIndexes((tx) => tx.$queryRaw<{ id: string }[]>(endedOf(userId, intents)));
    return rows.map(({ id }) => id);
  }

  /** How many match; `undefined` when a step does not see them all. */
  count(filter: AuditFilter): Promise<number | undefined> {
    const { candidates, rest } = auditSearch(filter, { direction: 'newest_first' });
    return this.alongIndexes(async (tx) => {
      const [row] = await tx.$queryRaw<{ all: bigint; matching: bigint }[]>`
        SELECT count(*) AS all, count(*) FILTER (WHERE ${rest}) AS matching FROM (${candidates}) AS candidate`;
      return row && row.all < BigInt(LOOKED_AT) ? Number(row.matching) : undefined;
    });
  }

  /** Which agents and targets occur among the newest that one step looks at. */
  async facets(filter: AuditFilter): Promise<AuditFacets> {
    const { candidates, rest } = auditSearch(filter, { direction: 'newest_first' });
    const rows = await this.alongIndexes(
      (tx) => tx.$queryRaw<{ agentId: string | null; target: string | null }[]>`
        SELECT DISTINCT agent_id AS "agentId", target FROM (${candidates}) AS candidate WHERE ${rest}`,
    );
    const all = (name: 'agentId' | 'target') =>
      [...new Set(rows.map((row) => row[name]))].filter((value) => value !== null);
    return { agentIds: all('agentId'), targets: all('target') };
  }

  /** How many events were recorded at or after `at`, about: seq has no gaps, and follows the time to a second. */
  async countSince(at: Date): Promise<number> {
    const [row] = await this.prisma.$queryRaw<{ count: bigint }[]>`
      SELECT first_seq + size - coalesce((SELECT seq FROM audit_events WHERE at >= ${at} ORDER BY at, seq LIMIT 1),
        first_seq + size) AS count FROM audit_tree WHERE id = 1`;
    return Number(row?.count ?? 0);
  }

  /** The last candidate, unless a step sees them all. */
  private async end(tx: Transaction, { candidates }: AuditSearchSql): Promise<LogPosition | undefined> {
    const [last] = await tx.$queryRaw<LogPosition[]>`
      SELECT at, seq FROM (${candidates}) AS candidate OFFSET ${LOOKED_AT - 1}`;
    return last;
  }

  /**
   * PostgreSQL plans a search as if all candidates were fetched, and may prefer a sort; most pages need the first few.
   * Without sorts it reads the index in order and stops.
   */
  private alongIndexes<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.prisma.transaction(async (tx) => {
      await tx.$queryRaw`SELECT set_config(name, 'off', true) FROM unnest(${[...UNWANTED_PLANS]}::text[]) AS name`;
      return work(tx);
    });
  }
}
