import { DynamicStructuredTool } from '@langchain/core/tools';
import { convertToOpenAITool } from '@langchain/core/utils/function_calling';
import { actionJsonSchema, allProviders, findAction, isSchema, type Action } from '@valetkey/providers';
import { jsonSchema, tool as aiTool } from 'ai';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { tool as openaiTool } from '@openai/agents';
import { z } from 'zod';
import { asTool, STRICT_FORMATS, TOOL_FORMATS, type ToolFormat } from './tool-formats.js';
import { canBeStrict } from './tool-schema.js';

type Json = Record<string, unknown>;

const actions = allProviders().flatMap((provider) => [...provider.actions]);
const NAME = /^[a-zA-Z0-9_-]{1,64}$/;

interface Listed {
  readonly action: Action;
  readonly tool: Json;
  readonly name: string;
  readonly description: string;
  /** An empty object where the format has no parameters at all. */
  readonly input: Json;
}

const LISTS = [
  ...TOOL_FORMATS.map((format) => ({ format, strict: false })),
  ...STRICT_FORMATS.map((format) => ({ format, strict: true })),
].map(({ format, strict }) => ({
  title: strict ? `${format}, strict` : format,
  format,
  strict,
  tools: (strict ? actions.filter(canBeStrict) : actions).map((action) =>
    listed(action, asTool(action, format, strict)),
  ),
}));

function listed(action: Action, tool: Json): Listed {
  const described = (tool['function'] ?? tool) as Json;
  const input = described['parameters'] ?? described['input_schema'] ?? described['inputSchema'];
  return {
    action,
    tool,
    name: String(described['name']),
    description: String(described['description']),
    input: (input ?? { type: 'object', properties: {} }) as Json,
  };
}

/** Every schema in a schema. */
function subschemas(schema: unknown): Json[] {
  if (Array.isArray(schema)) return schema.flatMap(subschemas);
  if (!isSchema(schema)) return [];
  const { properties = {}, items, anyOf, oneOf, allOf, additionalProperties, not } = schema;
  const below = [...Object.values(properties as Json), items, anyOf, oneOf, allOf, additionalProperties, not];
  return [schema, ...below.flatMap(subschemas)];
}

/** The members of an API's own tool, beside those that every format has. */
const MEMBERS: Readonly<Record<ToolFormat, readonly string[]>> = {
  openai: ['type', 'function'],
  'openai-responses': ['type', 'name', 'description', 'parameters', 'strict'],
  anthropic: ['name', 'description', 'input_schema', 'strict'],
  gemini: ['name', 'description', 'parameters'],
  mcp: ['name', 'title', 'description', 'inputSchema', 'outputSchema', 'annotations', '_meta'],
};

/** Keywords that the schema of a function may hold (https://ai.google.dev/api/caching#Schema). */
const GEMINI_KEYWORDS = ['type', 'description', 'enum', 'items', 'properties', 'required', 'anyOf'];

/** As `strict` wants it: what may be left out is null. */
function spelledOut(schema: Json, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => spelledOut((schema['items'] ?? {}) as Json, item));
  if (!isSchema(value)) return value;
  const shape = [schema, ...((schema['anyOf'] ?? []) as Json[])].find(
    ({ properties = {} }) =>
      Object.keys(value).every((name) => name in (properties as Json)) && properties !== undefined,
  );
  const properties = (shape?.['properties'] ?? {}) as Record<string, Json>;
  return Object.fromEntries(
    Object.entries(properties).map(([name, member]) => [
      name,
      name in value ? spelledOut(member, value[name]) : null,
    ]),
  );
}

const examplesOf = (action: Action) => (actionJsonSchema(action).input['examples'] ?? []) as Json[];

