import type { Effect } from '../core/action.js';
import { SchemaConverter, TooLarge } from './convert-schema.js';
import type { ImportedOperation } from './imported-operation.js';
import type { ListedOperation } from './listed-operations.js';
import { namedMembers, type Members } from './members.js';
import { OpenApiFault } from './openapi-fault.js';
import { bodyOf } from './operation-body.js';
import { parameterValues, type HeaderRules } from './operation-parameters.js';
import { acceptedType, linksPages, pageOf } from './pagination.js';
import { plainText } from './plain-text.js';
import { memberOf, type Node } from './read-document.js';
import type { References } from './references.js';
import type { SecurityScopes } from './security-scopes.js';
import { pathBelowBase, serversIn } from './server-address.js';

/** Levels of objects that are written out: the first at which the whole is small enough. */
const DEPTHS = [6, 4, 3, 2, 1];
const MOST_SCHEMAS = 4_000;
const MOST_INPUT_BYTES = 24 * 1024;
const MOST_TEXT = 4_000;
const MOST_SUMMARY = 400;

/** The operator's words about one operation, which go before those of its document. */
export interface OperationChoice {
  readonly name: string;
  readonly effect?: Effect | undefined;
  readonly title?: string | undefined;
  readonly summary?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
}

/** The document around an operation, and the provider it is for. */
export interface ConversionContext {
  readonly document: Node;
  readonly references: References;
  readonly security: SecurityScopes;
  readonly apiBaseUrl: string;
  readonly headers: HeaderRules;
  /** The effect that is known of a request, from another source than its method. */
  readonly effectOf: (method: string, path: string) => Effect | undefined;
}

/** An operation in its stored form, and what of the document it does without. */
export interface ConvertedOperation {
  readonly operation: ImportedOperation;
  readonly notes: readonly string[];
}

/** @throws OpenApiFault that says why it cannot be an action */
export function convertOperation(
  listed: ListedOperation,
  choice: OperationChoice,
  context: ConversionContext,
): ConvertedOperation {
  const { node, pathItem, method } = listed;
  const { document, references, apiBaseUrl } = context;
  const servers = serversIn(node) ?? serversIn(pathItem) ?? serversIn(document) ?? [];
  // Some documents tell operations on one path apart by a fragment, which no request has.
  const path = pathBelowBase(servers, listed.path.split('#', 1)[0] ?? '', apiBaseUrl);
  requirePlainPath(path);
  const notes = new Set<string>();
  const { input, places, body } = inputOf(listed, context, (text) => notes.add(text));
  requireFilled(path, places);
  const page = pageOf(node, places, references);
  const accept = acceptedType(node, references);
  const title = choice.title ?? titleOf(listed);
  const operation = {
    name: choice.name,
    ...(listed.operationId === undefined ? {} : { operationId: listed.operationId.slice(0, 200) }),
    ...{ method, path, title },
    summary: choice.summary ?? summaryOf(listed, { page, isLinked: linksPages(node, references) }),
    effect: choice.effect ?? context.effectOf(method, path) ?? effectOf(method),
    scopes: [...(choice.scopes ?? context.security.of(node))],
    ...{ input, places },
    ...(body ? { body } : {}),
    ...(accept === undefined ? {} : { accept }),
    ...(page ? { page } : {}),
  };
  return { operation, notes: [...notes] };
}

function effectOf(method: ListedOperation['method']): Effect {
  return method === 'GET' ? 'read' : method === 'DELETE' ? 'destructive' : 'write';
}

/** Whole segments are parameters, or they begin with one: so each address has one route only. */
function requirePlainPath(path: string): void {
  if (!/^[\w/{}.~:@!$&'()*+,;=-]+$/.test(path) || path.includes('//') || path.length > 500)
    throw new OpenApiFault('its path is no plain one');
  const segments = path.slice(1).split('/');
  if (!segments.every((segment) => /^(?:[^{}]*|\{[^{}]+\}[^{}]*)$/.test(segment)))
    throw new OpenApiFault('its path has a parameter inside of a segment');
}

function requireFilled(path: string, places: Members['places']): void {
  const given = new Set(Object.values(places).flatMap((place) => (place.in === 'path' ? [place.name] : [])));
  const wanted = [...path.matchAll(/\{([^{}]+)\}/g)].map(([, name = '']) => name);
  const missing = wanted.find((name) => !given.has(name));
  if (missing !== undefined) throw new OpenApiFault(`it says nothing of "${missing}" in its path`);
  if (new Set(wanted).size < wanted.length) throw new OpenApiFault('its path has the same parameter twice');
}

type Input = Members & Pick<ImportedOperation, 'body'>;

/** With as many levels as fit. */
function inputOf(listed: ListedOperation, context: ConversionContext, note: (text: string) => void): Input {
  for (const depth of DEPTHS) {
    const notes: string[] = [];
    const input = inputAt(depth, listed, context, (text) => notes.push(text));
    if (!input) continue;
    for (const text of notes) note(text);
    if (depth !== DEPTHS[0]) note(`takes any value below ${depth} levels, since its input is large`);
    return input;
  }
  throw new OpenApiFault('its input is too large for a model');
}

function inputAt(
  depth: number,
  { node, pathItem, path }: ListedOperation,
  context: ConversionContext,
  note: (text: string) => void,
): Input | undefined {
  const { references, headers, security } = context;
  const converter = new SchemaConverter(references, { schemas: MOST_SCHEMAS, text: MOST_TEXT });
  const credentials = security.credentialNames();
  try {
    const reading = { references, converter, depth, headers, credentials, note };
    const values = parameterValues(pathItem, node, reading).filter(
      ({ place }) => place.in !== 'path' || path.includes(`{${place.name}}`),
    );
    const written = bodyOf(node, reading);
    const { input, places, dropped } = namedMembers([...values, ...(written?.values ?? [])]);
    if (dropped.length > 0) note(`leaves out ${dropped.length} members of more than a hundred`);
    if (Buffer.byteLength(JSON.stringify(input)) > MOST_INPUT_BYTES) return undefined;
    return { input, places, ...(written ? { body: written.body } : {}) };
  } catch (error) {
    if (error instanceof TooLarge) return undefined;
    throw error;
  }
}

function titleOf({ node, operationId, method, path }: ListedOperation): string {
  const title = plainText(memberOf(node, 'summary'), 60).replace(/\.$/, '');
  return title || plainText(operationId, 60) || plainText(`${method} ${path}`, 60);
}

interface Paging {
  readonly page: { readonly member: string; readonly from: string } | undefined;
  readonly isLinked: boolean;
}

/** The document's words, and how to get the next page. */
function summaryOf({ node, method, path }: ListedOperation, { page, isLinked }: Paging): string {
  const [summary, description] = ['summary', 'description'].map((name) =>
    plainText(memberOf(node, name), MOST_SUMMARY),
  );
  const isSaidTwice = description?.toLowerCase().startsWith(summary?.toLowerCase().replace(/\.$/, '') ?? '');
  const both = isSaidTwice
    ? description
    : [summary?.replace(/\.?$/, summary ? '.' : ''), description].join(' ');
  const text = plainText(both, MOST_SUMMARY);
  const said = text.length >= 10 ? text : `${text} ${method} ${path}`.trim();
  if (page) return `${said} The next page: ${page.member} as next gives it.`;
  return isLinked ? `${said} The next page: the members that next gives.` : said;
}
