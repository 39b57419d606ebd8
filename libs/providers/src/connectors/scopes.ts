import { allProviders } from '../registry.js';

/** scope → scopes it includes directly */
export type Implications = Readonly<Record<string, readonly string[]>>;

function declaredBy(connector: string): [string, readonly string[]][] {
  return allProviders()
    .filter((provider) => provider.connector === connector)
    .flatMap((provider) => Object.entries(provider.scopes))
    .map(([scope, { implies = [] }]) => [scope, implies]);
}

/**
 * Follows implications to the end. Built, when it is first asked, from what a connector's providers declare and from the
 * server's own scopes.
 */
export function implicationsOf(connector: string, own: Implications): (scope: string) => readonly string[] {
  let closures: ReadonlyMap<string, readonly string[]> | undefined;
  return (scope) => (closures ??= closuresOf(connector, own)).get(scope) ?? [];
}

function closuresOf(connector: string, own: Implications): ReadonlyMap<string, readonly string[]> {
  const direct = new Map<string, Set<string>>();
  for (const [scope, implied] of [...declaredBy(connector), ...Object.entries(own)])
    direct.set(scope, new Set([...(direct.get(scope) ?? []), ...implied]));
  const reach = (scope: string, seen: Set<string>): Set<string> => {
    for (const next of direct.get(scope) ?? []) if (!seen.has(next)) reach(next, seen.add(next));
    return seen;
  };
  const closures = new Map<string, readonly string[]>();
  for (const scope of direct.keys()) {
    const reached = reach(scope, new Set());
    reached.delete(scope);
    closures.set(scope, [...reached]);
  }
  return closures;
}

/**
 * Splits an answer's `scope` of a server that nobody knows: by spaces (RFC 6749, section 3.3), or by commas where some
 * servers have those. A comma may stand in a scope's name: one that was asked for so is not split.
 */
export function grantedScopesOfAny(scope: string | undefined, requested: readonly string[]): string[] {
  const bySpaces = grantedScopes(/\s+/)(scope, requested);
  const isOne = (part: string) => !part.includes(',') || requested.includes(part);
  return [...new Set(bySpaces.flatMap((part) => (isOne(part) ? [part] : part.split(',').filter(Boolean))))];
}

/** Splits an answer's `scope`; `undefined` means "as requested" (RFC 6749 section 5.1), an empty one means none. */
export function grantedScopes(separator: RegExp) {
  return (scope: string | undefined, requested: readonly string[]): string[] => {
    const granted = scope === undefined ? requested : scope.split(separator);
    return [...new Set(granted.filter((one) => one !== ''))];
  };
}
