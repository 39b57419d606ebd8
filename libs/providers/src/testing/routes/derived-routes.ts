import type { Effect } from '../../core/action.js';
import type { RouteTable } from '../../requests/route-table.js';

/** One operation of an official description. */
export interface DescribedOperation {
  readonly method: string;
  /** Full paths at the provider's host, with `{name}` where a parameter stands. */
  readonly paths: readonly string[];
  /** The operation's id in the description. */
  readonly id: string;
}

/** A person's judgement of a provider's operations, by their ids. Operations that are not named count as harmful. */
export interface JudgedOperations {
  readonly writes: readonly RegExp[];
  /** Operations that change nothing though their method says otherwise. */
  readonly reads?: readonly RegExp[];
}

const isNamed = (patterns: readonly RegExp[] | undefined, id: string): boolean =>
  patterns?.some((pattern) => pattern.test(id)) ?? false;

function effectOf({ method, id }: DescribedOperation, { reads, writes }: JudgedOperations): Effect {
  if (method === 'GET' || isNamed(reads, id)) return 'read';
  return isNamed(writes, id) ? 'write' : 'destructive';
}

/** The table of a provider's routes, each with its effect. @throws Error for a judgement that is about no operation */
export function routesFrom(
  origin: Pick<RouteTable, 'source' | 'version' | 'date'>,
  operations: readonly DescribedOperation[],
  judged: JudgedOperations,
): RouteTable {
  for (const pattern of [...judged.writes, ...(judged.reads ?? [])])
    if (!operations.some(({ id }) => pattern.test(id)))
      throw new Error(`${String(pattern)} names no operation of ${origin.source}`);
  const of = (effect: Effect) =>
    operations
      .filter((operation) => effectOf(operation, judged) === effect)
      .flatMap(({ method, paths }) => paths.map((path) => `${method} ${path}`))
      .sort();
  return { ...origin, read: of('read'), write: of('write'), destructive: of('destructive') };
}
