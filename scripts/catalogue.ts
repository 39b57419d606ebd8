/**
 * node scripts/catalogue.ts
 *
 * Writes what is made from the files of the catalogue: the modules that the server loads, the JSON Schemas for editors, and
 * a page for each provider. A spec says when that is due.
 */
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { format, resolveConfig } from 'prettier';
import {
  actionSetJsonSchema,
  CatalogueFault,
  catalogueJsonSchema,
  operationsOfSet,
  readActionSets,
  readEntries,
  requireConnectors,
} from '@valetkey/providers/catalogue';
import { catalogueIndex, providerPage } from './provider-page.ts';

const FILES = 'libs/providers/catalogue';
const PAGES = 'docs/providers';

/** The files that are made, by their paths. */
export async function madeFromCatalogue(): Promise<Record<string, string>> {
  const entries = readEntries(FILES);
  requireConnectors(entries, (id) => `${FILES}/${id}.yaml`);
  const sets = readActionSets(`${FILES}/actions`, entries);
  const pages = entries.map((entry) => {
    const set = sets.find(({ provider }) => provider === entry.id);
    return [`${PAGES}/${entry.id}.md`, providerPage(entry, entries, set)] as const;
  });
  const made = {
    'libs/providers/src/catalogue/entries.json': JSON.stringify(entries),
    'libs/providers/src/action-sets/sets.json': JSON.stringify(sets.map(operationsOfSet)),
    [`${FILES}/schema.json`]: JSON.stringify(catalogueJsonSchema()),
    [`${FILES}/actions/schema.json`]: JSON.stringify(actionSetJsonSchema()),
    [`${PAGES}/README.md`]: catalogueIndex(entries, sets),
    ...Object.fromEntries(pages),
  };
  const formatted = Object.entries(made).map(async ([path, text]) => {
    const config = await resolveConfig(path);
    return [path, await format(text, { ...config, filepath: path })] as const;
  });
  return Object.fromEntries(await Promise.all(formatted));
}

if (import.meta.main) {
  try {
    const made = await madeFromCatalogue();
    for (const name of readdirSync(PAGES)) if (!made[`${PAGES}/${name}`]) rmSync(`${PAGES}/${name}`);
    for (const [path, text] of Object.entries(made)) writeFileSync(path, text);
  } catch (error) {
    if (!(error instanceof CatalogueFault)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
