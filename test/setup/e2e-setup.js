/**
 * A data directory with a migrated, empty embedded database: test servers start on copies of it, since copying is
 * quicker than making one. What a first start does is seen by the README's commands in CI and by fresh-start specs.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import process from 'node:process';
import { buildIfNeeded } from './build.js';

const root = new URL('../../', import.meta.url);
const built = new URL('apps/api/dist/platform/postgres/index.js', root);

export default async function setUp() {
  if (process.platform === 'win32') return;
  buildIfNeeded('client', 'server');
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
