import type { JsonSchema } from '../core/json-schema.js';
import { flatSchema, type FlatSchema } from './flat-schema.js';
import { OpenApiFault, shown } from './openapi-fault.js';
import { plainText } from './plain-text.js';
import type { References } from './references.js';

/** Any value, and any object. */
export const ANY: JsonSchema = {};
export const ANY_OBJECT: JsonSchema = { type: 'object', additionalProperties: true };

const MOST_CHOICES = 100;
const MOST_VARIANTS = 8;
const MOST_MEMBER_TEXT = 160;
/** Names of members that every model's API takes; rules do not see those that begin with two underscores. */
const NAME = /^(?!__)[\w.-]{1,64}$/;
const BOUNDS = ['minLength', 'maxLength', 'minimum', 'maximum', 'minItems', 'maxItems'] as const;
const SCALARS = ['string', 'integer', 'number', 'boolean'];

/** The work for one schema is more than its budget: it is tried again with less depth. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

/** The limits of one schema, counted down. */
export interface SchemaBudget {
  /** Schemas in it, those that are passed on the way included. */
  schemas: number;
  /** Characters of descriptions. */
  text: number;
}

/**
 * Rewrites schemas of OpenAPI in the few words of JSON Schema that models and rules understand alike: strict objects,
 * lists, scalars, choices. References are written out, and where one leads back into itself any value is taken.
 * Patterns and formats are left to the provider: a foreign pattern is never run here.
 */
export class SchemaConverter {
  constructor(
    private readonly references: References,
    private readonly budget: SchemaBudget,
  ) {}

  /**
   * @param depth levels of objects and lists; below them any value is taken
   * @throws TooLarge; OpenApiFault
   */
  convert(written: unknown, depth: number, open: readonly string[] = []): JsonSchema {
    const flat = this.flatten(written, open);
    if (!flat) return ANY;
    const { description, isNullable } = flat;
    const schema = this.shape(flat, depth);
    const text = this.text(description);
    const whole = isNullable ? orNull(schema) : schema;
    return text === '' ? whole : { ...whole, description: text };
  }

  /** `undefined`: it leads back into itself, or says nothing. */
  flatten(written: unknown, open: readonly string[]): FlatSchema | undefined {
    return flatSchema(written, {
      references: this.references,
      open,
      count: () => {
        if (--this.budget.schemas < 0) throw new TooLarge('too many schemas');
      },
    });
  }

  /** A description within what is left for them. */
  text(description: unknown): string {
    const text = plainText(description, Math.min(MOST_MEMBER_TEXT, this.budget.text));
    this.budget.text -= text.length;
    return text;
  }

  private shape(flat: FlatSchema, depth: number): JsonSchema {
    const { choices, types, properties, variants } = flat;
    if (choices) return choiceOf(choices, types);
    if (properties.size > 0) return depth > 0 ? this.object(flat, depth) : ANY_OBJECT;
    if (variants.length > 0) return this.oneOf(flat, depth);
    const [type, ...others] = types;
    if (others.length > 0) return { anyOf: types.map((one) => this.ofType(one, flat, depth)) };
    return type === undefined ? ANY : this.ofType(type, flat, depth);
  }

  private ofType(type: string, flat: FlatSchema, depth: number): JsonSchema {
    if (type === 'object') return ANY_OBJECT;
    if (type === 'array') {
      const items = depth > 0 ? this.convert(flat.items, depth - 1, flat.itemsOpen) : ANY;
      return { type, items, ...boundsIn(flat, ['minItems', 'maxItems']) };
    }
    return SCALARS.includes(type) ? { type, ...boundsIn(flat, BOUNDS) } : ANY;
  }

  private object({ properties, required }: FlatSchema, depth: number): JsonSchema {
    const members: [string, JsonSchema][] = [];
    for (const [name, { schema, open }] of properties) {
      const isUsable = NAME.test(name);
      if (!isUsable && required.has(name))
        throw new OpenApiFault(`it needs a member "${shown(name)}", a name that models do not accept`);
      if (isUsable) members.push([name, this.convert(schema, depth - 1, open)]);
    }
    if (members.length === 0) return ANY_OBJECT;
    const names = members.map(([name]) => name);
    return {
      type: 'object',
      properties: Object.fromEntries(members),
      required: names.filter((name) => required.has(name)),
      additionalProperties: false,
    };
  }

  private oneOf({ variants }: FlatSchema, depth: number): JsonSchema {
    if (variants.length > MOST_VARIANTS) return ANY;
    const written = variants.map(({ schema, open }) => this.convert(schema, depth, open));
    const different = [...new Map(written.map((one) => [JSON.stringify(one), one])).values()];
    if (different.some((one) => Object.keys(one).every((keyword) => keyword === 'description'))) return ANY;
    const [only] = different;
    return different.length === 1 && only ? only : { anyOf: different };
  }
}

/** Any value may be null as well. */
function orNull(schema: JsonSchema): JsonSchema {
  const { anyOf } = schema;
  if (Object.keys(schema).length === 0) return schema;
  const choices = Array.isArray(anyOf) ? (anyOf as JsonSchema[]) : [schema];
  return { anyOf: [...choices, { type: 'null' }] };
}

/** Values that may be chosen. Longer lists are left to the provider. */
function choiceOf(choices: readonly unknown[], types: readonly string[]): JsonSchema {
  const scalars = choices.filter(
    (one) =>
      (typeof one === 'string' && one.length <= 200) ||
      typeof one === 'boolean' ||
      (typeof one === 'number' && Number.isFinite(one)),
  );
  const kinds = new Set(scalars.map((one) => typeof one));
  if (scalars.length > 0 && scalars.length <= MOST_CHOICES && kinds.size === 1)
    return { enum: [...new Set(scalars)] };
  const [type] = types;
  return type !== undefined && SCALARS.includes(type) ? { type } : ANY;
}

function boundsIn({ keywords }: FlatSchema, names: readonly string[]): JsonSchema {
  const bounds = names.flatMap((name) => {
    const value = keywords[name];
    return typeof value === 'number' && Number.isSafeInteger(value) ? [[name, value] as const] : [];
  });
  return Object.fromEntries(bounds);
}
