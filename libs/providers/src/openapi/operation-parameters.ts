import { NOT_IN_QUERY } from '../core/forward.js';
import type { JsonSchema } from '../core/json-schema.js';
import type { SchemaConverter } from './convert-schema.js';
import type { MemberPlace } from './imported-operation.js';
import type { Value } from './members.js';
import { OpenApiFault, shown } from './openapi-fault.js';
import { isNode, memberOf, nodeIn, type Node } from './read-document.js';
import type { References } from './references.js';

/** The headers of requests, as the provider's entry has them. */
export interface HeaderRules {
  /** In lower case: those that callers may set. */
  readonly allowed: readonly string[];
  /** In lower case: those that are sent anyway. */
  readonly sent: readonly string[];
}

interface Reading {
  readonly references: References;
  readonly converter: SchemaConverter;
  readonly depth: number;
  readonly headers: HeaderRules;
  /** Names of parameters that carry a credential. */
  readonly credentials: ReadonlySet<string>;
  /** Says what is left out, and why. */
  readonly note: (text: string) => void;
}

/** Where nothing has to be said. */
const PASSED_OVER = 'passed over';
const MOST_PARAMETERS = 300;
/** Named by HTTP itself, and left out of OpenAPI's parameters (3.1.1, section 4.8.12.1). */
const OF_HTTP = ['accept', 'content-type', 'authorization'];

/** The parameters of a path and its operation as values; the operation's own replace those of the path. */
export function parameterValues(pathItem: Node, operation: Node, reading: Reading): Value[] {
  const listed = [pathItem, operation].flatMap((node) => {
    const list = memberOf(node, 'parameters');
    return Array.isArray(list) ? (list as unknown[]) : [];
  });
  if (listed.length > MOST_PARAMETERS)
    throw new OpenApiFault(`it has ${listed.length} parameters; ${MOST_PARAMETERS} are the most`);
  const parameters = new Map<string, Node>();
  for (const written of listed) {
    const { node } = reading.references.follow(written);
    parameters.set(`${String(memberOf(node, 'in'))} ${String(memberOf(node, 'name'))}`, node);
  }
  return [...parameters.values()].flatMap((parameter) => valueOf(parameter, reading) ?? []);
}

function valueOf(parameter: Node, reading: Reading): Value | undefined {
  const [name, at] = [memberOf(parameter, 'name'), memberOf(parameter, 'in')];
  if (typeof name !== 'string' || name === '' || name.length > 200)
    throw new OpenApiFault(`a parameter has the name ${shown(JSON.stringify(name))}`);
  const isRequired = at === 'path' || memberOf(parameter, 'required') === true;
  const refusal = refusalOf(name, at, reading);
  if (refusal !== undefined) return leftOut(refusal, isRequired, reading);
  const content = Object.values(nodeIn(parameter, 'content')).find(isNode);
  const place = { in: at as MemberPlace['in'], name, writing: writingOf(parameter, content !== undefined) };
  return { place, isRequired, schema: schemaOf(parameter, content, reading) };
}

function leftOut(refusal: string, isRequired: boolean, { note }: Reading): undefined {
  if (refusal === PASSED_OVER) return;
  if (isRequired) throw new OpenApiFault(`it needs ${refusal}`);
  note(`leaves out ${refusal}`);
}

function schemaOf(parameter: Node, content: Node | undefined, { converter, depth }: Reading): JsonSchema {
  const schema = converter.convert(memberOf(content ?? parameter, 'schema'), depth);
  const text = converter.text(memberOf(parameter, 'description'));
  // An empty segment would lead to another path.
  const isSegment = memberOf(parameter, 'in') === 'path' && schema['type'] === 'string';
  return { ...(isSegment ? { minLength: 1 } : {}), ...schema, ...(text === '' ? {} : { description: text }) };
}

/** Why a parameter is not taken. */
function refusalOf(name: string, at: unknown, reading: Reading): string | undefined {
  const lower = name.toLowerCase();
  const isCredential = reading.credentials.has(lower) || NOT_IN_QUERY.has(lower);
  if (at === 'path') return undefined;
  if (at === 'cookie') return `the cookie "${shown(name)}"`;
  if (at === 'query') return isCredential ? PASSED_OVER : undefined;
  if (at !== 'header') return `a parameter in "${shown(at)}"`;
  if (isCredential || OF_HTTP.includes(lower) || reading.headers.sent.includes(lower)) return PASSED_OVER;
  return reading.headers.allowed.includes(lower)
    ? undefined
    : `the header "${shown(name)}", which the provider's entry does not let pass`;
}

function writingOf(parameter: Node, isContent: boolean): MemberPlace['writing'] {
  if (isContent) return 'json';
  const style = memberOf(parameter, 'style');
  const explode = memberOf(parameter, 'explode') ?? (style === undefined || style === 'form');
  if (style === 'deepObject') return 'deep';
  if (style === 'spaceDelimited' && explode !== true) return 'space';
  if (style === 'pipeDelimited' && explode !== true) return 'pipe';
  return memberOf(parameter, 'in') === 'query' && explode !== true ? 'comma' : 'plain';
}
