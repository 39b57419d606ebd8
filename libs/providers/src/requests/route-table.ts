import type { Effect } from '../core/action.js';

/** A provider's routes by their effect, as `scripts/derive-descriptions.ts` writes them: `METHOD /path/{parameter}`. */
export interface RouteTable {
  readonly source: string;
  readonly version: string;
  /** Of the source. */
  readonly date: string;
  readonly read: readonly string[];
  readonly write: readonly string[];
  readonly destructive: readonly string[];
}

export interface Route {
  /** `METHOD /path/{parameter}`, as the table has it. */
  readonly name: string;
  readonly effect: Effect;
}

export interface FoundRoute extends Route {
  /** The values of the parameters, as written. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The result of looking up an address. */
export type Lookup = FoundRoute | 'other_method' | 'no_route';

/** A last parameter of these names takes slashes: paths of files, and names of branches. */
const TAIL = /^\{(path|ref|basehead)\}$/;
/** One parameter, and what follows it in its segment (`{keyPairId}:disable`). */
const PARAMETER = /^\{(\w+)\}(.*)$/;

interface Branch {
  readonly name: string;
  readonly suffix: string;
  readonly isTail: boolean;
  readonly node: Node;
}

class Node {
  readonly literals = new Map<string, Node>();
  readonly branches: Branch[] = [];
  readonly routes = new Map<string, Route>();

  step(segment: string, isLast: boolean): Node {
    const [, name, suffix = ''] = PARAMETER.exec(segment) ?? [];
    if (name === undefined) {
      const node = this.literals.get(segment.toLowerCase()) ?? new Node();
      this.literals.set(segment.toLowerCase(), node);
      return node;
    }
    const isTail = isLast && TAIL.test(segment);
    const known = this.branches.find((one) => one.suffix === suffix.toLowerCase() && one.isTail === isTail);
    if (known) return known.node;
    const branch = { name, suffix: suffix.toLowerCase(), isTail, node: new Node() };
    this.branches.push(branch);
    // The longest suffix is the most specific, and a tail matches only what nothing else matches.
    this.branches.sort((a, b) => Number(a.isTail) - Number(b.isTail) || b.suffix.length - a.suffix.length);
    return branch.node;
  }

  /** The nodes in which a path ends, the most specific first. */
  *ends(segments: readonly string[], taken: readonly string[] = []): Generator<End> {
    const [segment, ...rest] = segments;
    if (segment === undefined) {
      if (this.routes.size > 0) yield { node: this, taken };
      return;
    }
    const literal = this.literals.get(segment.toLowerCase());
    if (literal) yield* literal.ends(rest, taken);
    for (const { suffix, isTail, node } of this.branches) {
      if (isTail) yield* node.ends([], [...taken, segments.join('/')]);
      else if (segment.toLowerCase().endsWith(suffix) && segment.length > suffix.length)
        yield* node.ends(rest, [...taken, segment.slice(0, segment.length - suffix.length)]);
    }
  }
}

interface End {
  readonly node: Node;
  readonly taken: readonly string[];
}

/** A provider's table, to be looked up by path. Literal segments are compared without regard to case. */
export class Routes {
  private readonly root = new Node();
  readonly names: ReadonlySet<string>;

  constructor(readonly table: RouteTable) {
    const names = new Set<string>();
    for (const effect of ['read', 'write', 'destructive'] as const)
      for (const name of table[effect]) {
        names.add(name);
        const [method = '', path = ''] = name.split(' ');
        const segments = path.slice(1).split('/');
        const node = segments.reduce(
          (at: Node, segment, index) => at.step(segment, index === segments.length - 1),
          this.root,
        );
        node.routes.set(method, { name, effect });
      }
    this.names = names;
  }

  /** @param method in capitals; `HEAD` is taken for `GET` */
  find(method: string, path: string): Lookup {
    const [first] = this.root.ends(path.slice(1).split('/'));
    if (!first) return 'no_route';
    const route = first.node.routes.get(method === 'HEAD' ? 'GET' : method);
    if (!route) return 'other_method';
    const named = [...route.name.matchAll(/\{(\w+)\}/g)].map(([, name = ''], index) => [
      name,
      first.taken[index] ?? '',
    ]);
    return { ...route, parameters: Object.fromEntries(named) as Record<string, string> };
  }
}
