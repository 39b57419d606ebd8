import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { connectorPresets } from '../connectors/presets.js';
import { findProvider } from '../registry.js';
import { findEntry, hasConnector, type CatalogueEntry } from './catalogue.js';
import { catalogueEntry, catalogueJsonSchema } from './entry.js';

export { catalogueJsonSchema };

const MOST_BYTES = 128 * 1024;
const MOST_FILES = 500;
const MOST_DEPTH = 12;
const MOST_VALUES = 10_000;

/** A file that is no entry: which one, which member, and what it must be. */
export class CatalogueFault extends Error {
  override readonly name = 'CatalogueFault';
}

/**
 * The entry in the text of a file. YAML 1.2 without tags of its own, anchors and aliases.
 * @param name of the file, as the fault names it
 * @throws CatalogueFault
 */
export function parseEntry(text: string, name: string): CatalogueEntry {
  const result = catalogueEntry.safeParse(valueOf(text, name));
  if (result.success) return result.data;
  const { path, message } = faultIn(result.error.issues);
  throw new CatalogueFault(`${name}: ${path.join('.') || 'the whole'}: ${message}`);
}

type Issues = z.ZodError['issues'];

/** The first fault; of a member that may be one of several things, that of the one which it is most like. */
function faultIn(issues: Issues): { readonly path: readonly PropertyKey[]; readonly message: string } {
  const [issue] = issues;
  if (!issue) return { path: [], message: 'is invalid' };
  if (issue.code !== 'invalid_union') return issue;
  const inside = (issue.errors as Issues[])
    .map(faultIn)
    .sort((one, other) => other.path.length - one.path.length)[0];
  return inside ? { path: [...issue.path, ...inside.path], message: inside.message } : issue;
}

/**
 * The entries of a directory, one in each of its `.yaml` files, which have their names. Other files are passed over.
 * @throws CatalogueFault
 */
export function readEntries(directory: string): CatalogueEntry[] {
  const names = namesIn(directory).filter((name) => /\.ya?ml$/.test(name));
  if (names.length > MOST_FILES)
    throw new CatalogueFault(`${directory}: holds ${names.length} files; ${MOST_FILES} are the most`);
  return names.sort().map((name) => {
    const path = join(directory, name);
    const entry = parseEntry(textOf(path), path);
    if (name.replace(/\.ya?ml$/, '') !== entry.id)
      throw new CatalogueFault(`${path}: id: must be that of the file, ${name.replace(/\.ya?ml$/, '')}`);
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

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    throw new CatalogueFault(`${directory}: cannot be read: ${codeOf(error)}`);
  }
}

function textOf(path: string): string {
  try {
    const { size } = statSync(path);
    if (size > MOST_BYTES) throw new CatalogueFault(`${path}: is longer than ${MOST_BYTES / 1024} KiB`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof CatalogueFault) throw error;
    throw new CatalogueFault(`${path}: cannot be read: ${codeOf(error)}`);
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown error';
}

/** The parser recurses: what nests too deeply overflows its stack before it can be counted. */
function valueOf(text: string, name: string): unknown {
  if (Buffer.byteLength(text) > MOST_BYTES)
    throw new CatalogueFault(`${name}: is longer than ${MOST_BYTES / 1024} KiB`);
  let value: unknown;
  try {
    const document = parseDocument(text, {
      version: '1.2',
      schema: 'core',
      customTags: [],
      uniqueKeys: true,
      prettyErrors: true,
    });
    const [fault] = [...document.errors, ...document.warnings];
    if (fault) throw new CatalogueFault(`${name}: ${fault.message.split('\n')[0]?.replace(/:$/, '')}`);
    value = document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    if (error instanceof CatalogueFault) throw error;
    const isDeep = error instanceof RangeError;
    throw new CatalogueFault(`${name}: ${isDeep ? 'nests too deeply' : 'aliases are not allowed here'}`);
  }
  const fault = excessIn(value);
  if (fault !== undefined) throw new CatalogueFault(`${name}: ${fault}`);
  return value;
}

function excessIn(value: unknown): string | undefined {
  let values = 0;
  let at: unknown[] = [value];
  for (let depth = 0; at.length > 0; depth++) {
    values += at.length;
    if (depth > MOST_DEPTH) return 'nests too deeply';
    if (values > MOST_VALUES) return `holds more than ${MOST_VALUES} values`;
    at = at.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one as object) : []));
  }
  return undefined;
}
