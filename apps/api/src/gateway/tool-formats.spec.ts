import { Ajv2020 } from 'ajv/dist/2020.js';
import { providers, type Action } from '@valetkey/providers';
import { asTool, TOOL_FORMATS, toolName, type ToolFormat } from './tool-formats.js';

type Json = Record<string, unknown>;

const actions = providers.flatMap((provider) => [...provider.actions]);
const ajv = new Ajv2020({ strict: false, validateFormats: false });

/** The schema of a tool's input, wherever the format keeps it. */
const inputOf = (tool: Json) =>
  (tool['inputSchema'] ?? tool['input_schema'] ?? (tool['function'] as Json)['parameters']) as Json;

/** Every object in a schema that is a schema of its own. */
function subschemas(schema: unknown): Json[] {
  if (typeof schema !== 'object' || schema === null) return [];
  if (Array.isArray(schema)) return schema.flatMap(subschemas);
  const { properties = {}, items, anyOf, oneOf, allOf, additionalProperties, not } = schema as Json;
  const below = [...Object.values(properties as Json), items, anyOf, oneOf, allOf, additionalProperties, not];
  return [schema as Json, ...below.flatMap(subschemas)];
}

/** What the providers of models write about tools; `undefined` when a tool keeps to it. */
const rules: Readonly<Record<ToolFormat, (tool: Json) => string | undefined>> = {
  openai: ({ type, function: described, ...rest }) => {
    const { name, description, parameters, ...more } = described as Record<string, string>;
    if (type !== 'function' || Object.keys({ ...rest, ...more }).length > 0) return 'unknown members';
    if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name ?? '')) return 'name';
    if (!description || description.length > 1024) return 'description';
    return parameters === undefined ? 'parameters' : undefined;
  },
  anthropic: ({ name, description, input_schema: schema, ...rest }) => {
    if (Object.keys(rest).length > 0) return 'unknown members';
    if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name as string)) return 'name';
    if (!description) return 'description';
    const names = subschemas(schema).flatMap(({ properties = {} }) => Object.keys(properties as Json));
    return names.every((one) => /^[a-zA-Z0-9_.-]{1,64}$/.test(one)) ? undefined : 'property name';
  },
  mcp: ({ name, title, description, inputSchema, outputSchema, annotations, ...rest }) => {
    if (Object.keys(rest).length > 0) return 'unknown members';
    if (!/^[A-Za-z0-9_.-]{1,128}$/.test(name as string)) return 'name';
    if (!title || !description || !inputSchema) return 'title or description';
    if ((outputSchema as Json)['type'] !== 'object' || !ajv.validateSchema(outputSchema as Json))
      return 'output';
    const hints = Object.entries(annotations as Json);
    return hints.every(([key, value]) => key.endsWith('Hint') && typeof value === 'boolean')
      ? undefined
      : 'hints';
  },
};

describe.each(TOOL_FORMATS)('tools for %s', (format) => {
  const tools = actions.map((action) => [action, asTool(action, format)] as const);
  const offenders = (isWrong: (tool: Json, action: Action) => unknown) =>
    tools.filter(([action, tool]) => isWrong(tool, action)).map(([{ id }]) => id);

  it('keep to its rules, every action', () => {
    expect(tools.length).toBeGreaterThan(80);
    expect(
      tools.flatMap(([{ id }, tool]) => (rules[format](tool) ? [[id, rules[format](tool)]] : [])),
    ).toEqual([]);
  });

  it('have names of their own that lead back to the action', () => {
    expect(new Set(actions.map((action) => toolName(action, format))).size).toBe(actions.length);
    const id = (name: string) => name.replaceAll('__', '.');
    expect(offenders((_, action) => id(toolName(action, format)) !== action.id)).toEqual([]);
  });

  it('take an object without choices at the top, as JSON Schema 2020-12', () => {
    const choices = ['anyOf', 'oneOf', 'allOf', 'not', 'enum', '$ref', '$defs'];
    expect(
      offenders((tool) => {
        const input = inputOf(tool);
        return (
          input['type'] !== 'object' || choices.some((key) => key in input) || !ajv.validateSchema(input)
        );
      }),
    ).toEqual([]);
  });

  it('use no pattern that looks around, no list without items, and no reference', () => {
    expect(
      offenders((tool) =>
        subschemas(inputOf(tool)).some(
          (schema) =>
            /\(\?<?[=!]/.test(String(schema['pattern'] ?? '')) ||
            (schema['type'] === 'array' && !('items' in schema)) ||
            '$ref' in schema,
        ),
      ),
    ).toEqual([]);
  });

  it('accept the examples that they show, and refuse a member that they do not know', () => {
    expect(
      offenders((tool) => {
        const input = inputOf(tool);
        const accepts = ajv.compile({ ...input, $schema: undefined });
        const examples = (input['examples'] ?? []) as Json[];
        return (
          examples.length === 0 ||
          !examples.every((example) => accepts(example) && !accepts({ ...example, unknownMember: 1 }))
        );
      }),
    ).toEqual([]);
  });
});
