import { catalogueEntries, findEntry, hasApi, type CatalogueEntry } from './catalogue/catalogue.js';
import { providerOfEntry } from './catalogue/provider-of-entry.js';
import { actionSets, actionsOfSet } from './action-sets/action-sets.js';
import { toolName, type Action } from './core/action.js';
import type { Provider } from './core/provider.js';
import { dropboxProvider } from './dropbox/index.js';
import { githubProvider } from './github/index.js';
import { gmailProvider } from './gmail/index.js';
import { googleCalendarProvider } from './google-calendar/index.js';
import { googleDriveProvider } from './google-drive/index.js';
import { serverProviders } from './mcp/mcp-servers.js';
import { withImported, type ImportedApi } from './openapi/imported-apis.js';

const registered = [
  googleCalendarProvider,
  gmailProvider,
  googleDriveProvider,
  githubProvider,
  dropboxProvider,
] as const satisfies readonly Provider[];

export type ProviderId = (typeof registered)[number]['id'];

/**
 * The providers whose actions are code, in the order in which people see them. Adding one is one folder and one line
 * above; the others are files of the catalogue.
 */
export const providers: readonly Provider<ProviderId>[] = registered;

const ofCode = new Map<string, Provider>(providers.map((provider) => [provider.id, provider]));
let ofEntries = new WeakMap<CatalogueEntry, Provider>();
let madeWith = actionSets();

/** All that is asked for by name, made anew when the catalogue, its actions or what operators have imported change. */
interface Registered {
  readonly entries: readonly CatalogueEntry[];
  readonly sets: ReadonlyMap<string, ImportedApi>;
  readonly servers: readonly Provider[];
  readonly all: readonly Provider[];
  readonly byId: ReadonlyMap<string, Provider>;
  readonly actions: ReadonlyMap<string, Action>;
}
let imported = new Map<string, ImportedApi>();
let registeredNow: Registered | undefined;

/** The action with this full id (`github.issues.create`), or with this name as a tool (`github__issues__create`). */
export function findAction(name: string): Action | undefined {
  return registry().actions.get(name);
}

/** The provider with this id, of code or of the catalogue, with the actions that operators have imported for it. */
export function findProvider(providerId: string): Provider | undefined {
  return registry().byId.get(providerId);
}

/** Every provider: those of code, those of the catalogue, then MCP servers. The same list until something changes. */
export function allProviders(): readonly Provider[] {
  return registry().all;
}

/** The provider as it is without what operators have imported for it. */
export function findShippedProvider(providerId: string): Provider | undefined {
  const entry = findEntry(providerId);
  return (
    ofCode.get(providerId) ??
    (entry && ofEntry(entry)) ??
    serverProviders().find(({ id }) => id === providerId)
  );
}

/** Puts what operators have imported in place of what was there before. Whoever asks from now on is given these. */
export function useImportedApis(apis: readonly ImportedApi[]): void {
  imported = new Map(apis.map((api) => [api.provider, api]));
  registeredNow = undefined;
}

function registry(): Registered {
  const entries = catalogueEntries();
  const sets = actionSets();
  const servers = serverProviders();
  const isSame =
    registeredNow?.entries === entries && registeredNow.sets === sets && registeredNow.servers === servers;
  if (registeredNow && isSame) return registeredNow;
  const known = [...providers, ...entries.flatMap((entry) => ofEntry(entry) ?? [])];
  // Nothing that an operator adds takes the place of what came with the program, also if that came later.
  const shipped = [...known, ...servers.filter(({ id }) => !known.some((one) => one.id === id))];
  const all = shipped.map((provider) => {
    const api = imported.get(provider.id);
    return api ? withImported(provider, api) : provider;
  });
  const actions = all.flatMap((provider) => [...provider.actions]);
  registeredNow = {
    ...{ entries, sets, servers, all },
    byId: new Map(all.map((provider) => [provider.id, provider])),
    actions: new Map(
      actions.flatMap((action) => [action.id, toolName(action)].map((name) => [name, action])),
    ),
  };
  return registeredNow;
}

function ofEntry(entry: CatalogueEntry): Provider | undefined {
  if (!hasApi(entry)) return undefined;
  if (madeWith !== actionSets()) [ofEntries, madeWith] = [new WeakMap(), actionSets()];
  const provider = ofEntries.get(entry) ?? withSet(providerOfEntry(entry));
  ofEntries.set(entry, provider);
  return provider;
}

/** With the actions of the provider's file. */
function withSet(provider: Provider): Provider {
  const set = actionsOfSet(provider.id);
  return set ? withImported(provider, set) : provider;
}
