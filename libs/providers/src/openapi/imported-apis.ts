import type { Action } from '../core/action.js';
import type { Provider } from '../core/provider.js';
import type { Curation } from '../action-sets/curation.js';
import { requestRules, type RequestRulesByRoute } from '../requests/request-rules.js';
import { importedAction } from './imported-action.js';
import { importedTool, isTool, type ImportedTool } from '../mcp/imported-tool.js';
import type { ImportedOperation } from './imported-operation.js';
import { servicePath } from './request-address.js';

/** Operations of a provider that are data: those that an operator has imported, or those of a file of ours. */
export interface ImportedApi {
  readonly provider: string;
  readonly operations: readonly (ImportedOperation | ImportedTool)[];
  /** The document's words for scopes that the provider does not describe. */
  readonly scopes: Readonly<Record<string, string>>;
  /** By the name of an operation, what a file says of it beyond its request. */
  readonly curations?: Readonly<Record<string, Curation>>;
  /** Tools whose definition has changed at their server since: the fingerprint that was seen, by the server's name. */
  readonly held?: Readonly<Record<string, string>>;
}

/** A provider with what was imported for it: further actions, and what the proxy is to know of their requests. */
export function withImported(
  provider: Provider,
  { operations, scopes, curations, held = {} }: ImportedApi,
): Provider {
  const names = new Set(provider.actions.map(({ name }) => name));
  // An action of ours that came with an update of the program stays the one of its name, and what was agreed to of one
  // MCP server is not said to another that has its id now.
  const added = operations.filter(
    (one) => !names.has(one.name) && (isTool(one) ? one.server : undefined) === provider.mcpUrl,
  );
  const described = Object.entries(scopes).map(([scope, description]) => [scope, { description }] as const);
  return {
    ...provider,
    scopes: { ...Object.fromEntries(described), ...provider.scopes },
    actions: [
      ...provider.actions,
      ...added.map((one): Action =>
        isTool(one)
          ? importedTool(provider, one, held[one.path])
          : importedAction(provider, one, curations?.[one.name]),
      ),
    ],
    requests: withRoutes(
      provider,
      added.filter((one) => !isTool(one)),
    ),
  };
}

/**
 * A rule that forbids an action forbids the proxied request that does the same. A route whose body decides what a request
 * does is left as it is: each of its actions has a body of its own.
 */
function withRoutes({ requests, apiBaseUrl }: Provider, operations: readonly ImportedOperation[]) {
  const { routes, rules, ...more } = requests;
  const added = operations
    .map((operation) => ({ operation, route: routeIn(routes.names, apiBaseUrl, operation) }))
    .filter(({ route }) => rules[route]?.judge === undefined);
  const of = (effect: ImportedOperation['effect']) => [
    ...routes.table[effect],
    ...[...unknownRoutes(added, routes.names)].flatMap(([route, worst]) => (worst === effect ? [route] : [])),
  ];
  const table = { ...routes.table, read: of('read'), write: of('write'), destructive: of('destructive') };
  const ruled: RequestRulesByRoute = Object.fromEntries(
    [...Map.groupBy(added, ({ route }) => route)].map(([route, all]) => {
      const rule = rules[route] ?? {};
      return [
        route,
        { ...rule, actions: [...(rule.actions ?? []), ...all.map(({ operation }) => operation.name)] },
      ];
    }),
  );
  return requestRules(table, { ...rules, ...ruled }, more);
}

interface AddedRoute {
  readonly operation: ImportedOperation;
  readonly route: string;
}

const STRICTNESS = ['read', 'write', 'destructive'] as const;

/** Routes that the table lacks, each with the strictest effect of its actions. */
function unknownRoutes(added: readonly AddedRoute[], known: ReadonlySet<string>) {
  const unknown = Map.groupBy(
    added.filter(({ route }) => !known.has(route)),
    ({ route }) => route,
  );
  const worst = (all: readonly AddedRoute[]) =>
    STRICTNESS.findLast((effect) => all.some(({ operation }) => operation.effect === effect));
  return new Map([...unknown].map(([route, all]) => [route, worst(all)]));
}

/** The route as the table has it, whose parameters may have other names; the table takes word characters in names. */
function routeIn(
  known: ReadonlySet<string>,
  apiBaseUrl: string,
  { method, path }: ImportedOperation,
): string {
  const written = `${method} ${servicePath(apiBaseUrl)}${path}`;
  const alike = (route: string) => route.replace(/\{[^{}]*\}/g, '{}').toLowerCase();
  const named = written.replace(
    /\{([^{}]*)\}/g,
    (_, name: string) => `{${name.replace(/\W+/g, '_') || 'id'}}`,
  );
  return [...known].find((route) => alike(route) === alike(written)) ?? named;
}
