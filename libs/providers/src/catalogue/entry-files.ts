import { join } from 'node:path';
import { connectorPresets } from '../connectors/presets.js';
import { findProvider } from '../registry.js';
import { findEntry, hasConnector, type CatalogueEntry } from './catalogue.js';
import { catalogueEntry, catalogueJsonSchema } from './entry.js';
import { CatalogueFault, checkedFile, filesOf } from './yaml-files.js';

export { catalogueJsonSchema, CatalogueFault };

/**
 * The entry in the text of a file. YAML 1.2 without tags of its own, anchors and aliases.
 * @param name of the file, as the fault names it
 * @throws CatalogueFault
 */
export function parseEntry(text: string, name: string): CatalogueEntry {
  return checkedFile(catalogueEntry, text, name);
}

/**
 * The entries of a directory, one in each of its `.yaml` files, which have their names. Other files are passed over.
 * @throws CatalogueFault
 */
export function readEntries(directory: string): CatalogueEntry[] {
  return filesOf(directory).map(({ name, path, text }) => {
    const entry = parseEntry(text, path);
    if (name !== entry.id) throw new CatalogueFault(`${path}: id: must be that of the file, ${name}`);
    return entry;
  });
}

/**
 * The operator's own entries.
 * @throws CatalogueFault also for an id that is ours, and for a connector that is not there
 */
export function readOwnEntries(directory: string): CatalogueEntry[] {
  const own = readEntries(directory);
  for (const { id } of own) {
    if (Object.hasOwn(connectorPresets, id) || findProvider(id) || findEntry(id))
      throw new CatalogueFault(
        `${join(directory, id)}.yaml: id: ${id} is known already and is not replaced; choose another id`,
      );
  }
  requireConnectors(own, (id) => `${join(directory, id)}.yaml`);
  return own;
}

/** @throws CatalogueFault when an entry names a connector that nobody has */
export function requireConnectors(entries: readonly CatalogueEntry[], fileOf: (id: string) => string): void {
  const known = new Set([
    ...Object.keys(connectorPresets),
    ...entries.filter(hasConnector).map(({ id }) => id),
  ]);
  for (const { id, connector } of entries) {
    if (typeof connector !== 'string' || known.has(connector)) continue;
    const shipped = findEntry(connector);
    if (!shipped || !hasConnector(shipped))
      throw new CatalogueFault(`${fileOf(id)}: connector: ${connector} is no connector that is known`);
  }
}
