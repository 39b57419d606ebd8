import { intervals, type FigureKind } from './figure.js';
import { latencyQuantile } from './latency.js';
import type { Period } from './period.js';
import type { ConnectionCount, FigureSum } from './rollups.repository.js';

const tokenStatuses = ['active', 'expired', 'inactive'] as const;
type ConnectionCounts = Record<(typeof tokenStatuses)[number], number>;

/** Counts of one interval, connector or agent. */
interface Counts {
  readonly calls: { succeeded: number; failed: number; denied: number };
  /** Of calls, in milliseconds; left out when there were none. */
  readonly latencyMs?: { p50: number; p95: number };
  readonly tasks: { succeeded: number; failed: number; outcome_unknown: number; canceled: number };
  readonly refreshes: { succeeded: number; failed: number };
}

/** The figures of a period. */
export interface Activity {
  readonly total: Counts;
  readonly points: (Counts & { at: string; connections?: ConnectionCounts })[];
  readonly connectors: (Counts & { target: string; connections?: ConnectionCounts })[];
  readonly agents: (Counts & { agentId: string })[];
}

/** Puts sums together to the figures of a period; the busiest connectors and agents come first. */
export function activityOf(
  period: Period,
  sums: readonly FigureSum[],
  samples: readonly ConnectionCount[],
): Activity {
  const byTime = Map.groupBy(sums, ({ at }) => at?.getTime());
  const samplesByTime = Map.groupBy(samples, ({ at }) => at.getTime());
  const latest = samplesByTime.get(samples.at(-1)?.at.getTime() ?? 0) ?? [];
  const latestByTarget = Map.groupBy(latest, ({ target }) => target);
  const timed = sums.filter(({ at }) => at !== undefined);
  const targets = new Set([...latestByTarget.keys(), ...named(sums, 'target')]);
  return {
    total: countsOf(timed),
    points: intervals(period.step, period.from, period.to).map((at) => ({
      at: at.toISOString(),
      ...countsOf(byTime.get(at.getTime()) ?? []),
      ...connectionsOf(samplesByTime.get(at.getTime())),
    })),
    connectors: busiestFirst(
      [...targets].map((target) => ({
        target,
        ...countsOf(sums.filter((sum) => sum.target === target)),
        ...connectionsOf(latestByTarget.get(target)),
      })),
    ),
    agents: busiestFirst(
      [...named(sums, 'agentId')].map((agentId) => ({
        agentId,
        ...countsOf(sums.filter((sum) => sum.agentId === agentId)),
      })),
    ),
  };
}

/** The connectors or agents that occur. */
function named(sums: readonly FigureSum[], member: 'target' | 'agentId'): Set<string> {
  return new Set(sums.flatMap((sum) => (sum[member] ? [sum[member]] : [])));
}

function busiestFirst<T extends Counts>(rows: T[]): T[] {
  const calls = ({ calls: { succeeded, failed, denied } }: T) => succeeded + failed + denied;
  return rows.sort((a, b) => calls(b) - calls(a));
}

function countsOf(sums: readonly FigureSum[]): Counts {
  const count = (kind: FigureKind, result: string) =>
    sums.reduce((sum, row) => (row.kind === kind && row.result === result ? sum + row.count : sum), 0);
  const latencies = sums.reduce<number[]>(
    (all, row) => row.latencies.map((each, n) => each + (all[n] ?? 0)),
    [],
  );
  const [p50, p95] = [latencyQuantile(latencies, 0.5), latencyQuantile(latencies, 0.95)];
  return {
    calls: {
      succeeded: count('call', 'succeeded'),
      failed: count('call', 'failed'),
      denied: count('call', 'denied'),
    },
    ...(p50 === undefined || p95 === undefined ? {} : { latencyMs: { p50, p95 } }),
    tasks: {
      succeeded: count('task', 'succeeded'),
      failed: count('task', 'failed'),
      outcome_unknown: count('task', 'outcome_unknown'),
      canceled: count('task', 'canceled'),
    },
    refreshes: { succeeded: count('refresh', 'succeeded'), failed: count('refresh', 'failed') },
  };
}

function connectionsOf(samples: readonly ConnectionCount[] | undefined): { connections?: ConnectionCounts } {
  if (!samples || samples.length === 0) return {};
  const count = (status: string) =>
    samples.reduce((sum, row) => (row.status === status ? sum + row.count : sum), 0);
  const [active, expired, inactive] = tokenStatuses.map(count) as [number, number, number];
  return { connections: { active, expired, inactive } };
}
