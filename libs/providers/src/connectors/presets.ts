import { providers } from '../registry.js';
import type { ConnectorPreset, ConnectorPresetId } from './connector-preset.js';
import { dropboxPreset } from './dropbox-preset.js';
import { githubPreset } from './github-preset.js';
import { googlePreset } from './google-preset.js';
import { oauth2Preset, oidcPreset } from './standard-presets.js';

/** The authorization servers that we know by name, and the two standards for all others. */
export const connectorPresets: Readonly<Record<ConnectorPresetId, ConnectorPreset>> = {
  google: googlePreset,
  github: githubPreset,
  dropbox: dropboxPreset,
  oauth2: oauth2Preset,
  oidc: oidcPreset,
};

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
  const declared = providers
    .filter(({ connector }) => connector === preset.id)
    .flatMap(({ scopes }) => Object.keys(scopes));
  return needed.map((scope) => [scope, ...declared.filter((one) => preset.implies(one).includes(scope))]);
}
