import type { Provider } from '../core/provider.js';
import type { Effect } from '../core/action.js';
import { convertOperation, type ConversionContext, type OperationChoice } from './convert-operation.js';
import type { ImportedOperation } from './imported-operation.js';
import { listOperations, OperationIndex, routeOf, type ListedOperation } from './listed-operations.js';
import { OpenApiFault, shown } from './openapi-fault.js';
import { actionNameOf, nameFault } from './operation-names.js';
import { plainText } from './plain-text.js';
import { memberOf, nodeIn, readDocument, type Node } from './read-document.js';
import { References } from './references.js';
import { servicePath } from './request-address.js';
import { SecurityScopes } from './security-scopes.js';

/** Headers that ask for nothing but an answer to another state of the thing. */
const CONDITIONS = ['if-match', 'if-none-match'];

/** Most operations of one provider that become actions. */
export const MOST_SELECTED = 200;

/** An operation that is wanted, by its id or its route, with what differs from the document. */
export interface SelectedOperation extends Partial<OperationChoice> {
  readonly operation: string;
}

/** The provider that operations are imported for. It is data, so that a thread can be given it. */
export interface ImportingProvider {
  readonly id: string;
  readonly apiBaseUrl: string;
  readonly requestHeaders: readonly string[];
  readonly sentHeaders: readonly string[];
  /** Names that actions and groups of it have already, without those that were imported. */
  readonly takenNames: readonly string[];
  /** By `METHOD /path`, parameters as `{}`: the effect that is known, and why no action is made. */
  readonly routes: Readonly<
    Record<string, { readonly effect: Effect; readonly refusal?: string | undefined }>
  >;
}

/** An operation of a document, for a list to choose from. */
export interface OfferedOperation {
  /** Names it in a selection. */
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly title: string;
}

/** The outcome of reading a document. */
export interface DocumentImport {
  readonly title: string;
  readonly version: string;
  readonly offered: readonly OfferedOperation[];
  readonly operations: readonly ImportedOperation[];
  readonly refused: readonly { readonly operation: string; readonly reason: string }[];
  readonly notes: readonly { readonly operation: string; readonly note: string }[];
  /** Its words for the scopes that the operations need. */
  readonly scopes: Readonly<Record<string, string>>;
}

/**
 * Reads a document and makes stored operations of those that are selected. One that cannot be an action is refused
 * with a reason, and the others are made all the same.
 * @throws OpenApiFault about the document as a whole
 */
export async function importOperations(
  text: string,
  selection: readonly SelectedOperation[],
  provider: ImportingProvider,
): Promise<DocumentImport> {
  if (selection.length > MOST_SELECTED)
    throw new OpenApiFault(`${selection.length} operations are selected; ${MOST_SELECTED} are the most.`);
  const document = await readDocument(text);
  const references = new References(document);
  const index = new OperationIndex(listOperations(document, references));
  const security = new SecurityScopes(document, references);
  const context = contextOf(document, references, security, provider);
  const operations: ImportedOperation[] = [];
  const refused: { operation: string; reason: string }[] = [];
  const notes: { operation: string; note: string }[] = [];
  const taken = new Map(provider.takenNames.map((name) => [name.toLowerCase(), `${provider.id}.${name}`]));
  for (const selected of selection) {
    try {
      const made = converted(selected, index, context, { provider, taken });
      operations.push(made.operation);
      notes.push(...made.notes.map((note) => ({ operation: selected.operation, note })));
    } catch (error) {
      if (!(error instanceof OpenApiFault)) throw error;
      refused.push({ operation: selected.operation, reason: error.message });
    }
  }
  const info = nodeIn(document, 'info');
  return {
    title: plainText(memberOf(info, 'title'), 100),
    version: plainText(memberOf(info, 'version'), 50),
    offered: index.all.map(offered),
    ...{ operations, refused, notes, scopes: described(operations, security) },
  };
}

function contextOf(
  document: Node,
  references: References,
  security: SecurityScopes,
  { apiBaseUrl, requestHeaders, sentHeaders, routes }: ImportingProvider,
): ConversionContext {
  return {
    ...{ document, references, security, apiBaseUrl },
    headers: { allowed: requestHeaders, sent: sentHeaders },
    effectOf: (method, path) => routes[routeKey(method, path)]?.effect,
  };
}

