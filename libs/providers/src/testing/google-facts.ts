/** The description of one value in a discovery document: a schema of its own by name, or inline. */
export interface GoogleShape {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly repeated?: true;
  readonly required?: true;
  readonly items?: GoogleShape;
  readonly properties?: Readonly<Record<string, GoogleShape>>;
  readonly additionalProperties?: GoogleShape;
}

export interface GoogleMethod {
  readonly id: string;
  readonly httpMethod: string;
  /** Full paths, the one of uploads included, with `{name}` where a parameter stands. */
  readonly paths: readonly string[];
  readonly query: Readonly<Record<string, GoogleShape>>;
  readonly request?: string;
  readonly scopes: readonly string[];
}

/** The facts of a Google discovery document by which requests can be judged. */
export interface GoogleFacts {
  readonly api: string;
  readonly revision: string;
  /** Parameters of every method. */
  readonly query: Readonly<Record<string, GoogleShape>>;
  readonly scopes: readonly string[];
  readonly methods: readonly GoogleMethod[];
  readonly schemas: Readonly<Record<string, GoogleShape>>;
}

type Json = Readonly<Record<string, unknown>>;

const map = <T>(members: unknown, change: (value: Json) => T): Record<string, T> =>
  Object.fromEntries(
    Object.entries((members ?? {}) as Json).map(([name, value]) => [name, change(value as Json)]),
  );

/** Only what a request can be judged by: no descriptions, no defaults. */
function shape(value: Json): GoogleShape {
  const { $ref, type, enum: words, repeated, required, items, properties, additionalProperties } = value;
  return {
    ...($ref ? { $ref: $ref as string } : {}),
    ...(type ? { type: type as string } : {}),
    ...(words ? { enum: words as string[] } : {}),
    ...(repeated === true ? { repeated } : {}),
    ...(required === true ? { required } : {}),
    ...(items ? { items: shape(items as Json) } : {}),
    ...(properties ? { properties: map(properties, shape) } : {}),
    ...(additionalProperties ? { additionalProperties: shape(additionalProperties as Json) } : {}),
  };
}

const methodsOf = ({ methods, resources }: Json): Json[] => [
  ...Object.values((methods ?? {}) as Record<string, Json>),
  ...Object.values((resources ?? {}) as Record<string, Json>).flatMap(methodsOf),
];

function methodFacts(servicePath: string, method: Json): GoogleMethod {
  const { mediaUpload, parameters, request, scopes } = method as {
    mediaUpload?: { protocols: { simple: { path: string } } };
    parameters?: Json;
    request?: { $ref: string };
    scopes?: string[];
  };
  const upload = mediaUpload?.protocols.simple.path;
  const inQuery = Object.entries(parameters ?? {}).filter(([, one]) => (one as Json)['location'] === 'query');
  return {
    id: String(method['id']),
    httpMethod: String(method['httpMethod']),
    paths: [`/${servicePath}${String(method['path'])}`, ...(upload ? [upload] : [])],
    query: map(Object.fromEntries(inQuery), shape),
    ...(request ? { request: request.$ref } : {}),
    scopes: scopes ?? [],
  };
}

/** Names of the schemas that these reach. */
function reached(names: readonly string[], schemas: Readonly<Record<string, GoogleShape>>): Set<string> {
  const seen = new Set<string>();
  const visit = (one: GoogleShape | undefined): void => {
    if (!one) return;
    if (one.$ref && !seen.has(one.$ref)) {
      seen.add(one.$ref);
      visit(schemas[one.$ref]);
    }
    for (const inner of [one.items, one.additionalProperties, ...Object.values(one.properties ?? {})])
      visit(inner);
  };
  for (const name of names) visit({ $ref: name });
  return seen;
}

/** Reduces a discovery document (https://developers.google.com/discovery/v1/reference/apis). */
export function googleFacts(json: string): GoogleFacts {
  const api = JSON.parse(json) as Json & { auth: { oauth2: { scopes: Json } } };
  const methods = methodsOf(api).map((method) => methodFacts(String(api['servicePath']), method));
  const schemas = map(api['schemas'], shape);
  const used = reached(
    methods.flatMap(({ request }) => request ?? []),
    schemas,
  );
  return {
    api: String(api['id']),
    revision: String(api['revision']),
    query: map(api['parameters'], shape),
    scopes: Object.keys(api.auth.oauth2.scopes),
    methods,
    schemas: Object.fromEntries(Object.entries(schemas).filter(([name]) => used.has(name))),
  };
}
