import { catalogueEntries, findEntry, hasApi, type CatalogueEntry } from './catalogue/catalogue.js';
import { providerOfEntry } from './catalogue/provider-of-entry.js';
import { toolName, type Action } from './core/action.js';
import type { Provider } from './core/provider.js';
import { dropboxProvider } from './dropbox/index.js';
import { githubProvider } from './github/index.js';
import { gmailProvider } from './gmail/index.js';
import { googleCalendarProvider } from './google-calendar/index.js';
import { googleDriveProvider } from './google-drive/index.js';

const registered = [
  googleCalendarProvider,
  gmailProvider,
  googleDriveProvider,
  githubProvider,
  dropboxProvider,
] as const satisfies readonly Provider[];

export type ProviderId = (typeof registered)[number]['id'];

/**
 * The providers with actions, in the order in which people see them. Adding one is one folder and one line above; those
 * without are files of the catalogue.
 */
export const providers: readonly Provider<ProviderId>[] = registered;

const actionsByName = new Map(
  providers.flatMap((provider) =>
    provider.actions.flatMap((action) => [
      [action.id, action],
      [toolName(action), action],
    ]),
  ),
);
const providersById = new Map<string, Provider>(providers.map((provider) => [provider.id, provider]));
const made = new WeakMap<CatalogueEntry, Provider>();

/** The action with this full id (`github.issues.create`), or with this name as a tool (`github__issues__create`). */
export function findAction(name: string): Action | undefined {
  return actionsByName.get(name);
}

/** The provider with this id, with actions or of the catalogue. */
export function findProvider(providerId: string): Provider | undefined {
  const entry = findEntry(providerId);
  return providersById.get(providerId) ?? (entry && ofEntry(entry));
}

/** Every provider: those with actions, then those of the catalogue. */
export function allProviders(): readonly Provider[] {
  return [...providers, ...catalogueEntries().flatMap((entry) => ofEntry(entry) ?? [])];
}

function ofEntry(entry: CatalogueEntry): Provider | undefined {
  if (!hasApi(entry)) return undefined;
  const provider = made.get(entry) ?? providerOfEntry(entry);
  made.set(entry, provider);
  return provider;
}
