import type { JsonSchema } from '../core/json-schema.js';
import type { ImportedApi } from '../openapi/imported-apis.js';
import type { ImportedOperation } from '../openapi/imported-operation.js';
import type { ActionSet } from './action-set.js';
import type { SetAction } from './set-action.js';
import type { Curation } from './curation.js';
import { namesIn } from './filled.js';

type Member = SetAction['input'][string];

/** A file of actions in the form in which imported documents are stored, so that both become actions by one way. */
export function operationsOfSet({ provider, actions }: ActionSet): ImportedApi {
  const curations = Object.fromEntries(actions.map((one) => [one.name, curationOf(one)]));
  return { provider, operations: actions.map(operationOf), scopes: {}, curations };
}

function operationOf({ name, title, summary, request, effect, scopes, input }: SetAction): ImportedOperation {
  const [method, path = ''] = request.split(' ');
  const places = namesIn(path).map((at) => [at, { in: 'path', name: at, writing: 'plain' }] as const);
  return {
    ...{ name, title, summary, effect, scopes, path },
    method: method as ImportedOperation['method'],
    input: inputOf(input),
    places: Object.fromEntries(places),
  };
}

/** The request written out: a file may leave to the method where members are sent. */
function curationOf({ request, input, query, body, ...one }: SetAction): Curation {
  const { answer, page, preview, recipients, reaches, recover, example, headers } = one;
  const rest = Object.keys(input).filter((name) => !namesIn(request).includes(name));
  const all = Object.fromEntries(rest.map((name) => [name, `{${name}}`]));
  const isBare = query === undefined && body === undefined && rest.length > 0;
  const isQuery = /^(?:GET|DELETE) /.test(request);
  return {
    query: (isBare && isQuery ? all : query) as Curation['query'],
    body: isBare && !isQuery ? all : body,
    ...{ headers, answer, page, preview, recipients },
    reaches: reaches as Curation['reaches'],
    recover: recover as Curation['recover'],
    example: example.input,
  };
}

function inputOf(input: SetAction['input']): JsonSchema {
  const members = Object.entries(input).map(([name, member]) => [name, schemaOf(member)] as const);
  const required = Object.entries(input).flatMap(([name, { optional }]) => (optional ? [] : [name]));
  return {
    type: 'object',
    properties: Object.fromEntries(members),
    required,
    additionalProperties: false,
  };
}

function schemaOf({ type, of, description, choices, minimum, maximum }: Member): JsonSchema {
  const size = (unit: string, least = minimum) => ({
    ...(least === undefined ? {} : { [`min${unit}`]: least }),
    ...(maximum === undefined ? {} : { [`max${unit}`]: maximum }),
  });
  if (choices) return { type: 'string', enum: choices, description };
  if (type === 'list') return { type: 'array', items: itemOf(of), ...size('Items'), description };
  if (type === 'string') return { type, ...size('Length', minimum ?? 1), description };
  if (type !== 'integer' && type !== 'number') return { type, description };
  return {
    type,
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
    description,
  };
}

function itemOf(of: Member['of']): JsonSchema {
  if (of === 'rows') return { type: 'array', items: {} };
  return { type: of, ...(of === 'string' ? { minLength: 1 } : {}) };
}
