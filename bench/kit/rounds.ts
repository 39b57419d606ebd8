import type { Figure, Spread } from './benchmark.js';

/** Median and range; of an even count the median is the mean of the two in the middle. */
export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const half = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 === 1 ? at(half) : (at(half - 1) + at(half)) / 2;
  return { median, min: at(0), max: at(sorted.length - 1) };
}

/** A value that was seen once. */
export function once(value: number): Spread {
  return { median: value, min: value, max: value };
}

/** Runs every side once a round, in turn, so that what the machine does meanwhile falls on all of them. */
export async function interleaved<Side extends string, Result>(
  rounds: number,
  sides: Readonly<Record<Side, () => Promise<Result>>>,
): Promise<Record<Side, Result[]>> {
  const names = Object.keys(sides) as Side[];
  const results = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Side, Result[]>;
  for (let round = 0; round < rounds; round++) {
    for (const name of names) results[name].push(await sides[name]());
  }
  return results;
}

/** A figure whose bar is a share of its floor. */
export function ratioFigure(
  about: Pick<Figure, 'name' | 'unit' | 'notes'>,
  ours: readonly number[],
  floor: readonly number[],
  atLeast?: number,
): Figure {
  const ratio = spread(ours.map((value, round) => value / (floor[round] ?? Number.NaN)));
  return {
    ...about,
    ours: spread(ours),
    floor: spread(floor),
    ratio,
    ...(atLeast === undefined
      ? {}
      : { bar: { text: `at least ${atLeast} of the floor`, met: ratio.median >= atLeast } }),
  };
}
