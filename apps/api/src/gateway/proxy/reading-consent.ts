import type { Provider } from '@valetkey/providers';

/**
 * The consent to ask for where nobody can tell which scopes are needed: scopes of the provider's reading actions, and
 * those that its entry in the catalogue names.
 */
export function readingConsent(provider: Provider): {
  readonly scopes: readonly string[];
  readonly reasons: readonly string[];
} {
  const reading = provider.actions.filter(({ effect }) => effect === 'read');
  const scopes = new Set([...(provider.defaultScopes ?? []), ...reading.flatMap((action) => action.scopes)]);
  return { scopes: [...scopes], reasons: reading.map(({ title }) => title) };
}
