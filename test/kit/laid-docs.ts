import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Lays the blocks of a page, given by its path, as the files that they are named after, where packages are found from.
 * @returns the directory, to be removed in the end
 */
export function layDocs(page: string): string {
  const cache = join(ROOT, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const laid = mkdtempSync(join(cache, 'valetkey-docs-'));
  const docs = readFileSync(join(ROOT, page), 'utf8');
  for (const [, name = '', code = ''] of docs.matchAll(/^```[jt]s (\S+)\n(.*?)^```$/gms))
    writeFileSync(join(laid, name), code);
  return laid;
}
