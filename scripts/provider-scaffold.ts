import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const TEMPLATE = fileURLToPath(new URL('provider-template/', import.meta.url));
const ID = /^[a-z]+(-[a-z]+)*$/;

/** The written files, by path below the providers' source folder. */
export interface Scaffold {
  readonly written: readonly string[];
  readonly registry: string;
}

const capitalized = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** `acme-notes` as an identifier: `acmeNotes`. */
const identifier = (id: string): string =>
  id
    .split('-')
    .map((word, index) => (index === 0 ? word : capitalized(word)))
    .join('');

const filled = (text: string, id: string): string =>
  text
    .replaceAll('__name__', identifier(id))
    .replaceAll('__Name__', id.split('-').map(capitalized).join(' '))
    .replaceAll('__id__', id);

/** The registry with one import and one entry more. */
function registered(registry: string, id: string): string {
  const provider = `${identifier(id)}Provider`;
  const entry = /^\] as const satisfies readonly Provider\[\];$/m;
  const lastImport =
    /^import \{ \w+Provider \} from '\.\/[a-z-]+\/index\.js';$(?![\s\S]*^import \{ \w+Provider \})/m;
  if (!entry.test(registry) || !lastImport.test(registry))
    throw new Error('registry.ts does not look as expected; add the provider by hand');
  return registry
    .replace(lastImport, (line) => `${line}\nimport { ${provider} } from './${id}/index.js';`)
    .replace(entry, (line) => `  ${provider},\n${line}`);
}

/**
 * Writes a provider that conforms: one folder below `source` and one line in its registry.
 * @throws Error in words for the author: a bad name, or a folder that is there
 */
export async function scaffoldProvider(source: string, id: string): Promise<Scaffold> {
  if (!ID.test(id)) throw new Error(`"${id}" is no id for a provider: lower case words with hyphens between`);
  if (readdirSync(source).includes(id)) throw new Error(`${join(source, id)} is there already`);
  const registryPath = join(source, 'registry.ts');
  const registry = registered(readFileSync(registryPath, 'utf8'), id);
  const names = readdirSync(TEMPLATE, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(TEMPLATE.length));
  const written: string[] = [];
  for (const name of names) {
    const path = join(source, id, filled(name.replace(/\.txt$/, ''), id));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, await tidy(filled(readFileSync(join(TEMPLATE, name), 'utf8'), id), path));
    written.push(path);
  }
  writeFileSync(registryPath, await tidy(registry, registryPath));
  return { written, registry: registryPath };
}

const tidy = async (text: string, path: string): Promise<string> =>
  format(text, { ...(await resolveConfig(fileURLToPath(import.meta.url))), filepath: path });