describe.each(LISTS)('tools for $title', ({ format, strict, tools }) => {
  const offenders = (isWrong: (one: Listed) => unknown) =>
    tools.filter(isWrong).map(({ action }) => action.id);
  const examples = (one: Listed) =>
    examplesOf(one.action).map((example) => (strict ? (spelledOut(one.input, example) as Json) : example));

  it('have the members of the API and no others, and a name and a description that it takes', () => {
    expect(tools.length).toBeGreaterThan(80);
    expect(offenders(({ tool }) => Object.keys(tool).some((key) => !MEMBERS[format].includes(key)))).toEqual(
      [],
    );
    expect(offenders(({ name }) => !NAME.test(name) || findAction(name) === undefined)).toEqual([]);
    expect(new Set(tools.map(({ name }) => name)).size).toBe(tools.length);
    expect(offenders(({ description }) => description.length < 10 || description.length > 1024)).toEqual([]);
  });

  it('name no tool in a description', () => {
    const names = new Set(actions.flatMap(({ id, name }) => [id, name]));
    const texts = ({ tool }: Listed) =>
      JSON.stringify(tool).match(/(?<="description":")(?:[^"\\]|\\.)*/g) ?? [];
    const mentions = (one: Listed) =>
      texts(one).flatMap((text) =>
        (text.match(/[\w-]+(?:\.[\w-]+)+|\w+__\w+/g) ?? []).filter(
          (word) => names.has(word) || word.includes('__'),
        ),
      );
    expect(offenders((one) => mentions(one).length > 0)).toEqual([]);
  });

  it('take an object without choices at the top, with lists of something, no reference and no pattern', () => {
    const choices = ['anyOf', 'oneOf', 'allOf', 'not', 'enum', '$ref', '$defs'];
    expect(
      offenders(({ input }) => input['type'] !== 'object' || choices.some((key) => key in input)),
    ).toEqual([]);
    expect(
      offenders(({ tool }) =>
        subschemas(listed(actions[0] as Action, tool).input).some(
          (schema) =>
            'pattern' in schema || '$ref' in schema || (schema['type'] === 'array' && !('items' in schema)),
        ),
      ),
    ).toEqual([]);
  });

  it('compile in Ajv’s strict mode and take the examples of their action', () => {
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: false });
    expect(
      offenders((one) => {
        const accepts = ajv.compile(one.input);
        return examples(one).length === 0 || !examples(one).every((example) => accepts(example));
      }),
    ).toEqual([]);
  });

  it('are read by zod', () => {
    expect(
      offenders((one) => {
        const schema = z.fromJSONSchema(one.input as never);
        return !examples(one).every((example) => schema.safeParse(example).success);
      }),
    ).toEqual([]);
  });

  it('are taken by the AI SDK', () => {
    expect(
      offenders(({ input, description }) => {
        const made = aiTool({ description, inputSchema: jsonSchema(input as never) });
        return (made.inputSchema as { jsonSchema?: unknown }).jsonSchema !== input;
      }),
    ).toEqual([]);
  });

  it('are taken by LangChain, which checks what a model sends by them', async () => {
    for (const one of tools) {
      const { name, description, input } = one;
      const made = new DynamicStructuredTool({
        name,
        description,
        schema: input as never,
        func: async () => 'ran',
      });
      expect(convertToOpenAITool(made)).toMatchObject({
        type: 'function',
        function: { name, parameters: input },
      });
      for (const example of examples(one))
        expect([name, await made.invoke(example as never)]).toEqual([name, 'ran']);
    }
  });

  it('are taken by the OpenAI Agents SDK, which writes _ for a hyphen', () => {
    expect(
      offenders(({ name, description, input }) => {
        const parameters = { ...input, additionalProperties: strict ? false : true } as never;
        const made = openaiTool({ name, description, parameters, strict, execute: () => 'ran' } as never);
        return made.name !== name.replaceAll('-', '_') || made.strict !== strict;
      }),
    ).toEqual([]);
  });
});

