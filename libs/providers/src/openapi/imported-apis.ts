import type { Action } from '../core/action.js';
import type { Provider } from '../core/provider.js';
import { requestRules, type RequestRulesByRoute } from '../requests/request-rules.js';
import { importedAction } from './imported-action.js';
import type { ImportedOperation } from './imported-operation.js';
import { servicePath } from './request-address.js';

/** The operations that an operator has imported for a provider. */
export interface ImportedApi {
  readonly provider: string;
  readonly operations: readonly ImportedOperation[];
  /** The document's words for scopes that the provider does not describe. */
  readonly scopes: Readonly<Record<string, string>>;
}

/** A provider with what was imported for it: further actions, and what the proxy is to know of their requests. */
export function withImported(provider: Provider, { operations, scopes }: ImportedApi): Provider {
  const names = new Set(provider.actions.map(({ name }) => name));
  // An action of ours that came with an update of the program stays the one of its name.
  const added = operations.filter(({ name }) => !names.has(name));
  const described = Object.entries(scopes).map(([scope, description]) => [scope, { description }] as const);
  return {
    ...provider,
    scopes: { ...Object.fromEntries(described), ...provider.scopes },
    actions: [...provider.actions, ...added.map((one): Action => importedAction(provider, one))],
    requests: withRoutes(provider, added),
  };
}

/** A rule that forbids an action forbids the proxied request that does the same. */
function withRoutes({ requests, apiBaseUrl }: Provider, operations: readonly ImportedOperation[]) {
  const { routes, rules, ...more } = requests;
  const added = operations.map((operation) => ({
    operation,
    route: routeIn(routes.names, apiBaseUrl, operation),
  }));
  const unknown = added.filter(({ route }) => !routes.names.has(route));
  const of = (effect: ImportedOperation['effect']) => [
    ...routes.table[effect],
    ...unknown.filter(({ operation }) => operation.effect === effect).map(({ route }) => route),
  ];
  const table = { ...routes.table, read: of('read'), write: of('write'), destructive: of('destructive') };
  const ruled: RequestRulesByRoute = Object.fromEntries(
    added.map(({ operation, route }) => {
      const rule = rules[route] ?? {};
      return [route, { ...rule, actions: [...(rule.actions ?? []), operation.name] }];
    }),
  );
  return requestRules(table, { ...rules, ...ruled }, more);
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