/** One spelling for a route whatever its parameters are called. */
export function routeKey(method: string, path: string): string {
  return `${method} ${path.replace(/\{[^{}]*\}/g, '{}').toLowerCase()}`;
}

interface Taken {
  readonly provider: ImportingProvider;
  /** Names in lower case, by what has them. */
  readonly taken: Map<string, string>;
}

function converted(
  selected: SelectedOperation,
  index: OperationIndex,
  context: ConversionContext,
  { provider, taken }: Taken,
) {
  const found = index.find(selected.operation);
  const listed = { ...found, node: context.references.follow(found.node).node };
  const name = selected.name ?? actionNameOf(listed.operationId ?? wordsOf(listed), provider.id);
  const made = convertOperation(listed, { ...selected, name }, context);
  const { refusal } = provider.routes[routeKey(made.operation.method, made.operation.path)] ?? {};
  if (refusal !== undefined) throw new OpenApiFault(refusal);
  const fault = nameFault(name, provider.id);
  if (fault !== undefined) throw new OpenApiFault(`its name "${shown(name)}" ${fault}; give it another name`);
  const holder = taken.get(name.toLowerCase());
  if (holder !== undefined)
    throw new OpenApiFault(`its name "${name}" is that of ${holder}; give it another name`);
  taken.set(name.toLowerCase(), `"${selected.operation}"`);
  return made;
}

/** Names an operation that has no id: `get-users-id`. */
function wordsOf({ method, path }: ListedOperation): string {
  return `${method.toLowerCase()}${path}`.replace(/[^A-Za-z0-9]+/g, '-').replace(/-$/, '');
}

function offered(listed: ListedOperation): OfferedOperation {
  const { operationId, method, path, node } = listed;
  return {
    operation: operationId ?? routeOf(listed),
    ...{ method, path },
    title: plainText(memberOf(node, 'summary'), 80),
  };
}

function described(
  operations: readonly ImportedOperation[],
  security: SecurityScopes,
): Readonly<Record<string, string>> {
  const needed = new Set(operations.flatMap(({ scopes }) => scopes));
  return Object.fromEntries(Object.entries(security.descriptions()).filter(([scope]) => needed.has(scope)));
}

/**
 * The facts about a provider that an import needs.
 * @param provider without what was imported for it
 */
export function importingProvider(provider: Provider): ImportingProvider {
  const { id, apiBaseUrl, requestHeaders = [], proxiedHeaders = {}, defaultHeaders = {} } = provider;
  const names = provider.actions.map(({ name }) => name);
  const groups = provider.actions.flatMap((action) =>
    action.groups.map((group) => group.slice(id.length + 1)),
  );
  return {
    ...{ id, apiBaseUrl },
    requestHeaders: [...CONDITIONS, ...requestHeaders.map((name) => name.toLowerCase())],
    sentHeaders: Object.keys({ ...proxiedHeaders, ...defaultHeaders }).map((name) => name.toLowerCase()),
    takenNames: ['proxy', ...new Set([...names, ...groups])],
    routes: routesOf(provider),
  };
}

/** The routes that are described already, below the base. */
function routesOf(provider: Provider): ImportingProvider['routes'] {
  const { routes } = provider.requests;
  const base = servicePath(provider.apiBaseUrl);
  const described = (['read', 'write', 'destructive'] as const).flatMap((effect) =>
    routes.table[effect].flatMap((name) => {
      const [method = '', path = ''] = name.split(' ');
      const isBelow = path.startsWith(`${base}/`);
      const known = { effect, refusal: refusalOf(provider, name) };
      return isBelow ? [[routeKey(method, path.slice(base.length)), known] as const] : [];
    }),
  );
  return Object.fromEntries(described);
}

/** A rule that holds for more than the route would be evaded by another action for it. */
function refusalOf({ id, requests }: Provider, route: string): string | undefined {
  const { actions: [action] = [], judge } = requests.rules[route] ?? {};
  if (action !== undefined) return `${id}.${action} does the same; use that`;
  return judge
    ? 'how much it does depends on its body; the proxy judges that, and an action does not'
    : undefined;
}
