import { z } from 'zod';
import type { Action } from './action.js';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** Keywords whose value is a schema, and those whose value is a list of schemas. */
const SCHEMAS = ['items', 'additionalProperties', 'not'] as const;
const LISTS = ['anyOf', 'oneOf', 'allOf'] as const;

export const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The schema with `change` applied to every schema in it, the innermost first. */
export function mapSchema(schema: JsonSchema, change: (schema: JsonSchema) => JsonSchema): JsonSchema {
  const changed: Record<string, unknown> = { ...schema };
  const below = (value: unknown) => (isSchema(value) ? mapSchema(value, change) : value);
  if (isSchema(schema['properties']))
    changed['properties'] = Object.fromEntries(
      Object.entries(schema['properties']).map(([name, member]) => [name, below(member)]),
    );
  for (const keyword of SCHEMAS) if (keyword in schema) changed[keyword] = below(schema[keyword]);
  for (const keyword of LISTS) {
    const list = schema[keyword];
    if (Array.isArray(list)) changed[keyword] = list.map(below);
  }
  return change(changed);
}

/** What other engines of regular expressions read otherwise or not at all: classes by Unicode property, looking around, names. */
const NOT_PORTABLE = /\\[pPdDwWsSbBukc]|\(\?(?!:)/;

/**
 * Patterns are for whoever checks before calling, in any language: one that Python's `re` or JavaScript without the flag
 * `u` would read otherwise, or that is longer than a reader follows, is left out. We check it anyway.
 */
function withPortablePatterns(schema: JsonSchema): JsonSchema {
  const { pattern, allOf, ...rest } = schema;
  const parts = Array.isArray(allOf) ? allOf.filter((part) => Object.keys(part as object).length > 0) : [];
  const portable = typeof pattern === 'string' ? pattern.replaceAll(/(?<!\\)((?:\\\\)*)\\d/g, '$1[0-9]') : '';
  return {
    ...rest,
    ...(portable === '' || portable.length > 100 || isUnclear(portable) ? {} : { pattern: portable }),
    ...(parts.length > 0 ? { allOf: parts } : {}),
  };
}

/** A digit class that was written out inside of another class would be no class any more. */
const isUnclear = (pattern: string): boolean =>
  NOT_PORTABLE.test(pattern) || /\[[^\][]*\[0-9\]/.test(pattern);

/** The schema without patterns that another language reads otherwise. */
export const portable = (schema: JsonSchema): JsonSchema => mapSchema(schema, withPortablePatterns);

const known = new WeakMap<Action, { input: JsonSchema; output: JsonSchema }>();

/** The action's schemas as JSON Schema 2020-12: what a caller may send (defaults optional) and what it gets. */
export function actionJsonSchema(action: Action): { input: JsonSchema; output: JsonSchema } {
  const made = known.get(action) ?? {
    input: {
      ...portable(z.toJSONSchema(action.input, { io: 'input' }) as JsonSchema),
      // Zod leaves them out where a member is transformed; ours are what a caller writes.
      ...(action.input.meta()?.['examples'] ? { examples: action.input.meta()?.['examples'] } : {}),
    },
    output: portable(z.toJSONSchema(action.output, { io: 'output' }) as JsonSchema),
  };
  known.set(action, made);
  return made;
}
