import type { CallStage } from './call-stage.js';
import type { Figure } from './benchmark.js';
import type { LoadResult } from './load.js';
import { interleaved, ratioFigure, spread } from './rounds.js';

const WARM_UP_MS = 3_000;
const SIDES = ['floor', 'direct', 'ours'] as const;

export interface CallFigureOptions {
  readonly name: string;
  readonly connections: readonly number[];
  readonly rounds: number;
  readonly ms: number;
  /** Share of the floor's requests/s to reach. */
  readonly atLeast?: number;
  /** Most that the middle request may take longer than to the upstream itself, over one connection. */
  readonly addedMs?: number;
}

/** Requests/s against the floor, and what a call over us takes longer than one to the upstream itself. */
export async function callFigures(
  { load, origins }: CallStage,
  { name, connections, rounds, ms, atLeast, addedMs }: CallFigureOptions,
): Promise<Figure[]> {
  for (const side of SIDES) await load.run(side, origins[side], 16, WARM_UP_MS);
  const figures: Figure[] = [];
  for (const width of connections) {
    const sides = SIDES.map((side) => [side, () => load.run(side, origins[side], width, ms)] as const);
    const results = await interleaved(
      rounds,
      Object.fromEntries(sides) as Record<(typeof SIDES)[number], () => Promise<LoadResult>>,
    );
    const perSecond = (side: (typeof SIDES)[number]) => results[side].map((result) => result.perSecond);
    figures.push(
      ratioFigure(
        { name: `${name}: ${width} connections`, unit: '/s', notes: times(results.ours, results.floor) },
        perSecond('ours'),
        perSecond('floor'),
        atLeast,
      ),
    );
    if (width > 1) continue;
    const added = spread(
      results.ours.map(({ p50Ms }, round) => p50Ms - (results.direct[round]?.p50Ms ?? Number.NaN)),
    );
    figures.push({
      name: `${name}: added p50, 1 connection`,
      unit: 'ms',
      ours: added,
      notes: { 'direct p50 ms': spread(results.direct.map(({ p50Ms }) => p50Ms)).median },
      ...(addedMs === undefined
        ? {}
        : { bar: { text: `at most ${addedMs} ms`, met: added.median <= addedMs } }),
    });
  }
  return figures;
}

function times(ours: readonly LoadResult[], floor: readonly LoadResult[]): Record<string, number | string> {
  const median = (results: readonly LoadResult[], of: (result: LoadResult) => number) =>
    spread(results.map(of)).median;
  const first = ours.find(({ firstFailure }) => firstFailure)?.firstFailure;
  return {
    'p50 ms': median(ours, ({ p50Ms }) => p50Ms),
    'p99 ms': median(ours, ({ p99Ms }) => p99Ms),
    'floor p50 ms': median(floor, ({ p50Ms }) => p50Ms),
    failures: ours.reduce((sum, { failures }) => sum + failures, 0),
    ...(first === undefined ? {} : { 'first failure': first.slice(0, 200) }),
  };
}
