import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { KnownValue } from '../known-value.js';

/** Callers and users whose calls of today a counter counts. */
export const COUNTED = ['byCaller', 'forUser', 'byCallerForUser'] as const;
export type Counted = (typeof COUNTED)[number];

/** A number that rules may look at: `context.used.today.byCaller["gmail.sends"]`. */
export interface Counter {
  readonly scope: Counted;
  /** An action, or a group that it is in. */
  readonly name: string;
}

/** How often each was used today; a counter that is left out is 0. */
export type Used = { readonly [Scope in Counted]?: Readonly<Record<string, number>> | undefined };

const PLACE = ['context', 'used', 'today'];

/** The shape of `context.used` for an action with these names: itself, its effect and its groups. */
export function usedValue(names: readonly string[]): KnownValue {
  const all = [...new Set(names)];
  const counters = object(Object.fromEntries(all.map((name) => [name, { type: 'integer' }])));
  return object({ today: object(Object.fromEntries(COUNTED.map((scope) => [scope, counters]))) });
}

function object(properties: Readonly<Record<string, KnownValue>>): KnownValue {
  return { type: 'object', properties, required: Object.keys(properties) };
}

/** The counters that a rule names. */
export function countersIn({ conditions }: Pick<PolicyJson, 'conditions'>): Counter[] {
  return pathsIn(conditions).flatMap((path) => {
    const [scope, name, ...further] = path.slice(PLACE.length);
    const isCounter = isUsed(path) && path[2] === PLACE[2] && further.length === 0;
    return isCounter && isScope(scope) && name !== undefined ? [{ scope, name }] : [];
  });
}

/** Why a rule looks at `context.used` in a way for which nothing would be counted; `undefined` when it does not. */
export function miscounted(rule: Pick<PolicyJson, 'conditions'>): string | undefined {
  const isWhole = pathsIn(rule.conditions).some((path) => isUsed(path) && path.length < PLACE.length + 2);
  return isWhole
    ? 'context.used must name one counter, for example context.used.today.byCaller["gmail.sends"]'
    : undefined;
}

function isUsed(path: readonly string[]): boolean {
  return path[0] === PLACE[0] && path[1] === PLACE[1];
}

function isScope(name: string | undefined): name is Counted {
  return (COUNTED as readonly (string | undefined)[]).includes(name);
}

/** Every member that an expression reads, from its variable on; `has` reads none. */
function pathsIn(expression: unknown): string[][] {
  if (typeof expression !== 'object' || expression === null) return [];
  const path = pathOf(expression);
  if (path) return [path];
  return Object.entries(expression).flatMap(([operator, part]) =>
    operator === 'has'
      ? pathsIn(isPath((part as { left?: unknown }).left) ? undefined : part)
      : pathsIn(part),
  );
}

function isPath(expression: unknown): boolean {
  return pathOf(expression) !== undefined;
}

function pathOf(expression: unknown): string[] | undefined {
  const { Var, '.': access } = (expression ?? {}) as { Var?: string; '.'?: { left: unknown; attr: string } };
  if (Var !== undefined) return [Var];
  const left = access && pathOf(access.left);
  return left && [...left, access.attr];
}
