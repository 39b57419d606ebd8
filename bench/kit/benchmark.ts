/** One value over several rounds. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** One line of a report. A figure with a floor is judged by its ratio, one without by its own value. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly ours: Spread;
  readonly floor?: Spread;
  /** Ours over floor, round by round. */
  readonly ratio?: Spread;
  readonly bar?: { readonly text: string; readonly met: boolean };
  /** Further observations, for the reader of the line. */
  readonly notes?: Readonly<Record<string, string | number>>;
}

/** An option of a benchmark, with the value of the short form and of the full one. */
export interface BenchmarkOption {
  readonly means: string;
  readonly short: string;
  readonly full: string;
}

/** Options as given; every declared name has a value. */
export type OptionValues = Readonly<Record<string, string>>;

export interface Benchmark {
  readonly name: string;
  readonly measures: string;
  /** The floor that our figures are compared with. */
  readonly floor: string;
  readonly options: Readonly<Record<string, BenchmarkOption>>;
  /** Runs it; `say` tells the person at the terminal how far it is. */
  run(options: OptionValues, say: (text: string) => void): Promise<Figure[]>;
}

/** `1,16,64` → `[1, 16, 64]`. */
export function numbers(text: string | undefined): number[] {
  const values = (text ?? '').split(',').map(Number);
  if (values.some((value) => !Number.isFinite(value) || value <= 0))
    throw new Error(`not a list of numbers: ${text}`);
  return values;
}

/** The one number of an option. */
export function number(text: string | undefined): number {
  const [value, ...more] = numbers(text);
  if (value === undefined || more.length > 0) throw new Error(`not a number: ${text}`);
  return value;
}
