import { OpenApiFault, shown } from './openapi-fault.js';
import { isNode, memberOf, type Node } from './read-document.js';

const MOST_STEPS = 20;

/** A part of the document, and the references that were followed to it. */
export interface Found {
  readonly node: Node;
  /** Pointers, in order. */
  readonly through: readonly string[];
}

/** Follows `$ref` inside of one document. No file and no address is ever opened. */
export class References {
  constructor(private readonly document: Node) {}

  /**
   * The object that a value is or refers to.
   * @throws OpenApiFault for a reference that leads out of the document, nowhere, or in a circle
   */
  follow(value: unknown): Found {
    const through: string[] = [];
    let at = value;
    while (isNode(at) && memberOf(at, '$ref') !== undefined) {
      const pointer = memberOf(at, '$ref');
      if (typeof pointer !== 'string' || !pointer.startsWith('#/'))
        throw new OpenApiFault(
          `$ref "${shown(pointer)}" leads out of the document; only references such as "#/components/schemas/Name" are followed.`,
        );
      if (through.includes(pointer) || through.length === MOST_STEPS)
        throw new OpenApiFault(`$ref "${shown(pointer)}" leads in a circle and to nothing.`);
      through.push(pointer);
      at = this.at(pointer);
    }
    return { node: isNode(at) ? at : {}, through };
  }

  private at(pointer: string): unknown {
    let at: unknown = this.document;
    for (const step of pointer.slice(2).split('/')) {
      const name = nameOf(step);
      at = Array.isArray(at) ? (at as unknown[])[Number(name)] : isNode(at) ? memberOf(at, name) : undefined;
      if (at === undefined) throw new OpenApiFault(`$ref "${shown(pointer)}" leads nowhere.`);
    }
    return at;
  }
}

/** A step of a pointer (RFC 6901), in the fragment of an address. */
function nameOf(step: string): string {
  let written = step;
  try {
    written = decodeURIComponent(step);
  } catch {
    // A lone percent sign stands for itself.
  }
  return written.replaceAll('~1', '/').replaceAll('~0', '~');
}
