import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import pg from 'pg';

declare const WebAssembly: {
  instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: object } }>;
};

interface MigrationDirectory {
  path: string;
  migrationFile: { path: string; content: { tag: 'ok'; value: string } };
}

/**
 * Applies what is missing of `prisma/migrations` and returns the names of what was applied. Safe to call from
 * several processes at once: an advisory lock lets one migrate while the others wait. The engine writes Prisma's
 * own `_prisma_migrations` table, so `prisma migrate` stays usable beside it.
 */
export async function applyMigrations(databaseUrl: string, migrationsDirectory: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`SELECT pg_advisory_lock(hashtext('valetkey migrations'))`);
    const directories = readMigrations(migrationsDirectory);
    const applied = await appliedMigrations(client);
    if (directories.every(({ path }) => applied.has(path))) return [];
    return await runEngine(databaseUrl, migrationsDirectory, directories);
  } finally {
    await client.end();
  }
}

function readMigrations(directory: string): MigrationDirectory[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .map((name) => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok', value: readFileSync(join(directory, name, 'migration.sql'), 'utf8') },
      },
    }));
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

async function runEngine(
  databaseUrl: string,
  baseDir: string,
  migrationDirectories: MigrationDirectory[],
): Promise<string[]> {
  const { SchemaEngine } = await loadSchemaEngine();
  const factory = bindMigrationAwareSqlAdapterFactory(new PrismaPg({ connectionString: databaseUrl }));
  const engine = await SchemaEngine.new({ datamodels: undefined }, () => undefined, factory);
  try {
    const result = await engine.applyMigrations({
      migrationsList: {
        baseDir,
        lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
        shadowDbInitScript: '',
        migrationDirectories,
      },
      filters: { externalTables: [], externalEnums: [] },
    });
    return result.appliedMigrationNames;
  } finally {
    engine.free();
  }
}

/** The engine ships as WebAssembly for bundlers; Node instantiates it by hand. */
export async function loadSchemaEngine(): Promise<typeof import('@prisma/schema-engine-wasm')> {
  const require = createRequire(import.meta.url);
  const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const wasm = readFileSync(join(require.resolve('@prisma/schema-engine-wasm'), '../schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(wasm, { './schema_engine_bg.js': glue });
  glue.__wbg_set_wasm(instance.exports);
  (instance.exports as { __wbindgen_start(): void }).__wbindgen_start();
  return glue;
}
