import { z } from 'zod';
import { isSchema, type JsonSchema } from '../core/json-schema.js';

/** The Zod schema of one that the conversion wrote; of any other it takes any value. */
export function zodOf(schema: JsonSchema): z.ZodType {
  const bare = shapeOf(schema);
  const { description } = schema;
  return typeof description === 'string' ? bare.describe(description) : bare;
}

/** The same for an object: the input of an action. */
export function zodObjectOf({ properties, required = [] }: JsonSchema): z.ZodObject {
  const members = Object.entries(isSchema(properties) ? properties : {}).map(([name, member]) => {
    const value = zodOf(member as JsonSchema);
    return [name, (required as readonly string[]).includes(name) ? value : value.optional()] as const;
  });
  return z.strictObject(Object.fromEntries(members));
}

function shapeOf(schema: JsonSchema): z.ZodType {
  const { type, enum: choices, anyOf, items, properties } = schema;
  if (Array.isArray(choices)) return z.literal(choices as [string, ...string[]]);
  if (Array.isArray(anyOf)) return z.union((anyOf as JsonSchema[]).map(zodOf) as [z.ZodType, z.ZodType]);
  switch (type) {
    case 'object':
      return isSchema(properties) ? zodObjectOf(schema) : z.looseObject({});
    case 'array':
      return bounded(z.array(zodOf(isSchema(items) ? items : {})), schema, 'Items');
    case 'string':
      return bounded(z.string(), schema, 'Length');
    case 'integer':
      return within(z.int(), schema);
    case 'number':
      return within(z.number(), schema);
    case 'boolean':
      return z.boolean();
    case 'null':
      return z.null();
    default:
      return z.unknown();
  }
}

function bounded<T extends z.ZodString | z.ZodArray>(
  value: T,
  schema: JsonSchema,
  of: 'Items' | 'Length',
): T {
  const [least, most] = [schema[`min${of}`], schema[`max${of}`]];
  const atLeast = typeof least === 'number' && least > 0 ? value.min(least) : value;
  return (typeof most === 'number' && most >= 0 ? atLeast.max(most) : atLeast) as T;
}

function within<T extends z.ZodNumber>(value: T, { minimum, maximum }: JsonSchema): T {
  const atLeast = typeof minimum === 'number' ? value.min(minimum) : value;
  return (typeof maximum === 'number' ? atLeast.max(maximum) : atLeast) as T;
}
