import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { useOwnActionSets, useOwnEntries } from '@valetkey/providers';
import { SettingsError } from '../config/index.js';

/**
 * Reads the operator's own providers, and the actions of its folder `actions`, and puts them beside ours. YAML and the schema are loaded only here: ours need
 * neither.
 * @throws SettingsError that says which file, which member, and what it must be
 */
export async function readOwnCatalogue(directory: string): Promise<void> {
  const { CatalogueFault, readOwnActionSets, readOwnEntries } = await import('@valetkey/providers/catalogue');
  try {
    const entries = readOwnEntries(directory);
    const actions = join(directory, 'actions');
    const sets = existsSync(actions) ? readOwnActionSets(actions, entries) : [];
    useOwnEntries(entries);
    useOwnActionSets(sets);
  } catch (error) {
    if (!(error instanceof CatalogueFault)) throw error;
    throw new SettingsError(`VALETKEY_CATALOGUE_DIR ${error.message}`);
  }
}
