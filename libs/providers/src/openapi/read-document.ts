import { jsonExcess } from '../core/json-bounds.js';
import { isSchema, type JsonSchema } from '../core/json-schema.js';
import { OpenApiFault, shown } from './openapi-fault.js';

const MIB = 1024 * 1024;
/** Longest documents. YAML is read some twenty times slower than JSON. */
export const MOST_JSON_BYTES = 16 * MIB;
export const MOST_YAML_BYTES = 4 * MIB;
const MOST_DEPTH = 100;
const MOST_MEMBERS = 2_000_000;

/** An object of the document, nothing of which is known yet. */
export type Node = JsonSchema;
export const isNode = isSchema;

/** An own member: a document may name its members like those of every object. */
export function memberOf(node: Node, name: string): unknown {
  return Object.hasOwn(node, name) ? node[name] : undefined;
}

/** A member that is an object; an empty one when it is anything else. */
export function nodeIn(node: Node, name: string): Node {
  const value = memberOf(node, name);
  return isNode(value) ? value : {};
}

/**
 * The document in a text: JSON, or YAML 1.2 without tags of its own and aliases.
 * @throws OpenApiFault unless it is OpenAPI 3.0 or 3.1
 */
export async function readDocument(text: string): Promise<Node> {
  const isJson = /^\s*\{/.test(text.slice(0, 1000));
  const most = isJson ? MOST_JSON_BYTES : MOST_YAML_BYTES;
  if (Buffer.byteLength(text) > most)
    throw new OpenApiFault(
      `The document is longer than ${most / MIB} MiB, the most for ${isJson ? 'JSON' : 'YAML'}.`,
    );
  const document = isJson ? fromJson(text) : await fromYaml(text);
  if (!isNode(document)) throw new OpenApiFault('The document is no object.');
  requireVersion(document);
  return document;
}

function requireVersion(document: Node): void {
  const [swagger, version] = [memberOf(document, 'swagger'), memberOf(document, 'openapi')];
  if (swagger !== undefined)
    throw new OpenApiFault(`The document is Swagger ${shown(swagger)}; convert it to OpenAPI 3.0 or 3.1.`);
  if (version === undefined)
    throw new OpenApiFault('The document has no member "openapi": it is no OpenAPI.');
  if (typeof version !== 'string' || !/^3\.[01](?:\.\d{1,3})?$/.test(version))
    throw new OpenApiFault(`The document is OpenAPI ${shown(version)}; 3.0 and 3.1 are understood.`);
  if (!isNode(memberOf(document, 'paths'))) throw new OpenApiFault('The document has no object "paths".');
}

function fromJson(text: string): unknown {
  const excess = jsonExcess(Buffer.from(text), { depth: MOST_DEPTH, members: MOST_MEMBERS });
  if (excess === 'depth') throw new OpenApiFault(`The document nests deeper than ${MOST_DEPTH} levels.`);
  if (excess === 'members') throw new OpenApiFault(`The document holds more than ${MOST_MEMBERS} values.`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new OpenApiFault(`The document is no JSON: ${shown((error as Error).message)}.`);
  }
}

/** YAML is loaded only where it is read. */
async function fromYaml(text: string): Promise<unknown> {
  const { parseDocument } = await import('yaml');
  let value: unknown;
  try {
    const document = parseDocument(text, {
      version: '1.2',
      schema: 'core',
      customTags: [],
      uniqueKeys: true,
    });
    const [fault] = [...document.errors, ...document.warnings];
    if (fault) throw new OpenApiFault(`The document is no YAML: ${shown(fault.message.split('\n')[0])}`);
    value = document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    if (error instanceof OpenApiFault) throw error;
    if (error instanceof RangeError) throw new OpenApiFault('The document nests too deeply.');
    throw new OpenApiFault(
      'The document has YAML aliases, which are not read; write out what they stand for.',
    );
  }
  requireFlat(value);
  return value;
}

function requireFlat(value: unknown): void {
  let at = [value];
  let values = 0;
  for (let depth = 0; at.length > 0; depth++) {
    values += at.length;
    if (depth > MOST_DEPTH) throw new OpenApiFault(`The document nests deeper than ${MOST_DEPTH} levels.`);
    if (values > MOST_MEMBERS) throw new OpenApiFault(`The document holds more than ${MOST_MEMBERS} values.`);
    at = at.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
}
