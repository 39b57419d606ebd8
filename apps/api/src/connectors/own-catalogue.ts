import { useOwnEntries } from '@valetkey/providers';
import { SettingsError } from '../config/index.js';

/**
 * Reads the operator's own providers and puts them beside ours. YAML and the schema are loaded only here: ours need
 * neither.
 * @throws SettingsError that says which file, which member, and what it must be
 */
export async function readOwnCatalogue(directory: string): Promise<void> {
  const { CatalogueFault, readOwnEntries } = await import('@valetkey/providers/catalogue');
  try {
    useOwnEntries(readOwnEntries(directory));
  } catch (error) {
    if (!(error instanceof CatalogueFault)) throw error;
    throw new SettingsError(`VALETKEY_CATALOGUE_DIR ${error.message}`);
  }
}
