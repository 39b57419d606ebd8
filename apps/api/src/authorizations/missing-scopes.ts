import { allProviders, findEntry, isServedBy, satisfies } from '@valetkey/providers';
import type { Connector } from '../connectors/index.js';
import type { Authorization } from './authorization.js';

/** The scopes that were requested and not granted, by implication; none before the authorization has ended. */
export function missingScopes(
  { status, grantedScopes, requestedScopes }: Authorization,
  { preset }: Connector,
): string[] {
  return status === 'completed' ? satisfies(preset, grantedScopes, requestedScopes) : [];
}

/** Titles of the requested actions that will not work with the granted scopes. */
export function blockedReasons({ reasons, grantedScopes }: Authorization, { preset }: Connector): string[] {
  const actions = allProviders()
    .filter((provider) => isServedBy(provider, preset))
    .flatMap((provider) => provider.actions);
  return reasons.filter((reason) =>
    actions.some(
      ({ title, scopes }) => title === reason && satisfies(preset, grantedScopes, scopes).length > 0,
    ),
  );
}

/** The sentence for a scope of a connector's server, or its name when no provider describes it. */
export function describeScope(scope: string, { preset }: Pick<Connector, 'preset'>): string {
  const own = allProviders().filter((provider) => isServedBy(provider, preset));
  const described = [...own.map(({ scopes }) => scopes), findEntry(preset.serves ?? preset.id)?.scopes ?? {}];
  for (const scopes of described) {
    const known = Object.hasOwn(scopes, scope) ? scopes[scope] : undefined;
    if (known) return known.description;
  }
  return scope;
}
