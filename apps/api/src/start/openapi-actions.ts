import type { OpenAPIObject } from '@nestjs/swagger';
import { actionJsonSchema, providers, toolName, type Action, type JsonSchema } from '@valetkey/providers';
import { exampleOf } from './openapi-examples.js';
import { pascal } from './openapi-operation-ids.js';
import { JSON_TYPE, namedOperations, refTo, schemasOf, type Body } from './openapi-schemas.js';

/** The action that examples show. */
const SHOWN = 'github.issues.list';

/** Writes out what each action takes and gives: `GithubIssuesCreateInput`. */
export function withActionTypes(document: OpenAPIObject): OpenAPIObject {
  const actions = providers.flatMap((provider): readonly Action[] => provider.actions);
  nameTypes(schemasOf(document), actions);
  const operation = (id: string) => namedOperations(document).find(({ operationId }) => operationId === id);
  const [run, create] = [operation('runAction'), operation('createTask')];
  const shown = actionJsonSchema(actions.find(({ id }) => id === SHOWN) as Action);
  const [input] = shown.input['examples'] as unknown[];
  for (const parameter of run?.parameters ?? [])
    if (parameter.name === 'action') parameter.schema = orImported('ActionName');
  typeMember(run?.requestBody, 'input', { type: 'ActionInput', example: input });
  typeMember(run?.responses['200'], 'output', { type: 'ActionOutput', example: exampleOf(shown.output) });
  typeMember(create?.requestBody, 'input', { type: 'ActionInput', example: input });
  typeMember(create?.requestBody, 'action', { type: 'ActionName', example: SHOWN });
  return document;
}

function nameTypes(schemas: Record<string, JsonSchema>, actions: readonly Action[]): void {
  for (const action of actions) {
    const { input, output } = actionJsonSchema(action);
    schemas[`${typeName(action)}Input`] = embedded(input);
    schemas[`${typeName(action)}Output`] = embedded(output);
  }
  schemas['ActionInput'] = { anyOf: actions.map((action) => refTo(`${typeName(action)}Input`)) };
  schemas['ActionOutput'] = { anyOf: actions.map((action) => refTo(`${typeName(action)}Output`)) };
  schemas['ActionName'] = {
    type: 'string',
    description: 'The id of an action, or its name as a tool.',
    enum: [...actions.map(({ id }) => id), ...actions.map(toolName)],
  };
}

/** Types of our own actions, or whatever an import brings: its actions are known to the running server alone. */
const orImported = (type: string): JsonSchema => ({
  anyOf: [
    refTo(type),
    { type: type === 'ActionName' ? 'string' : 'object', description: 'Of an imported action.' },
  ],
});

const typeName = (action: Action): string => pascal(toolName(action));

const embedded = ({ $schema: _, ...schema }: JsonSchema): JsonSchema => schema;

/** Says of a member what type it has, and shows a value of it. */
function typeMember(body: Body | undefined, name: string, by: { type: string; example: unknown }): void {
  const media = body?.content?.[JSON_TYPE];
  const { properties } = (media?.schema ?? {}) as { properties?: Record<string, JsonSchema> };
  const member = properties?.[name];
  if (!media || !member) throw new Error(`there is no ${name} where an action is run`);
  const { description, default: byDefault } = member;
  const typed = {
    ...orImported(by.type),
    ...(description === undefined ? {} : { description }),
    ...(byDefault === undefined ? {} : { default: byDefault }),
  };
  media.schema = { ...media.schema, properties: { ...properties, [name]: typed } };
  media.example = { ...(media.example as object), [name]: by.example };
}