describe('a strict list', () => {
  const strict = LISTS.filter((list) => list.strict);

  it.each(strict)('of $format says so, requires every member and allows no other', ({ tools }) => {
    for (const { tool, input, name } of tools) {
      expect([name, JSON.stringify(tool).includes('"strict":true')]).toEqual([name, true]);
      for (const schema of subschemas(input).filter(({ type }) => [type].flat().includes('object'))) {
        expect(schema['additionalProperties']).toBe(false);
        expect(schema['required']).toEqual(Object.keys(schema['properties'] as Json));
      }
    }
  });

  it('holds a model to all but what a provider writes in its own way', () => {
    const free = actions.filter((action) => !canBeStrict(action)).map(({ provider }) => provider);
    expect([...new Set(free)].sort()).toEqual(['google-sheets', 'linear', 'notion']);
  });

  it('gives what an action takes: null is what is left out', () => {
    for (const { action, input } of strict[0]?.tools ?? [])
      for (const example of examplesOf(action)) {
        const spelled = spelledOut(input, example);
        expect([action.id, Object.values(spelled as Json).length]).toEqual([
          action.id,
          Object.keys(input['properties'] as Json).length,
        ]);
      }
  });
});

it('gives Gemini only keywords that it knows, and no object without members', () => {
  const list = LISTS.find(({ format }) => format === 'gemini');
  for (const { tool, input } of list?.tools ?? []) {
    const schemas = subschemas(input);
    if ('parameters' in tool) expect(Object.keys(input['properties'] as Json)).not.toEqual([]);
    for (const schema of schemas) {
      if ('parameters' in tool)
        expect(Object.keys(schema).filter((key) => !GEMINI_KEYWORDS.includes(key))).toEqual([]);
      for (const choice of (schema['enum'] ?? []) as unknown[]) expect(typeof choice).toBe('string');
    }
  }
});

it('tells MCP clients what a tool changes, and its id beside its name', () => {
  const ajv = new Ajv2020({ strict: true });
  for (const { action, tool } of LISTS.find(({ format }) => format === 'mcp')?.tools ?? []) {
    expect(tool['_meta']).toEqual({ 'valetkey/action': action.id });
    expect((tool['outputSchema'] as Json)['type']).toBe('object');
    ajv.compile(tool['outputSchema'] as Json);
    const { readOnlyHint = false, destructiveHint = true } = tool['annotations'] as Record<string, boolean>;
    expect([action.id, readOnlyHint, !readOnlyHint && destructiveHint]).toEqual([
      action.id,
      action.effect === 'read',
      action.effect === 'destructive',
    ]);
  }
});

/** Half of what a tool cost before its schema was made lean: 256, and 561 for MCP, which has its output too. */
const TOKENS_PER_TOOL = { openai: 128, 'openai-responses': 129, anthropic: 123, gemini: 122, mcp: 279 };

it.each(Object.entries(TOKENS_PER_TOOL))('costs a model of %s %i tokens a tool at most', (format, bound) => {
  const list = LISTS.find((one) => one.format === format && !one.strict);
  const tools = list?.tools.map(({ tool }) => tool) ?? [];
  expect(encode(JSON.stringify(tools)).length / tools.length).toBeLessThanOrEqual(bound);
});

describe('the schemas of /v1/actions', () => {
  it('use no pattern that Python or JavaScript without the flag u reads otherwise', () => {
    for (const action of actions) {
      const { input, output } = actionJsonSchema(action);
      const patterns = [input, output]
        .flatMap(subschemas)
        .flatMap(({ pattern }) => (pattern === undefined ? [] : [String(pattern)]));
      for (const pattern of patterns) {
        expect([action.id, pattern]).toEqual([
          action.id,
          expect.not.stringMatching(/\\[pPdDwWsSbBukc]|\(\?(?!:)/),
        ]);
        expect(() => new RegExp(pattern)).not.toThrow();
      }
    }
  });

  it('leave no empty schema where a pattern was', () => {
    const all = actions.flatMap((action) => Object.values(actionJsonSchema(action)).flatMap(subschemas));
    expect(all.filter(({ allOf }) => Array.isArray(allOf) && allOf.length === 0)).toEqual([]);
    expect(JSON.stringify(all)).not.toContain('"allOf":[{}');
  });
});
