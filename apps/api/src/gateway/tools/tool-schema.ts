import { actionJsonSchema, isSchema, mapSchema, type Action, type JsonSchema } from '@valetkey/providers';

/**
 * Keywords that a model need not read with every request: bounds, patterns and formats that we check anyway and answer
 * with the error, defaults that apply by themselves, examples. Descriptions say what matters of them.
 */
const CHECKED_BY_US = [
  '$schema',
  'examples',
  'default',
  'pattern',
  'format',
  'contentEncoding',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minimum',
  'maximum',
  'additionalProperties',
  'title',
];

/** The schema that a model fills in. */
export function toolInput(action: Action): JsonSchema {
  const words = wordsOf(`${action.id} ${action.summary}`);
  return mapSchema(actionJsonSchema(action).input, (schema) =>
    lean(withoutRepeats(withoutEchoes(schema, words))),
  );
}

/** The shape of the result; the names of its members should explain themselves, and we answer what we promise. */
export function toolOutput(action: Action): JsonSchema {
  return mapSchema(actionJsonSchema(action).output, (schema) => {
    const { description: _, required: __, ...rest } = lean(schema);
    return rest;
  });
}

/**
 * The input for APIs that make a model follow the schema exactly: every member is required, optional ones may be null,
 * and no others are allowed (https://platform.openai.com/docs/guides/structured-outputs).
 */
export function strictInput(action: Action): JsonSchema {
  return mapSchema(toolInput(action), (schema) => {
    const { properties, required = [] } = schema;
    if (schema['type'] !== 'object') return schema;
    const members = Object.entries(isSchema(properties) ? properties : {});
    return {
      ...schema,
      properties: Object.fromEntries(
        members.map(([name, member]) => [
          name,
          (required as string[]).includes(name) ? member : orNull(member as JsonSchema),
        ]),
      ),
      required: members.map(([name]) => name),
      additionalProperties: false,
    };
  });
}

/** Whether a model can be held to the input of an action: a value of which nothing is said has no strict form. */
export function canBeStrict(action: Action): boolean {
  return isSaid(actionJsonSchema(action).input);
}

const SAYS_TYPE = ['type', 'enum', 'const', 'anyOf', 'oneOf', 'allOf'];

function isSaid(schema: JsonSchema): boolean {
  const { type, properties, items, anyOf, oneOf, additionalProperties } = schema;
  if (!SAYS_TYPE.some((keyword) => keyword in schema)) return false;
  if (type === 'object' && additionalProperties !== false) return false;
  const members = Object.values(isSchema(properties) ? properties : {});
  const below = [...members, items, anyOf, oneOf].flat().filter(isSchema);
  return below.every(isSaid);
}

function orNull(schema: JsonSchema): JsonSchema {
  const { type, anyOf, ...rest } = schema;
  if (Array.isArray(anyOf)) return { ...rest, anyOf: [...(anyOf as JsonSchema[]), { type: 'null' }] };
  const choices = rest['enum'] as unknown[] | undefined;
  return { ...rest, type: [type, 'null'], ...(choices ? { enum: [...choices, null] } : {}) };
}

function lean(schema: JsonSchema): JsonSchema {
  const kept = Object.entries(schema).filter(
    ([keyword, value]) =>
      !CHECKED_BY_US.includes(keyword) &&
      !(keyword === 'allOf' && (value as JsonSchema[]).every((part) => Object.keys(part).length === 0)),
  );
  return Object.fromEntries(kept);
}

/** Drops descriptions that only repeat the action's summary and the names of its members. */
function withoutEchoes(schema: JsonSchema, known: readonly string[]): JsonSchema {
  const { properties } = schema;
  if (!isSchema(properties)) return schema;
  const names = [...known, ...Object.keys(properties).flatMap(wordsOf)];
  const members = Object.entries(properties as Record<string, JsonSchema>).map(([name, member]) => {
    const { description, ...rest } = member;
    const isEcho = wordsOf(String(description ?? '')).every((word) => names.some((one) => isSame(one, word)));
    return [name, isEcho ? rest : member] as const;
  });
  return { ...schema, properties: Object.fromEntries(members) };
}

/** Describes the members of a repeated shape only once: an end has the same shape as its start. */
function withoutRepeats(schema: JsonSchema): JsonSchema {
  const { properties } = schema;
  if (!isSchema(properties)) return schema;
  const described = new Set<string>();
  const members = Object.entries(properties as Record<string, JsonSchema>).map(([name, member]) => {
    const { description, ...shape } = member;
    const text = JSON.stringify(shape);
    if (!described.has(text)) return described.add(text) && ([name, member] as const);
    const bare = mapSchema(shape, ({ description: _, ...rest }) => rest);
    return [name, description === undefined ? bare : { ...bare, description }] as const;
  });
  return { ...schema, properties: Object.fromEntries(members) };
}

/** Words that tell a model nothing beside a parameter's name: it knows what a subject, a cc or a limit is. */
const FILLERS = new Set(
  [
    'a an as id in of the to it its is or and name for on which that this these those what who same with from by',
    'at most per page entries only also any one new should go may they people',
    'line text plain markdown body content title word words',
    'recipients guest guests address addresses answers copy hidden others e mail put',
  ].flatMap((line) => line.split(' ')),
);

function wordsOf(text: string): string[] {
  return text
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '' && !FILLERS.has(word));
}

/** Singular and plural or short and long forms: `repo` and `repository`, `message` and `messages`. */
function isSame(one: string, other: string): boolean {
  return (
    one === other ||
    (Math.min(one.length, other.length) > 3 && (one.startsWith(other) || other.startsWith(one)))
  );
}
