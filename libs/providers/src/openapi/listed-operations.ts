import { OpenApiFault } from './openapi-fault.js';
import { isNode, memberOf, nodeIn, type Node } from './read-document.js';
import type { References } from './references.js';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
export const MOST_OPERATIONS = 5_000;

/** An operation where it stands in the document. */
export interface ListedOperation {
  readonly method: Uppercase<(typeof METHODS)[number]>;
  /** As the document has it. */
  readonly path: string;
  readonly operationId: string | undefined;
  readonly node: Node;
  readonly pathItem: Node;
}

/** `GET /pages/{id}`: names an operation also where its id does not. */
export const routeOf = ({ method, path }: Pick<ListedOperation, 'method' | 'path'>): string =>
  `${method} ${path}`;

/**
 * All operations of a document. `HEAD`, `OPTIONS` and `TRACE` give nothing that an agent could use.
 * @throws OpenApiFault when there are more than can be looked at
 */
export function listOperations(document: Node, references: References): ListedOperation[] {
  const listed: ListedOperation[] = [];
  for (const [path, written] of Object.entries(nodeIn(document, 'paths'))) {
    if (!path.startsWith('/') || !isNode(written)) continue;
    const pathItem = memberOf(written, '$ref') === undefined ? written : references.follow(written).node;
    for (const method of METHODS) {
      const node = memberOf(pathItem, method);
      if (!isNode(node)) continue;
      const operationId = memberOf(node, 'operationId');
      listed.push({
        method: method.toUpperCase() as ListedOperation['method'],
        path,
        operationId: typeof operationId === 'string' && operationId !== '' ? operationId : undefined,
        node,
        pathItem,
      });
      if (listed.length > MOST_OPERATIONS)
        throw new OpenApiFault(
          `The document has more than ${MOST_OPERATIONS} operations; take the part that you need out of it.`,
        );
    }
  }
  return listed;
}

/** Finds operations by their id or their route. */
export class OperationIndex {
  private readonly byName = new Map<string, ListedOperation[]>();

  constructor(readonly all: readonly ListedOperation[]) {
    for (const operation of all)
      for (const name of [operation.operationId, routeOf(operation)])
        if (name !== undefined) this.byName.set(name, [...(this.byName.get(name) ?? []), operation]);
  }

  /** @throws OpenApiFault when there is none, or more than one */
  find(name: string): ListedOperation {
    const [found, ...others] = this.byName.get(name) ?? [];
    if (!found) throw new OpenApiFault('the document has no such operation');
    if (others.length > 0)
      throw new OpenApiFault(
        `the document has this operationId ${others.length + 1} times: name it "${routeOf(found)}", or whichever is meant`,
      );
    return found;
  }
}
