import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { SettingsError, type Settings } from '../config/index.js';
import {
  applyMigrations,
  lockDataDirectory,
  migrateInChildProcess,
  prepareDataDirectory,
  startEmbeddedPostgres,
} from '../platform/postgres/index.js';

const MIGRATIONS = fileURLToPath(new URL('../../../../prisma/migrations', import.meta.url));
const OLDEST_SERVER = 140_000;

/** The database in force, migrated. */
export interface Database {
  readonly url: string;
  readonly embedded: boolean;
  /** Resolves, with the reason, when an embedded database ends without having been asked to. */
  readonly lost: Promise<string>;
  close(): Promise<void>;
}

/** @throws SettingsError when the server cannot be reached, is too old, or the data directory is in use */
export async function openDatabase(settings: Settings): Promise<Database> {
  if (settings.databaseUrl !== undefined) {
    await checkServer(settings.databaseUrl);
    await migrate(settings.databaseUrl);
    return {
      url: settings.databaseUrl,
      embedded: false,
      lost: new Promise(() => undefined),
      close: async () => undefined,
    };
  }
  const directory = prepareDataDirectory(settings.dataDir);
  const unlock = lockDataDirectory(directory);
  try {
    const embedded = await startEmbeddedPostgres(directory);
    const close = async () => {
      await embedded.stop();
      unlock();
    };
    await migrate(embedded.url).catch(async (error: unknown) => {
      await close();
      throw error;
    });
    return { url: embedded.url, embedded: true, lost: embedded.lost, close };
  } catch (error) {
    unlock();
    throw error;
  }
}

async function checkServer(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 30_000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ version: number }>(
      `SELECT current_setting('server_version_num')::int AS version`,
    );
    if ((rows[0]?.version ?? 0) < OLDEST_SERVER)
      throw new SettingsError('DATABASE_URL: PostgreSQL 14 or newer is needed');
  } catch (error) {
    if (error instanceof SettingsError) throw error;
    throw new SettingsError(`DATABASE_URL: cannot connect: ${reasonOf(error)}`);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Several addresses of one name fail together, and the message of that is empty. */
function reasonOf(error: unknown): string {
  const { message, code } = error as { message?: string; code?: string };
  return message || code || 'no reason given';
}

async function migrate(url: string): Promise<void> {
  try {
    await applyMigrations(url, MIGRATIONS, migrateInChildProcess);
  } catch (error) {
    const why = (error as Error).message.split('\n').slice(0, 2).join(': ');
    const isForbidden = /permission denied|must be owner/.test((error as Error).message);
    const remedy = isForbidden ? '; run npm run migrate with the role that owns the tables' : '';
    throw new SettingsError(`the database cannot be migrated: ${why}${remedy}`);
  }
}
