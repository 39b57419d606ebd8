import { join } from 'node:path';
import { findEntry, hasApi, type CatalogueEntry } from '../catalogue/catalogue.js';
import { CatalogueFault, checkedFile, filesOf } from '../catalogue/yaml-files.js';
import type { ImportedApi } from '../openapi/imported-apis.js';
import { actionSet, type ActionSet } from './action-set.js';
import { actionsOfSet } from './action-sets.js';
import { operationsOfSet } from './set-operations.js';

/** Answers of providers nest deeper than entries. */
const MOST_DEPTH = 24;

/**
 * The set in the text of a file.
 * @param name of the file, as the fault names it
 * @throws CatalogueFault also for a provider that has no API, and a scope that it does not describe
 */
export function parseActionSet(text: string, name: string, entries: readonly CatalogueEntry[]): ActionSet {
  const set = checkedFile(actionSet, text, name, MOST_DEPTH);
  const entry = entries.find(({ id }) => id === set.provider);
  if (!entry || !hasApi(entry))
    throw new CatalogueFault(`${name}: provider: ${set.provider} is no entry of the catalogue with an API`);
  for (const { name: action, scopes, recover } of set.actions) {
    const odd = [...scopes, ...(recover?.scopes ?? [])].find((scope) => !Object.hasOwn(entry.scopes, scope));
    if (odd !== undefined)
      throw new CatalogueFault(`${name}: actions.${action}.scopes: ${odd} is none of its entry`);
  }
  return set;
}

/**
 * The sets of a directory, one in each of its `.yaml` files, which have the names of their providers.
 * @throws CatalogueFault
 */
export function readActionSets(directory: string, entries: readonly CatalogueEntry[]): ActionSet[] {
  return filesOf(directory).map(({ name, path, text }) => {
    const set = parseActionSet(text, path, entries);
    if (name !== set.provider)
      throw new CatalogueFault(`${path}: provider: must be that of the file, ${name}`);
    return set;
  });
}

/**
 * The operator's own actions, for entries of theirs, and for those of ours that have none.
 * @throws CatalogueFault also for a provider that has actions of ours
 */
export function readOwnActionSets(directory: string, own: readonly CatalogueEntry[]): ImportedApi[] {
  const entries = (id: string) => own.find((entry) => entry.id === id) ?? findEntry(id);
  return filesOf(directory).map(({ name, path, text }) => {
    if (actionsOfSet(name))
      throw new CatalogueFault(
        `${join(directory, name)}.yaml: provider: ${name} has actions of ours, which are not replaced; import a document for more`,
      );
    const entry = entries(name);
    const set = parseActionSet(text, path, entry ? [entry] : []);
    if (name !== set.provider)
      throw new CatalogueFault(`${path}: provider: must be that of the file, ${name}`);
    return operationsOfSet(set);
  });
}
