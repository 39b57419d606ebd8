import type { CatalogueEntry, EntryShape } from './entry.js';
import shipped from './entries.json' with { type: 'json' };

export type { CatalogueEntry };

/** An entry with an authorization server of its own. */
export type ConnectorEntry = CatalogueEntry & {
  readonly connector: Exclude<EntryShape['connector'], string>;
};
/** An entry with an API. */
export type ApiEntry = CatalogueEntry & { readonly api: NonNullable<EntryShape['api']> };

const ours = shipped as unknown as readonly CatalogueEntry[];
let listed = ours;
let entries = new Map(ours.map((entry) => [entry.id, entry]));

/** All providers that are known as data, ours and the operator's own; the same list until they change. */
export function catalogueEntries(): readonly CatalogueEntry[] {
  return listed;
}

export function findEntry(id: string): CatalogueEntry | undefined {
  return entries.get(id);
}

/**
 * Puts the operator's own entries beside ours, in place of those that were given before. Called once, before the rooms
 * that list providers are built.
 * @param own checked entries, none with an id of ours
 */
export function useOwnEntries(own: readonly CatalogueEntry[]): void {
  entries = new Map([...ours, ...own].map((entry) => [entry.id, entry]));
  listed = [...entries.values()];
}

export function hasConnector(entry: CatalogueEntry): entry is ConnectorEntry {
  return typeof entry.connector !== 'string';
}

export function hasApi(entry: CatalogueEntry): entry is ApiEntry {
  return entry.api !== undefined;
}
