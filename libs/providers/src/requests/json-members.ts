import { jsonExcess } from '../core/json-bounds.js';

/** A request whose body decides what it does, and cannot be read for certain. */
export class UnreadableRequest extends Error {}

/** A JSON value with its members by folded name. */
export type Folded = string | number | boolean | null | readonly Folded[] | ReadonlyMap<string, Folded>;

/**
 * The same for every way of writing a member that some server takes for the same: Google's take `add_label_ids` for
 * `addLabelIds`, and others do not heed case.
 */
export const folded = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** More structure than a request has; to judge it would keep others waiting. */
const BOUNDS = { depth: 64, members: 10_000 };
const EXCESS = { depth: 'is nested too deep', members: 'has too many members to be judged' };

/** A string, or a bracket, colon or comma between them. Of valid JSON only. */
const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

/**
 * Refuses what two readers may read differently: a member that is there twice, however it is written.
 * @param text valid JSON
 */
function requireUnambiguous(text: string): void {
  const open: (Set<string> | undefined)[] = [];
  let last = '';
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === '{' || token === '[') open.push(token === '{' ? new Set() : undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const name = JSON.parse(last) as string;
      const seen = open.at(-1);
      const known = folded(name) || name;
      if (seen?.has(known)) throw new UnreadableRequest('repeats a member');
      seen?.add(known);
    }
    last = token;
  }
}

function fold(value: unknown): Folded {
  if (Array.isArray(value)) return value.map(fold);
  if (typeof value !== 'object' || value === null) return value as string | number | boolean | null;
  return new Map(Object.entries(value).map(([name, member]) => [folded(name) || name, fold(member)]));
}

/**
 * Reads JSON as every reader does, or not at all.
 * @throws UnreadableRequest for other text than one JSON value in UTF-8, for a repeated member, and for too much of it
 */
export function strictJson(bytes: Uint8Array): unknown {
  const excess = jsonExcess(bytes, BOUNDS);
  if (excess) throw new UnreadableRequest(EXCESS[excess]);
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text);
  } catch {
    throw new UnreadableRequest('is no JSON in UTF-8');
  }
  requireUnambiguous(text);
  return value;
}

/** The members of a JSON body by folded name. @throws UnreadableRequest when it is no object */
export function foldedMembers(value: unknown): ReadonlyMap<string, Folded> {
  const members = fold(value);
  if (members instanceof Map) return members as ReadonlyMap<string, Folded>;
  throw new UnreadableRequest('is no JSON object');
}

/** Every value at this place: `*` stands for each member or element. */
export function valuesAt(value: Folded | undefined, place: readonly string[]): Folded[] {
  const [name, ...rest] = place;
  if (value === undefined) return [];
  if (name === undefined) return [value];
  if (Array.isArray(value)) {
    const below = name === '*' ? rest : place;
    return (value as readonly Folded[]).flatMap((one) => valuesAt(one, below));
  }
  // Some servers take one value for a list of one.
  if (!(value instanceof Map)) return name === '*' && rest.length === 0 && value !== null ? [value] : [];
  const members = value as ReadonlyMap<string, Folded>;
  return name === '*'
    ? [...members.values()].flatMap((one) => valuesAt(one, rest))
    : valuesAt(members.get(folded(name)), rest);
}
