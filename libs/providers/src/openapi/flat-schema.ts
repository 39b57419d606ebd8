import { isNode, memberOf, nodeIn, type Node } from './read-document.js';
import type { References } from './references.js';

/** A schema at its place: the references that are being written out around it. */
interface Placed {
  readonly schema: unknown;
  readonly open: readonly string[];
}

/** A schema with what it refers to and all parts of its `allOf` in one. */
export interface FlatSchema {
  readonly keywords: Node;
  /** Without `null`. */
  readonly types: readonly string[];
  readonly isNullable: boolean;
  readonly description: unknown;
  readonly choices: readonly unknown[] | undefined;
  readonly properties: ReadonlyMap<string, Placed>;
  readonly required: ReadonlySet<string>;
  /** One of which a value is. */
  readonly variants: readonly Placed[];
  readonly items: unknown;
  readonly itemsOpen: readonly string[];
}

interface Reading {
  readonly references: References;
  readonly open: readonly string[];
  /** Called for each schema that is looked at; it throws when there are too many. */
  readonly count: () => void;
}

/** @returns `undefined` where it leads back into itself */
export function flatSchema(written: unknown, reading: Reading): FlatSchema | undefined {
  reading.count();
  const { node, through } = reading.references.follow(written);
  if (through.some((pointer) => reading.open.includes(pointer))) return undefined;
  const open = [...reading.open, ...through];
  const own = ofNode(node, open);
  const described = isNode(written) ? (memberOf(written, 'description') ?? own.description) : own.description;
  const parts = listIn(node, 'allOf').flatMap((part) => flatSchema(part, { ...reading, open }) ?? []);
  const flat = parts.reduce(both, { ...own, description: described });
  return withMembersOfVariants(flat, reading);
}

function ofNode(node: Node, open: readonly string[]): FlatSchema {
  const types = [memberOf(node, 'type') ?? []].flat().filter((type) => typeof type === 'string');
  const choices = choicesOf(node);
  const variants = ['oneOf', 'anyOf'].flatMap((name) => listIn(node, name));
  const proper = variants.filter((one) => !(isNode(one) && memberOf(one, 'type') === 'null'));
  return {
    keywords: node,
    types: types.filter((type) => type !== 'null'),
    isNullable:
      memberOf(node, 'nullable') === true ||
      types.includes('null') ||
      choices?.includes(null) === true ||
      proper.length < variants.length,
    description: memberOf(node, 'description'),
    choices,
    properties: propertiesOf(node, open),
    required: new Set(listIn(node, 'required').filter((name) => typeof name === 'string')),
    variants: proper.map((schema) => ({ schema, open })),
    items: memberOf(node, 'items') ?? {},
    itemsOpen: open,
  };
}

function choicesOf(node: Node): readonly unknown[] | undefined {
  const list = memberOf(node, 'enum');
  if (Array.isArray(list)) return list as unknown[];
  return Object.hasOwn(node, 'const') ? [node['const']] : undefined;
}

/** Members that only answers have are not asked for. */
function propertiesOf(node: Node, open: readonly string[]): Map<string, Placed> {
  const members = Object.entries(nodeIn(node, 'properties')).filter(
    ([, schema]) => schema !== false && !(isNode(schema) && memberOf(schema, 'readOnly') === true),
  );
  return new Map(members.map(([name, schema]) => [name, { schema, open }]));
}

function listIn(node: Node, name: string): readonly unknown[] {
  const list = memberOf(node, name);
  return Array.isArray(list) ? (list as unknown[]) : [];
}

function both(one: FlatSchema, other: FlatSchema): FlatSchema {
  return {
    ...one,
    keywords: { ...other.keywords, ...one.keywords },
    types: one.types.length > 0 ? one.types : other.types,
    isNullable: one.isNullable || other.isNullable,
    description: one.description ?? other.description,
    choices: one.choices ?? other.choices,
    properties: new Map([...one.properties, ...other.properties]),
    required: new Set([...one.required, ...other.required]),
    variants: [...one.variants, ...other.variants],
    ...(isNode(one.items) && Object.keys(one.items).length === 0
      ? { items: other.items, itemsOpen: other.itemsOpen }
      : {}),
  };
}

/** An object that also is one of several has the members of all of them; which go together the provider says. */
function withMembersOfVariants(flat: FlatSchema, reading: Reading): FlatSchema {
  if (flat.properties.size === 0) return flat;
  const parts = flat.variants.flatMap(({ schema, open }) => flatSchema(schema, { ...reading, open }) ?? []);
  const added = parts.flatMap(({ properties }) => [...properties]);
  return { ...flat, properties: new Map([...added, ...flat.properties]), variants: [] };
}
