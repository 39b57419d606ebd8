import type { Provider } from '../core/provider.js';

/** A scope that a description accepts for a method, and that still cannot do what our actions do with it. */
export interface TooNarrow {
  readonly scope: string;
  /** Names of the actions; all that would otherwise have to use it, if left out. */
  readonly actions?: readonly string[];
  /** Ends "it would not do, because …". */
  readonly because: string;
}

/** Facts about scopes that a provider's spec adds to those that the provider declares. */
export interface ScopeFacts {
  /** Scope → scopes that it includes, of those that the provider does not declare. */
  readonly includes?: Readonly<Record<string, readonly string[]>>;
  readonly tooNarrow?: readonly TooNarrow[];
  /** Scopes of the API that are beside every action. */
  readonly unrelated?: readonly string[];
}

/** All scopes below one, by the provider's own implications and those that the spec adds. */
function below(scope: string, { scopes }: Provider, { includes = {} }: ScopeFacts): Set<string> {
  const found = new Set<string>();
  const visit = (one: string): void => {
    for (const next of [...(scopes[one]?.implies ?? []), ...(includes[one] ?? [])]) {
      if (found.has(next)) continue;
      found.add(next);
      visit(next);
    }
  };
  visit(scope);
  return found;
}

/** Scopes of the description without a place in the order: an update of the description must add one. */
export function unplaced(provider: Provider, described: readonly string[], facts: ScopeFacts): string[] {
  const placed = new Set([
    ...Object.keys(provider.scopes),
    ...Object.entries(facts.includes ?? {}).flatMap(([scope, included]) => [scope, ...included]),
    ...(facts.unrelated ?? []),
    ...(facts.tooNarrow ?? []).map(({ scope }) => scope),
  ]);
  return described.filter((scope) => !placed.has(scope));
}

export interface ScopeJudgement {
  /** The faults, in words. */
  readonly complaints: readonly string[];
  /** Exceptions that were needed. */
  readonly used: readonly TooNarrow[];
}

/**
 * Whether each scope of an action is needed and none below it would do for the same requests.
 * @param accepted for each request that the action made, the scopes of which any one suffices
 */
export function judgeScopes(
  provider: Provider,
  action: { readonly name: string; readonly scopes: readonly string[] },
  accepted: readonly (readonly string[])[],
  facts: ScopeFacts,
): ScopeJudgement {
  const complaints: string[] = [];
  const used: TooNarrow[] = [];
  for (const scope of action.scopes) {
    const others = action.scopes.filter((one) => one !== scope);
    const needing = accepted.filter(
      (one) => one.includes(scope) && !others.some((other) => one.includes(other)),
    );
    if (needing.length === 0) {
      complaints.push(`${scope} is asked for and not needed`);
      continue;
    }
    for (const narrower of below(scope, provider, facts)) {
      if (!needing.every((one) => one.includes(narrower))) continue;
      const exception = facts.tooNarrow?.find(
        (one) => one.scope === narrower && (one.actions?.includes(action.name) ?? true),
      );
      if (exception) used.push(exception);
      else complaints.push(`${narrower} would do instead of ${scope}`);
    }
  }
  return { complaints, used };
}
