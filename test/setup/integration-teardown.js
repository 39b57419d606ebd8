import { rmSync } from 'node:fs';
import pg from 'pg';

/** Stops the embedded server and drops its files; of a server that was given, only the template goes. */
export default async function tearDown() {
  const { integrationServer: running } = globalThis;
  if (running) {
    await running.server.stop();
    rmSync(running.directory, { recursive: true, force: true });
    return;
  }
  const client = new pg.Client({ connectionString: process.env.INTEGRATION_DATABASE_URL });
  await client.connect();
  await client.query(`DROP DATABASE IF EXISTS "${process.env.INTEGRATION_TEMPLATE}" WITH (FORCE)`);
  await client.end();
}
