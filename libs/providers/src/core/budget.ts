/** What a request costs; the first that fits is taken. */
export interface BudgetCost {
  /** Any of these methods; all by default. */
  readonly methods?: readonly string[];
  /** Fits the end of the path, without query. */
  readonly path?: RegExp;
  readonly units: number;
}

/** What a provider allows one user of an app, as it publishes it. */
export interface Budget {
  /** Unique within the provider. */
  readonly name: string;
  readonly units: number;
  readonly windowMs: number;
  /** What the provider calls this in `x-ratelimit-resource`, where it tells which of its limits an answer speaks of. */
  readonly resource?: string;
  /** A request that none fits costs nothing. */
  readonly costs: readonly BudgetCost[];
}

/** Units of a budget that a request uses. */
export function unitsOf({ costs }: Pick<Budget, 'costs'>, method: string, path: string): number {
  const fits = ({ methods, path: pattern }: BudgetCost) =>
    (methods?.includes(method) ?? true) && (pattern?.test(path) ?? true);
  return costs.find(fits)?.units ?? 0;
}
