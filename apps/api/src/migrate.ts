/**
 * npm run migrate -- --app-role NAME     (in the image: node apps/api/dist/migrate.js --app-role NAME)
 *
 * Migrates the database of DATABASE_URL, the queue's tables too, as the role that owns them, and gives the role NAME what
 * the application needs and no more: with it the application can append to the audit log and not change it. Without
 * --app-role it only migrates, as every start does by itself where DATABASE_URL names the owner.
 */
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { applyMigrations, grantAppRights } from './platform/postgres/index.js';
import { migrateQueueTables } from './platform/queue/index.js';

const MIGRATIONS = fileURLToPath(new URL('../../../prisma/migrations', import.meta.url));
const USAGE = 'Usage: DATABASE_URL=postgresql://owner… npm run migrate -- [--app-role NAME]';

async function migrate(databaseUrl: string, appRole: string | undefined): Promise<void> {
  const applied = await applyMigrations(databaseUrl, MIGRATIONS);
  const done = applied.length === 0 ? 'Nothing to migrate.' : `Migrated: ${applied.join(', ')}.`;
  process.stdout.write(`${done}\n`);
  await migrateQueueTables(databaseUrl);
  if (appRole === undefined) return;
  await grantAppRights(databaseUrl, appRole);
  process.stdout.write(
    `The role "${appRole}" may do what the application needs, and only add to the audit log.\n`,
  );
}

try {
  const { values } = parseArgs({ options: { 'app-role': { type: 'string' } } });
  const databaseUrl = process.env['DATABASE_URL'];
  if (!databaseUrl) throw new Error('set DATABASE_URL, with the role that owns the tables');
  await migrate(databaseUrl, values['app-role']);
  // The engine's connections stay open for ten seconds, and nobody shall wait for that.
  process.exit(0);
} catch (error) {
  process.stderr.write(`migrate: ${(error as Error).message}\n${USAGE}\n`);
  process.exit(1);
}
