import type { AuditEvent, AuditType } from '../../audit/index.js';
import { latencyBucket, LATENCY_BUCKETS } from './latency.js';

/** The intervals that are counted, longest last. */
export const STEPS = ['minute', 'hour', 'six_hours', 'day'] as const;
export type Step = (typeof STEPS)[number];

const STEP_MS: Readonly<Record<Step, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  six_hours: 6 * 3_600_000,
  day: 86_400_000,
};

/** The kinds of things that are counted, each by what became of it. */
export type FigureKind = 'call' | 'task' | 'refresh';

/** An event as it is counted. */
interface Figure {
  readonly kind: FigureKind;
  readonly result: string;
  readonly count: number;
}

/** A row of the table of counts, or what is to be added to one. */
export interface Rollup extends Figure {
  readonly step: Step;
  /** The start of its interval. */
  readonly at: Date;
  readonly target: string;
  readonly agentId: string;
  readonly latencies: readonly number[];
}

type Reading = (event: AuditEvent) => Figure | undefined;

const one = (kind: FigureKind, result: string): Figure => ({ kind, result, count: 1 });
const ended =
  (kind: FigureKind): Reading =>
  ({ outcome }) =>
    outcome === 'intended' ? undefined : one(kind, outcome);

/** The events that are counted. An event in this table is counted once for each step. */
const READINGS: Readonly<Partial<Record<AuditType, Reading>>> = {
  'action.run': ended('call'),
  'request.forwarded': ended('call'),
  // Denials that repeat are recorded once with their number.
  'access.denied': ({ agentId, detail }) =>
    agentId === undefined ? undefined : { ...one('call', 'denied'), count: positive(detail['count']) ?? 1 },
  'task.finished': ({ outcome, detail }) =>
    one('task', typeof detail['status'] === 'string' ? detail['status'] : outcome),
  'task.canceled': () => one('task', 'canceled'),
  'token_set.refreshed': ended('refresh'),
  'token_set.refresh_failed': ended('refresh'),
  'connection.expired': ended('refresh'),
};

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

/** The types of events that are counted. */
export const COUNTED_TYPES = Object.keys(READINGS) as AuditType[];

/** The start of the interval that a time lies in. */
export function startOf(step: Step, at: Date): Date {
  return new Date(Math.floor(at.getTime() / STEP_MS[step]) * STEP_MS[step]);
}

/** The starts of all intervals from `from` to before `to`. */
export function intervals(step: Step, from: Date, to: Date): Date[] {
  const first = startOf(step, from).getTime();
  const count = Math.max(0, Math.ceil((to.getTime() - first) / STEP_MS[step]));
  return Array.from({ length: count }, (_, n) => new Date(first + n * STEP_MS[step]));
}

/** The counts that these events add, one row for each that changes. */
export function rollUp(events: readonly AuditEvent[]): Rollup[] {
  const rows = new Map<string, { row: Rollup; latencies: number[] }>();
  for (const event of events) {
    const figure = READINGS[event.type]?.(event);
    if (!figure) continue;
    for (const step of STEPS) addTo(rows, { ...rowOf(event, step), ...figure }, event);
  }
  return [...rows.values()].map(({ row, latencies }) => ({ ...row, latencies }));
}

function rowOf({ at, target = '', agentId = '' }: AuditEvent, step: Step) {
  return { step, at: startOf(step, at), target, agentId };
}

function addTo(
  rows: Map<string, { row: Rollup; latencies: number[] }>,
  added: Omit<Rollup, 'latencies'>,
  { durationMs }: AuditEvent,
): void {
  const { step, at, kind, result, target, agentId } = added;
  const key = JSON.stringify([step, at, kind, result, target, agentId]);
  const found = rows.get(key);
  const latencies = found?.latencies ?? [];
  if (added.kind === 'call' && durationMs !== undefined) {
    while (latencies.length < LATENCY_BUCKETS) latencies.push(0);
    const bucket = latencyBucket(durationMs);
    latencies[bucket] = (latencies[bucket] ?? 0) + 1;
  }
  rows.set(key, { row: { ...added, count: added.count + (found?.row.count ?? 0), latencies }, latencies });
}
