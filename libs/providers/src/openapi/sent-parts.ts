import type { Query } from '../core/provider-http.js';
import { isSchema } from '../core/json-schema.js';
import type { ImportedOperation, MemberPlace } from './imported-operation.js';
import { filledPath } from './request-address.js';

/** The parts of the request that an operation and its input stand for. */
export interface SentParts {
  readonly path: string;
  readonly query: Query;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

type Input = Readonly<Record<string, unknown>>;
type Pair = [name: string, value: string];

/** Writes the request as the document says, values encoded so that none becomes another part of it. */
export function sentParts({ path, places, body, accept }: ImportedOperation, input: Input): SentParts {
  const given = Object.entries(input).flatMap(([member, value]) => {
    const place = Object.hasOwn(places, member) ? places[member] : undefined;
    return place && value !== undefined ? [{ place, value }] : [];
  });
  const within = (where: MemberPlace['in']) => given.filter(({ place }) => place.in === where);
  const joined = (where: MemberPlace['in']) =>
    within(where).map(({ place, value }) => [place.name, textOf(place.writing, value)] as const);
  const written = bodyFrom(body, within('body'));
  return {
    path: filledPath(path, new Map(joined('path'))),
    query: grouped(within('query').flatMap(({ place, value }) => pairsOf(place, value))),
    headers: {
      ...Object.fromEntries(joined('header').map(([name, value]) => [name.toLowerCase(), value])),
      ...(accept === undefined ? {} : { accept }),
      ...(body && written !== undefined ? { 'content-type': body.type } : {}),
    },
    ...(written === undefined ? {} : { body: written }),
  };
}

interface Given {
  readonly place: MemberPlace;
  readonly value: unknown;
}

function bodyFrom(body: ImportedOperation['body'], members: readonly Given[]): unknown {
  if (!body) return undefined;
  if (body.isWhole) return members[0]?.value;
  if (body.encoding === 'json')
    return Object.fromEntries(members.map(({ place, value }) => [place.name, value]));
  const pairs = members.flatMap(({ place, value }) => pairsOf(place, value));
  return Buffer.from(new URLSearchParams(pairs).toString());
}

function scalar(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const SEPARATORS: Partial<Record<MemberPlace['writing'], string>> = { comma: ',', space: ' ', pipe: '|' };

/** A value in one piece. */
function textOf(writing: MemberPlace['writing'], value: unknown): string {
  if (writing === 'json') return JSON.stringify(value);
  const separator = SEPARATORS[writing] ?? ',';
  if (Array.isArray(value)) return value.map(scalar).join(separator);
  if (isSchema(value)) return Object.entries(value).flat().map(scalar).join(separator);
  return scalar(value);
}

/** A value of a query or a form as it is written there, in one piece or several. */
function pairsOf({ name, writing, in: where }: MemberPlace, value: unknown): Pair[] {
  if (writing === 'deep') return inBrackets(name, value);
  if (writing !== 'plain') return [[name, textOf(writing, value)]];
  if (Array.isArray(value)) return value.map((one) => [name, scalar(one)]);
  if (isSchema(value) && where === 'query')
    return Object.entries(value).map(([inner, one]) => [inner, scalar(one)]);
  return [[name, scalar(value)]];
}

/** `filter[status][]=open`, as forms of PHP and Rails have it. */
function inBrackets(name: string, value: unknown): Pair[] {
  if (Array.isArray(value)) return value.flatMap((one, index) => inBrackets(`${name}[${index}]`, one));
  if (isSchema(value))
    return Object.entries(value).flatMap(([inner, one]) => inBrackets(`${name}[${inner}]`, one));
  return [[name, scalar(value)]];
}

function grouped(pairs: readonly Pair[]): Query {
  const groups = Map.groupBy(pairs, ([name]) => name);
  return Object.fromEntries([...groups].map(([name, group]) => [name, group.map(([, value]) => value)]));
}
