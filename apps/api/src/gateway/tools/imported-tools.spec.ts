import { findAction, findShippedProvider, useImportedApis, type Action } from '@valetkey/providers';
import { importingProvider, importInThread } from '@valetkey/providers/openapi';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { STRICT_FORMATS, TOOL_FORMATS, asTool } from './tool-formats.js';

type Json = Record<string, unknown>;

const parameter = (name: string, schema: Json, required = false) => ({ name, in: 'query', schema, required });
const document = {
  openapi: '3.1.0',
  info: { title: 'Todoist', version: '1' },
  paths: {
    '/free': {
      get: {
        operationId: 'free',
        summary: 'Takes values of which little is said.',
        parameters: [
          parameter('any', {}),
          parameter('object', { type: 'object' }),
          parameter('list', { type: 'array', items: {} }),
          parameter('several', { type: ['string', 'integer', 'null'] }),
          parameter('level', { type: 'integer', enum: [1, 2] }),
          parameter('odd[name]', { type: 'string', pattern: '^\\p{L}(?=x)', format: 'uuid' }, true),
        ],
      },
    },
    '/plain': {
      get: {
        operationId: 'plain',
        summary: 'Takes what can be said.',
        parameters: [parameter('text', { type: 'string' })],
      },
    },
  },
};

let actions: Action[];
beforeAll(async () => {
  const provider = findShippedProvider('todoist');
  if (!provider) throw new Error('no provider');
  const selection = [{ operation: 'free' }, { operation: 'plain' }];
  const { operations, scopes } = await importInThread({
    ...{ text: JSON.stringify(document), selection, provider: importingProvider(provider) },
  });
  useImportedApis([{ provider: 'todoist', operations, scopes }]);
  actions = ['free', 'plain'].flatMap((name) => findAction(`todoist.${name}`) ?? []);
});
afterAll(() => useImportedApis([]));

const inputOf = (tool: Json): Json => {
  const described = (tool['function'] ?? tool) as Json;
  return (described['parameters'] ?? described['input_schema'] ?? described['inputSchema']) as Json;
};
const toolOf = (name: string, format: (typeof TOOL_FORMATS)[number], strict = false): Json => {
  const action = actions.find((one) => one.name === name);
  if (!action) throw new Error(`no action ${name}`);
  return asTool(action, format, strict) as Json;
};

it.each(TOOL_FORMATS)('imported actions are tools of %s like ours', (format) => {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  for (const { name } of actions) {
    const tool = toolOf(name, format);
    expect(JSON.stringify(tool)).toContain(`"todoist__${name}"`);
    expect(JSON.stringify(tool)).not.toMatch(/\\\\p|pattern|\$ref/);
    expect(inputOf(tool)['type']).toBe('object');
    for (const member of Object.keys(inputOf(tool)['properties'] as Json))
      expect(member).toMatch(/^[\w.-]{1,64}$/);
    ajv.compile(inputOf(tool));
  }
});

it.each(STRICT_FORMATS)('a strict list for %s holds a model only to what can be said strictly', (format) => {
  expect(JSON.stringify(toolOf('plain', format, true))).toContain('"strict":true');
  expect(JSON.stringify(toolOf('free', format, true))).not.toContain('"strict":true');
});

it('leaves out for Gemini what it does not know, and gives choices of types as such', () => {
  expect(inputOf(toolOf('free', 'gemini'))['properties']).toEqual({
    several: { anyOf: [{ type: 'string' }, { type: 'integer' }] },
    level: { type: 'number' },
    odd_name: { type: 'string' },
  });
});
