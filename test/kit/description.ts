const METHODS = ['get', 'put', 'post', 'patch', 'delete'] as const;

/** A route as /openapi.json tells it. */
export interface Operation {
  /** `GET /v1/tasks/{id}` */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** Names of the query's members. */
  readonly query: readonly string[];
  /** Names of the members of a JSON body. */
  readonly body: readonly string[];
  /** Status → codes of its documented errors. */
  readonly problems: ReadonlyMap<number, readonly string[]>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a part of the description, judged by the specs
  readonly description: any;
  /** Whether a request is one for this route. */
  matches(method: string, path: string): boolean;
}

/** A schema with what it refers to written out. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a description, judged by its own spec
export function inlined(document: any, schema: any): any {
  if (Array.isArray(schema)) return schema.map((part) => inlined(document, part));
  if (typeof schema !== 'object' || schema === null) return schema;
  const { $ref, ...rest } = schema;
  const name = typeof $ref === 'string' ? $ref.replace('#/components/schemas/', '') : undefined;
  const whole = name === undefined ? schema : { ...document.components.schemas[name], ...rest };
  return Object.fromEntries(
    Object.entries(whole).map(([keyword, value]) => [keyword, inlined(document, value)]),
  );
}

/** Every route of a description. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a description, judged by its own spec
export function operationsOf(document: any): Operation[] {
  return Object.entries<Record<string, never>>(document.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) =>
      operationOf(document, { method: method.toUpperCase(), path, description: item[method] }),
    ),
  );
}

function operationOf(
  document: object,
  { method, path, description }: Pick<Operation, 'method' | 'path' | 'description'>,
): Operation {
  const { parameters = [], requestBody, responses } = description;
  const places = path.split('/');
  return {
    name: `${method} ${path}`,
    method,
    path,
    description,
    query: parameters
      .filter((one: { in: string }) => one.in === 'query')
      .map(({ name }: { name: string }) => name),
    body: Object.keys(
      inlined(document, requestBody?.content?.['application/json']?.schema ?? {}).properties ?? {},
    ),
    problems: new Map(Object.keys(responses).map((status) => [Number(status), codesOf(responses[status])])),
    matches: (asked, url) => {
      const given = url.split('?')[0]?.split('/') ?? [];
      return (
        asked === method &&
        given.length === places.length &&
        places.every((place, index) => place.startsWith('{') || place === given[index])
      );
    },
  };
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a part of that description
function codesOf(response: any): string[] {
  return Object.keys(response.content?.['application/problem+json']?.examples ?? {});
}
