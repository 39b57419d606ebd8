import { catalogueEntries, findEntry, hasConnector, type CatalogueEntry } from '../catalogue/catalogue.js';
import { presetOfEntry } from '../catalogue/preset-of-entry.js';
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
const made = new WeakMap<CatalogueEntry, ConnectorPreset>();

/** The preset with this id, of code or of the catalogue. */
export function findPreset(id: string): ConnectorPreset | undefined {
  const entry = findEntry(id);
  return builtIn.get(id) ?? (entry && ofEntry(entry));
}

/** All presets: those of code, then those of the catalogue in the order of its files. */
export function allPresets(): ConnectorPreset[] {
  return [...builtIn.values(), ...catalogueEntries().flatMap((entry) => ofEntry(entry) ?? [])];
}

function ofEntry(entry: CatalogueEntry): ConnectorPreset | undefined {
  if (!hasConnector(entry)) return undefined;
  const preset = made.get(entry) ?? presetOfEntry(entry);
  made.set(entry, preset);
  return preset;
}

/** The scopes of `needed` that `granted` does not hold, neither literally nor by implication. Empty = satisfied. */
export function satisfies(
  preset: ConnectorPreset,
  granted: readonly string[],
  needed: readonly string[],
): string[] {
  const held = new Set(granted.flatMap((scope) => [scope, ...preset.implies(scope)]));
  return needed.filter((scope) => !held.has(scope));
}

/** For each scope of `needed` the scopes that hold it: itself, and those of the connector's providers that imply it. */
export function holdersOf(preset: ConnectorPreset, needed: readonly string[]): string[][] {
  const declared = allProviders()
    .filter(({ connector }) => connector === preset.id)
    .flatMap(({ scopes }) => Object.keys(scopes));
  return needed.map((scope) => [scope, ...declared.filter((one) => preset.implies(one).includes(scope))]);
}
