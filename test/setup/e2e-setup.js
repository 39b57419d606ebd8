/**
 * A data directory with a migrated, empty embedded database: test servers start on copies of it, since copying is
 * quicker than making one. What a first start does is seen by the README's commands in CI and by fresh-start specs.
 */
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import process from 'node:process';

const root = new URL('../../', import.meta.url);
const built = new URL('apps/api/dist/platform/postgres/index.js', root);

export default async function setUp() {
  if (process.platform === 'win32') return;
  if (!existsSync(built))
    throw new Error('End-to-end specs start the built product: run npm run build first.');
  const { applyMigrations, migrateInChildProcess, prepareDataDirectory, startEmbeddedPostgres } =
    await import(built.href);
  const directory = prepareDataDirectory(mkdtempSync(join(tmpdir(), 'valetkey-e2e-template-')));
  const server = await startEmbeddedPostgres(directory);
  try {
    const migrations = fileURLToPath(new URL('prisma/migrations', root));
    await applyMigrations(server.url, migrations, migrateInChildProcess);
  } finally {
    await server.stop();
  }
  process.env.E2E_TEMPLATE = directory;
}
