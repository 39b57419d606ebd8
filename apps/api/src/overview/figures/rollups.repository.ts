import { Injectable } from '@nestjs/common';
import { Prisma, TransactionalRepository, type Transaction } from '../../platform/index.js';
import { STEPS, startOf, type FigureKind, type Rollup } from './figure.js';
import { LATENCY_BUCKETS } from './latency.js';
import { KEPT_MS, type Period } from './period.js';

/** Which counts are meant; what is left out is not narrowed. */
export interface FigureFilter {
  readonly target?: string | undefined;
  readonly agentId?: string | undefined;
}

/** Counts summed up: over an interval, a connector, or an agent; the other two are not there. */
export interface FigureSum {
  readonly kind: FigureKind;
  readonly result: string;
  readonly at?: Date | undefined;
  readonly target?: string | undefined;
  readonly agentId?: string | undefined;
  readonly count: number;
  readonly latencies: readonly number[];
}

/** How many connections there were. */
export interface ConnectionCount {
  readonly at: Date;
  readonly target: string;
  readonly status: string;
  readonly count: number;
}

const LATENCY_SUMS = Prisma.raw(
  Array.from({ length: LATENCY_BUCKETS }, (_, n) => `coalesce(sum(latencies[${n + 1}]), 0)::int`).join(', '),
);
const only = ({ target, agentId }: FigureFilter) => Prisma.sql`
  ${target === undefined ? Prisma.empty : Prisma.sql`AND target = ${target}`}
  ${agentId === undefined ? Prisma.empty : Prisma.sql`AND agent_id = ${agentId}`}`;

/** Counts per interval, and their sums. */
@Injectable()
export class RollupsRepository extends TransactionalRepository {
  /** Adds counts, in the order of their keys: two writers wait for one another and do not lock each other out. */
  async add(tx: Transaction, rows: readonly Rollup[]): Promise<void> {
    if (rows.length === 0) return;
    const json = JSON.stringify(rows.map(({ agentId, ...row }) => ({ ...row, agent_id: agentId })));
    await tx.$executeRaw`
      INSERT INTO activity_rollups AS kept (step, at, kind, result, target, agent_id, count, latencies)
      SELECT step, at, kind, result, target, agent_id, count, latencies FROM json_to_recordset(${json}::json)
        AS added (step text, at timestamptz, kind text, result text, target text, agent_id text, count int, latencies int[])
      ORDER BY step, kind, at, result, target, agent_id
      ON CONFLICT (step, kind, at, result, target, agent_id) DO UPDATE SET
        count = kept.count + excluded.count,
        latencies = (SELECT coalesce(array_agg(coalesce(a, 0) + coalesce(b, 0) ORDER BY n), '{}')
          FROM unnest(kept.latencies, excluded.latencies) WITH ORDINALITY AS pair (a, b, n))`;
  }

  /** All sums of a period: by interval, by connector, and by agent. */
  async sums({ step, from, to }: Period, filter: FigureFilter): Promise<FigureSum[]> {
    const rows = await this.prisma.$queryRaw<SumRow[]>`
      SELECT kind, result, at, target, agent_id, sum(count)::int AS count, ARRAY[${LATENCY_SUMS}] AS latencies
      FROM activity_rollups
      WHERE step = ${step} AND kind IN ('call', 'task', 'refresh') AND at >= ${from} AND at < ${to} ${only(filter)}
      GROUP BY GROUPING SETS ((kind, result, at), (kind, result, target), (kind, result, agent_id))`;
    return rows.map(({ at, target, agent_id: agentId, ...row }) => ({
      ...row,
      at: at ?? undefined,
      target: target ?? undefined,
      agentId: agentId ?? undefined,
    }));
  }

  /** Notes the connections there are at the moment. */
  async sampleConnections(now: Date): Promise<void> {
    const starts = STEPS.map((step) => startOf(step, now));
    await this.prisma.$executeRaw`
      INSERT INTO connection_samples (step, at, target, status, count)
      SELECT step.name, step.at, counted.target, counted.status, counted.count
      FROM unnest(${[...STEPS]}::text[], ${starts}::timestamptz[]) AS step (name, at)
      CROSS JOIN (
        SELECT connector.target, status.name AS status, count(connection.id) FILTER (WHERE status.name =
            CASE WHEN tokens.connection_id IS NULL THEN 'inactive'
              WHEN tokens.expires_at <= ${now} THEN 'expired' ELSE 'active' END)::int AS count
        FROM connectors AS connector
        CROSS JOIN unnest(ARRAY['active', 'expired', 'inactive']) AS status (name)
        LEFT JOIN connections AS connection ON connection.connector_id = connector.id
        LEFT JOIN token_sets AS tokens ON tokens.connection_id = connection.id
        GROUP BY connector.target, status.name) AS counted
      ORDER BY step.name, step.at, counted.target, counted.status
      ON CONFLICT (step, at, target, status) DO UPDATE SET count = excluded.count`;
  }

  /** How many connections there were in each interval of a period. */
  samples({ step, from, to }: Period, target: string | undefined): Promise<ConnectionCount[]> {
    return this.prisma.connectionSample.findMany({
      where: { step, at: { gte: from, lt: to }, ...(target === undefined ? {} : { target }) },
      select: { at: true, target: true, status: true, count: true },
      orderBy: { at: 'asc' },
    });
  }

  async purge(now: Date): Promise<void> {
    for (const step of STEPS) {
      const where = { step, at: { lt: new Date(now.getTime() - KEPT_MS[step]) } };
      await this.prisma.activityRollup.deleteMany({ where });
      await this.prisma.connectionSample.deleteMany({ where });
    }
  }
}

type SumRow = Omit<FigureSum, 'at' | 'target' | 'agentId'> & {
  readonly at: Date | null;
  readonly target: string | null;
  readonly agent_id: string | null;
};
