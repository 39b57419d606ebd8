import { assertSchemaCompatibility, LATEST_SCHEMA_VERSION, runMigrations } from 'bullmq';
import pg from 'pg';
import { QUEUE_SCHEMA } from './queue-schema.js';

/** Makes or upgrades the queue's tables, if they are not as this version wants them: that takes an owner's rights. */
export async function prepareQueueTables(client: pg.PoolClient | pg.Client): Promise<void> {
  if (!(await isCurrent(client))) await runMigrations(client, QUEUE_SCHEMA);
}

/** The same over a connection of its own. */
export async function migrateQueueTables(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await prepareQueueTables(client);
  } finally {
    await client.end();
  }
}

async function isCurrent(client: pg.PoolClient | pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ known: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = $1 AND tablename = 'migration') AS known`,
    [QUEUE_SCHEMA],
  );
  if (!rows[0]?.known) return false;
  return (await assertSchemaCompatibility(client, QUEUE_SCHEMA)) >= LATEST_SCHEMA_VERSION;
}
