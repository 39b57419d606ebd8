/** The cost of a request; the first entry that matches applies. */
export interface BudgetCost {
  /** Any of these methods; all by default. */
  readonly methods?: readonly string[];
  /** Matches the end of the path, without query. */
  readonly path?: RegExp;
  readonly units: number;
}

/** A limit that a provider publishes for one user of an app. */
export interface Budget {
  /** Unique within the provider. */
  readonly name: string;
  readonly units: number;
  readonly windowMs: number;
  /** The name of this limit in `x-ratelimit-resource`, where the provider says which limit a response is about. */
  readonly resource?: string;
  /** A request that matches none costs nothing. */
  readonly costs: readonly BudgetCost[];
}

/** Units of a budget that a request uses. */
export function unitsOf({ costs }: Pick<Budget, 'costs'>, method: string, path: string): number {
  const fits = ({ methods, path: pattern }: BudgetCost) =>
    (methods?.includes(method) ?? true) && (pattern?.test(path) ?? true);
  return costs.find(fits)?.units ?? 0;
}
