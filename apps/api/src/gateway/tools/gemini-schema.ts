import { isSchema, mapSchema, type Action, type JsonSchema } from '@valetkey/providers';
import { toolInput } from './tool-schema.js';

/**
 * The input in the part of OpenAPI 3.0 that Gemini supports: no constants, choices of texts only, no unions of types, and
 * no value of which nothing is said.
 */
export function geminiInput(action: Action): JsonSchema {
  return mapSchema(toolInput(action), (schema) => withTypes(withTexts(withoutNull(withoutFree(schema)))));
}

function withTexts({ const: constant, ...schema }: JsonSchema): JsonSchema {
  const choices = constant === undefined ? schema['enum'] : [constant];
  if (!Array.isArray(choices)) return schema;
  const { enum: _, ...rest } = schema;
  const [first] = choices as unknown[];
  const named = typeof first === 'number' ? 'number' : typeof first;
  return typeof first === 'string' ? { ...rest, enum: choices } : { type: named, ...rest };
}

function withoutNull({ anyOf, ...schema }: JsonSchema): JsonSchema {
  if (!Array.isArray(anyOf)) return schema;
  const choices = (anyOf as JsonSchema[]).filter(({ type }) => type !== 'null');
  const [only] = choices;
  return choices.length === 1 ? { ...only, ...schema } : { ...schema, anyOf: choices };
}

/** One type, or a choice of several; what is null is left out. */
function withTypes({ type, ...schema }: JsonSchema): JsonSchema {
  if (!Array.isArray(type)) return type === undefined ? schema : { type, ...schema };
  const [first, ...others] = (type as string[]).filter((one) => one !== 'null');
  if (others.length === 0) return { ...schema, type: first ?? 'string' };
  const { description, ...rest } = schema;
  const choices = [first, ...others].map((one) => ({ ...rest, type: one }));
  return { ...(description === undefined ? {} : { description }), anyOf: choices };
}

/** Members of which nothing is said are left out where they may be. */
function withoutFree(schema: JsonSchema): JsonSchema {
  const { properties, required = [], ...rest } = schema;
  if (!isSchema(properties)) return schema;
  if (Object.keys(properties).length === 0) return rest;
  const kept = Object.entries(properties as Readonly<Record<string, JsonSchema>>).filter(
    ([name, member]) => (required as readonly string[]).includes(name) || !isFree(member),
  );
  return { ...schema, properties: Object.fromEntries(kept) };
}

function isFree({ type, enum: choices, const: constant, anyOf, items, properties }: JsonSchema): boolean {
  if (type === 'array') return isSchema(items) && isFree(items);
  if (type === 'object') return !isSchema(properties);
  return type === undefined && choices === undefined && constant === undefined && anyOf === undefined;
}
