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

/**
 * Constructs that other engines of regular expressions read differently or not at all: Unicode property classes,
 * lookaround, named groups.
 */
const NOT_PORTABLE = /\\[pPdDwWsSbBukc]|\(\?(?!:)/;

/**
 * Patterns help clients that validate before they call, in any language: one that Python's `re` or JavaScript without
 * the flag `u` would read differently, or that is too long to be read, is left out. The server checks it anyway.
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

/** A digit class expanded inside another class would no longer be one. */
const isUnclear = (pattern: string): boolean =>
  NOT_PORTABLE.test(pattern) || /\[[^\][]*\[0-9\]/.test(pattern);

/** The schema without patterns that another language reads differently. */
export const portable = (schema: JsonSchema): JsonSchema => mapSchema(schema, withPortablePatterns);

const known = new WeakMap<Action, { input: JsonSchema; output: JsonSchema }>();

/** The action's schemas as JSON Schema 2020-12: valid input (defaults optional) and the result. */
export function actionJsonSchema(action: Action): { input: JsonSchema; output: JsonSchema } {
  const made = known.get(action) ?? {
    input: {
      ...portable(z.toJSONSchema(action.input, { io: 'input' }) as JsonSchema),
      // Zod drops examples where a member is transformed; ours are written as input.
      ...(action.input.meta()?.['examples'] ? { examples: action.input.meta()?.['examples'] } : {}),
    },
    output: portable(z.toJSONSchema(action.output, { io: 'output' }) as JsonSchema),
  };
  known.set(action, made);
  return made;
}
