import type { JsonSchema } from '../core/json-schema.js';
import type { MemberPlace } from './imported-operation.js';
import { memberNameOf } from './operation-names.js';

/** One value that an operation takes, before it has its name in the input. */
export interface Value {
  readonly place: MemberPlace;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
}

/** The whole input of an operation: one strict object, and where its members go. */
export interface Members {
  readonly input: JsonSchema;
  readonly places: Readonly<Record<string, MemberPlace>>;
}

/** Members of our own that a tool may have beside those of its action. */
const TAKEN = ['connectionId'];
const MOST_MEMBERS = 100;

/**
 * Names the values. Path comes first, then query, header and body; the later of two that have the same name is called
 * `query_name`, `header_name` or `body_name`.
 * @returns what was left out beside it
 */
export function namedMembers(values: readonly Value[]): Members & { readonly dropped: readonly string[] } {
  const named = new Map<string, Value>();
  const dropped: string[] = [];
  for (const value of inOrder(values)) {
    if (named.size >= MOST_MEMBERS && !value.isRequired) {
      dropped.push(value.place.name);
      continue;
    }
    named.set(freeName(value.place, named), value);
  }
  const members = [...named];
  const input = {
    type: 'object',
    properties: Object.fromEntries(members.map(([name, { schema }]) => [name, schema])),
    required: members.filter(([, { isRequired }]) => isRequired).map(([name]) => name),
    additionalProperties: false,
  };
  return { input, places: Object.fromEntries(members.map(([name, { place }]) => [name, place])), dropped };
}

function inOrder(values: readonly Value[]): Value[] {
  const order = ['path', 'query', 'header', 'body'];
  return [...values].sort((a, b) => order.indexOf(a.place.in) - order.indexOf(b.place.in));
}

function freeName(place: MemberPlace, named: ReadonlyMap<string, unknown>): string {
  const plain = memberNameOf(place.name);
  const isFree = (name: string) => !named.has(name) && !TAKEN.includes(name);
  const places = [plain, `${place.in}_${plain}`];
  for (let index = 2; index < 1000; index++) places.push(`${place.in}_${plain}_${index}`);
  return places.find(isFree) ?? plain;
}
