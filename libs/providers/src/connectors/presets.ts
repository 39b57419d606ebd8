import { catalogueEntries, findEntry, hasConnector, type CatalogueEntry } from '../catalogue/catalogue.js';
import { keyPresetOfEntry } from '../catalogue/key-preset-of-entry.js';
import { presetOfEntry } from '../catalogue/preset-of-entry.js';
import type { Provider } from '../core/provider.js';
import { allProviders } from '../registry.js';
import type { BuiltInPresetId, ConnectorPreset } from './connector-preset.js';
import { dropboxPreset } from './dropbox-preset.js';
import { githubPreset } from './github-preset.js';
import { googlePreset } from './google-preset.js';
import { oauth2Preset, oidcPreset } from './standard-presets.js';

/** The authorization servers whose behaviour is code, and the two standards for servers that no entry describes. */
export const connectorPresets: Readonly<Record<BuiltInPresetId, ConnectorPreset>> = {
  google: googlePreset,
  github: githubPreset,
  dropbox: dropboxPreset,
  oauth2: oauth2Preset,
  oidc: oidcPreset,
};

const builtIn = new Map<string, ConnectorPreset>(Object.entries(connectorPresets));
const made = new WeakMap<CatalogueEntry, readonly ConnectorPreset[]>();

/** The preset with this id, of code or of the catalogue. */
export function findPreset(id: string): ConnectorPreset | undefined {
  const entry = findEntry(id.replace(/:.*/, ''));
  return builtIn.get(id) ?? (entry && ofEntry(entry).find((preset) => preset.id === id));
}

/** All presets: those of code, then those of the catalogue in the order of its files. */
export function allPresets(): ConnectorPreset[] {
  return [...builtIn.values(), ...catalogueEntries().flatMap(ofEntry)];
}

/** The presets of an entry: by consent, and by key where it has keys. */
function ofEntry(entry: CatalogueEntry): readonly ConnectorPreset[] {
  if (!hasConnector(entry)) return [];
  const known = made.get(entry);
  if (known) return known;
  const key = keyPresetOfEntry(entry);
  const presets = [presetOfEntry(entry), ...(key ? [key] : [])];
  made.set(entry, presets);
  return presets;
}

/** Whether a provider takes the tokens of a preset's connectors. */
export function isServedBy(
  { connector }: Pick<Provider, 'connector'>,
  { id, serves = id }: ConnectorPreset,
): boolean {
  return connector === serves;
}

/** The scopes of `needed` that `granted` does not hold, neither literally nor by implication. Empty = satisfied. */
export function satisfies(
  preset: ConnectorPreset,
  granted: readonly string[],
  needed: readonly string[],
): string[] {
  // Only the provider knows the rights of a key.
  if (preset.key) return [];
  const held = new Set(granted.flatMap((scope) => [scope, ...preset.implies(scope)]));
  return needed.filter((scope) => !held.has(scope));
}

/** For each scope of `needed` the scopes that hold it: itself, and those of the connector's providers that imply it. */
export function holdersOf(preset: ConnectorPreset, needed: readonly string[]): string[][] {
  const declared = allProviders()
    .filter((provider) => isServedBy(provider, preset))
    .flatMap(({ scopes }) => Object.keys(scopes));
  return needed.map((scope) => [scope, ...declared.filter((one) => preset.implies(one).includes(scope))]);
}
