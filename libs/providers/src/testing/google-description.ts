import type { RecordedRequest } from './answering-server.js';
import type { GoogleFacts, GoogleMethod, GoogleShape } from './google-facts.js';
import { factsOf, type RequestJudge } from './official-descriptions.js';

const pattern = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`);

/** The JSON of a request, also where it is the first of two parts (`multipart/related`). */
function jsonOf({ headers, body, rawBody }: RecordedRequest): unknown {
  const isMultipart = headers['content-type']?.startsWith('multipart/related');
  const first = isMultipart ? /\r\n\r\n(\{.*?)\r\n--/s.exec(rawBody)?.[1] : undefined;
  return first === undefined ? body : JSON.parse(first);
}

const isType: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  integer: Number.isInteger,
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  array: Array.isArray,
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  any: () => true,
};

/** Parsers for a parameter's text, by its described type. */
const read: Readonly<Record<string, (text: string) => unknown>> = {
  integer: (text) => (/^-?\d+$/.test(text) ? Number(text) : text),
  number: Number,
  boolean: (text) => (text === 'true' || text === 'false' ? text === 'true' : text),
};

/** The parts of a value that differ from its description, by their path. */
function faults(
  value: unknown,
  described: GoogleShape,
  schemas: GoogleFacts['schemas'],
  place: string,
): string[] {
  const { $ref, type = 'any', enum: words, items, properties = {}, additionalProperties } = described;
  if ($ref) {
    const named = schemas[$ref];
    return named ? faults(value, named, schemas, place) : [`${place}: ${$ref} is not described`];
  }
  // A patch takes a member away with null.
  if (value === null) return [];
  if (!isType[type]?.(value)) return [`${place} is no ${type}`];
  if (words && !words.includes(String(value))) return [`${place} is none of ${words.join(' ')}`];
  if (Array.isArray(value))
    return items ? value.flatMap((one, index) => faults(one, items, schemas, `${place}/${index}`)) : [];
  if (typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const inner = properties[name] ?? additionalProperties;
    return inner ? faults(member, inner, schemas, `${place}/${name}`) : [`${place}/${name} is not described`];
  });
}

function queryFaults(query: URLSearchParams, described: Readonly<Record<string, GoogleShape>>): string[] {
  const sent = [...new Set(query.keys())].flatMap((name) => {
    const one = described[name];
    if (!one) return [`${name} is not described`];
    const values = query.getAll(name);
    if (values.length > 1 && !one.repeated) return [`${name} is given twice`];
    return values.flatMap((text) => faults(read[one.type ?? '']?.(text) ?? text, one, {}, name));
  });
  const missing = Object.entries(described).filter(([name, { required }]) => required && !query.has(name));
  return [...sent, ...missing.map(([name]) => `${name} is required`)];
}

/** Judges requests by the facts of a Google discovery document, which also says which scopes suffice. */
export function googleJudge(provider: string): RequestJudge {
  const facts = factsOf(provider) as GoogleFacts;
  const methods = facts.methods.flatMap((method) =>
    method.paths.map((path) => ({ method, path: pattern(path), gaps: path.split('{').length })),
  );
  const methodOf = (request: RecordedRequest): GoogleMethod | undefined =>
    methods
      .filter(({ method, path }) => method.httpMethod === request.method && path.test(request.path))
      .sort((a, b) => a.gaps - b.gaps)[0]?.method;
  return {
    scopes: facts.scopes,
    accepted: (request) => methodOf(request)?.scopes ?? [],
    complaints: (request, heldScopes) => {
      const method = methodOf(request);
      if (!method) return [`${request.method} ${request.path} is no method of this API`];
      const json = jsonOf(request);
      const body = method.request ? { $ref: method.request } : { type: 'nothing' };
      return [
        ...queryFaults(request.query, { ...facts.query, ...method.query }),
        ...(json === undefined ? [] : faults(json, body, facts.schemas, 'body')),
        ...(heldScopes.some((scope) => method.scopes.includes(scope)) ? [] : ['none of the scopes suffices']),
      ].map((fault) => `${method.id}: ${fault}`);
    },
  };
}
