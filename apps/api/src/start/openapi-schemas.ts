import type { OpenAPIObject } from '@nestjs/swagger';
import { portable, type JsonSchema } from '@valetkey/providers';
import { z } from 'zod';
import { pascal, singular } from './openapi-operation-ids.js';

export interface Media {
  schema?: JsonSchema;
  example?: unknown;
}

export interface Body {
  readonly content?: Readonly<Record<string, Media>>;
}

/** A named operation with its inline schemas. */
export interface NamedOperation {
  readonly operationId: string;
  readonly parameters?: { readonly name: string; readonly in: string; schema?: JsonSchema }[];
  readonly requestBody?: Body;
  readonly responses: Readonly<Record<string, Body>>;
}

export const JSON_TYPE = 'application/json';

export const namedOperations = ({ paths }: OpenAPIObject): NamedOperation[] =>
  Object.values(paths).flatMap((methods) => Object.values(methods) as NamedOperation[]);

export const schemasOf = (document: OpenAPIObject): Record<string, JsonSchema> =>
  ((document.components ??= {}).schemas ??= {}) as Record<string, JsonSchema>;

export const refTo = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

/** A schema as other languages can read it. */
export function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const target = 'draft-2020-12';
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target, io, unrepresentable: 'any' });
  return portable(rest);
}

/**
 * The order in which operations name schemas: first those that get one by id, then lists; those for operators come
 * last.
 */
const ORDER = [/^get(?!.*AsOperator$)/, /^get/, /^list(?!.*AsOperator$)/, /^list/, /^/];

/**
 * Gives every object in a body a name under `components.schemas`, so that generated clients have types for them. The
 * operation that gets one by id names a resource (`Task`); where the same shape occurs elsewhere, in a list too, that
 * name is used.
 */
export function nameSchemas(document: OpenAPIObject): OpenAPIObject {
  const names = new SchemaNames(schemasOf(document));
  const rank = ({ operationId }: NamedOperation) => ORDER.findIndex((pattern) => pattern.test(operationId));
  for (const operation of namedOperations(document).toSorted((a, b) => rank(a) - rank(b))) {
    const name = pascal(operation.operationId);
    for (const [status, { content }] of Object.entries(operation.responses)) {
      if (status.startsWith('2')) names.nameWithin(content?.[JSON_TYPE], answerNames(name));
    }
    names.nameWithin(operation.requestBody?.content?.[JSON_TYPE], [`${name}Request`]);
  }
  return document;
}

/** Names for the response of an operation, the best first. */
function answerNames(operation: string): string[] {
  const [, verb = '', resource = ''] = /^(Get|List|)(.*?)(?:AsOperator)?$/.exec(operation) ?? [];
  if (verb === 'Get') return [resource.replace(/^My/, ''), resource, `Operator${resource}`];
  if (verb === 'List') return [`${singular(resource)}List`, `Operator${singular(resource)}List`];
  return [`${operation}Response`, `${operation}AcceptedResponse`];
}

/** Names for the items of a list with one of these names. */
const itemNames = (names: readonly string[]) =>
  names.flatMap((name) =>
    name.endsWith('List')
      ? [name.replace(/List$/, ''), `${name.replace(/List$/, '')}Summary`]
      : [name.replace(/Response$/, 'Result'), `${name}Item`],
  );

class SchemaNames {
  private readonly byText = new Map<string, string>();

  constructor(private readonly schemas: Record<string, JsonSchema>) {
    for (const [name, schema] of Object.entries(schemas)) this.byText.set(JSON.stringify(schema), name);
  }

  nameWithin(media: Media | undefined, names: readonly string[]): void {
    if (media?.schema) media.schema = this.named(media.schema, names);
  }

  /** A reference to the named schema; in a list, and in `data` of a page, each item has its own name. */
  private named(schema: JsonSchema, names: readonly string[]): JsonSchema {
    const { type, items, properties, anyOf, oneOf } = schema as Record<string, JsonSchema | undefined>;
    if (String(type) === 'array' && items) return { ...schema, items: this.named(items, itemNames(names)) };
    const isObject = String(type) === 'object' && properties && Object.keys(properties).length > 0;
    if (!isObject && !anyOf && !oneOf) return schema;
    const data = properties?.['data'] as JsonSchema | undefined;
    const whole = data ? { ...schema, properties: { ...properties, data: this.named(data, names) } } : schema;
    return refTo(this.byText.get(JSON.stringify(whole)) ?? this.register(whole, names));
  }

  private register(schema: JsonSchema, names: readonly string[]): string {
    const name = names.find((one) => !(one in this.schemas));
    if (name === undefined) throw new Error(`several schemas are called ${names.join(' and ')}`);
    this.schemas[name] = schema;
    this.byText.set(JSON.stringify(schema), name);
    return name;
  }
}
