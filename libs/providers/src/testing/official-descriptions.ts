import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { RecordedRequest } from './answering-server.js';

/** Judges requests by the provider's own description of its API. */
export interface RequestJudge {
  /** What the description does not know or misses, in words; none means that the request is as described. */
  complaints(request: RecordedRequest, heldScopes: readonly string[]): string[];
}

/** Official API descriptions lie beside the checkout where there are any. */
const folder = new URL('../../../../../shared/contracts/', import.meta.url);

/** The opened file, or `undefined` with one line that says so: the checks that need it are then skipped. */
export function officialDescription(file: string): string | undefined {
  const url = new URL(file, folder);
  if (existsSync(url)) return gunzipSync(readFileSync(url)).toString('utf8');
  console.warn(`skipped: official description ${file} is not here`);
  return undefined;
}

interface DiscoveryMethod {
  readonly id: string;
  readonly httpMethod: string;
  readonly path: string;
  readonly scopes: readonly string[];
  readonly parameters?: Readonly<Record<string, { location: string }>>;
  readonly request?: { readonly $ref: string };
  readonly mediaUpload?: { readonly protocols: { readonly simple: { readonly path: string } } };
}

interface DiscoveryResource {
  readonly methods?: Readonly<Record<string, DiscoveryMethod>>;
  readonly resources?: Readonly<Record<string, DiscoveryResource>>;
}

interface Discovery extends DiscoveryResource {
  readonly servicePath: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly schemas: Readonly<Record<string, { properties: Readonly<Record<string, unknown>> }>>;
}

const methodsOf = ({ methods = {}, resources = {} }: DiscoveryResource): DiscoveryMethod[] => [
  ...Object.values(methods),
  ...Object.values(resources).flatMap(methodsOf),
];

const pattern = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`);

/** The JSON of a request, also where it is the first of two parts (`multipart/related`). */
function jsonOf({ headers, body, rawBody }: RecordedRequest): object {
  const isMultipart = headers['content-type']?.startsWith('multipart/related');
  const first = isMultipart ? /\r\n\r\n(\{.*?)\r\n--/s.exec(rawBody)?.[1] : undefined;
  return (first === undefined ? (body ?? {}) : JSON.parse(first)) as object;
}

/** Judges requests by a Google discovery document, which also says which scopes suffice. */
export function discoveryJudge(json: string): RequestJudge {
  const api = JSON.parse(json) as Discovery;
  const methods = methodsOf(api).flatMap((method) => {
    const upload = method.mediaUpload?.protocols.simple.path;
    const paths = [`/${api.servicePath}${method.path}`, ...(upload ? [upload] : [])];
    return paths.map((path) => ({ method, path: pattern(path) }));
  });
  return {
    complaints: (request, heldScopes) => {
      const method = methods
        .filter(({ method, path }) => method.httpMethod === request.method && path.test(request.path))
        .sort((a, b) => a.method.path.split('{').length - b.method.path.split('{').length)[0]?.method;
      if (!method) return [`${request.method} ${request.path} is no method of this API`];
      const parameters = { ...api.parameters, ...method.parameters };
      const properties = api.schemas[method.request?.$ref ?? '']?.properties ?? {};
      const parts = [
        ...[...request.query.keys()].filter((name) => !(name in parameters)),
        ...Object.keys(jsonOf(request)).filter((name) => !(name in properties)),
      ];
      return [
        ...parts.map((name) => `${method.id}: ${name} is not described`),
        ...(heldScopes.some((scope) => method.scopes.includes(scope))
          ? []
          : [`${method.id}: none of the scopes suffices`]),
      ];
    },
  };
}
