import type { z } from 'zod';
import type { Action } from './action.js';
import { actionJsonSchema, isSchema, type JsonSchema } from './json-schema.js';

/**
 * Validates an action's input. An optional member may also be `null`: models whose tools require every member (OpenAI's
 * strict mode) omit it in this way.
 */
export function parseInput(action: Action, input: unknown): z.ZodSafeParseResult<unknown> {
  return action.input.safeParse(withoutNulls(actionJsonSchema(action).input, input));
}

function withoutNulls(schema: JsonSchema, value: unknown): unknown {
  if (Array.isArray(value)) {
    const { items } = schema;
    return isSchema(items) ? value.map((item) => withoutNulls(items, item)) : value;
  }
  if (!isSchema(value)) return value;
  const shapes = shapesOf(schema);
  const members = Object.entries(value).flatMap(([name, member]) => {
    const described = shapes.filter(({ properties }) => properties[name] !== undefined);
    if (member === null && described.length > 0 && described.every((shape) => maySkip(shape, name)))
      return [];
    const inner = described.reduce<unknown>(
      (current, { properties }) => withoutNulls(properties[name] ?? {}, current),
      member,
    );
    return [[name, inner] as const];
  });
  return Object.fromEntries(members);
}

interface Shape {
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly required: readonly string[];
}

/** The object schemas that a schema may stand for. */
function shapesOf(schema: JsonSchema): Shape[] {
  const { properties, required = [] } = schema;
  const own = isSchema(properties) ? [{ properties, required } as Shape] : [];
  const choices = ['anyOf', 'oneOf', 'allOf'].flatMap((key) => (schema[key] ?? []) as JsonSchema[]);
  return [...own, ...choices.flatMap(shapesOf)];
}

function maySkip({ properties, required }: Shape, name: string): boolean {
  return !required.includes(name) && !takesNull(properties[name] ?? {});
}

function takesNull({ type, anyOf, oneOf, ...rest }: JsonSchema): boolean {
  if (type !== undefined) return [type].flat().includes('null');
  const choices = [anyOf, oneOf].flatMap((list) => (list ?? []) as JsonSchema[]);
  return choices.length > 0 ? choices.some(takesNull) : !('enum' in rest || 'const' in rest);
}
