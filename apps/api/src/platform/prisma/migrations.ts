import pg from 'pg';
import { migrationNames } from './migration-names.js';

/** Applies what is missing of a directory of migrations and returns their names. */
export type MigrationEngine = (databaseUrl: string, migrationsDirectory: string) => Promise<string[]>;

/**
 * Applies what is missing of `prisma/migrations` and returns the names of what was applied. Safe to call from
 * several processes at once: an advisory lock lets one migrate while the others wait. The engine writes Prisma's
 * own `_prisma_migrations` table, so `prisma migrate` stays usable beside it.
 */
export async function applyMigrations(
  databaseUrl: string,
  migrationsDirectory: string,
  runEngine: MigrationEngine = runHere,
): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`SELECT pg_advisory_lock(hashtext('valetkey migrations'))`);
    const applied = await appliedMigrations(client);
    if (migrationNames(migrationsDirectory).every((name) => applied.has(name))) return [];
    return await runEngine(databaseUrl, migrationsDirectory);
  } finally {
    await client.end();
  }
}

/** The engine is loaded when there is something to migrate, which is once per upgrade. */
async function runHere(databaseUrl: string, migrationsDirectory: string): Promise<string[]> {
  const { runMigrationEngine } = await import('./migration-engine.js');
  return runMigrationEngine(databaseUrl, migrationsDirectory);
}

async function appliedMigrations(client: pg.Client): Promise<Set<string>> {
  const table = await client.query<{ known: string | null }>(
    `SELECT to_regclass('_prisma_migrations') AS known`,
  );
  if (!table.rows[0]?.known) return new Set();
  const rows = await client.query<{ migration_name: string }>(
    'SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
  );
  return new Set(rows.rows.map((row) => row.migration_name));
}
