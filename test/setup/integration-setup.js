/**
 * One PostgreSQL for all integration specs: the embedded one of the built product, in a directory of its own.
 * TEST_DATABASE_URL names another server to use instead; its user must be allowed to create databases.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { buildIfNeeded } from './build.js';

const root = new URL('../../', import.meta.url);
const built = new URL('apps/api/dist/platform/', root);

/** Databases of specs are copies of this one, since copying is quicker than migrating. */
const TEMPLATE = `valetkey_template_${process.pid}`;

export default async function setUp() {
  buildIfNeeded('client', 'server');
  const { prepareDataDirectory, startEmbeddedPostgres } = await import(
    pathToFileURL(new URL('postgres/index.js', built).pathname).href
  );
  let url = process.env.TEST_DATABASE_URL;
  if (url === undefined) {
    const directory = prepareDataDirectory(mkdtempSync(join(tmpdir(), 'valetkey-integration-')));
    const server = await startEmbeddedPostgres(directory);
    url = server.url;
    globalThis.integrationServer = { server, directory };
  }
  await createTemplate(url);
  process.env.INTEGRATION_DATABASE_URL = url;
  process.env.INTEGRATION_TEMPLATE = TEMPLATE;
}

async function createTemplate(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE DATABASE "${TEMPLATE}"`);
  await client.end();
  const target = new URL(url);
  target.pathname = `/${TEMPLATE}`;
  // In a process of its own: a template must have no connections, and the engine's pool outlives its work.
  execFileSync(process.execPath, [
    '--input-type=module',
    '--eval',
    `const { applyMigrations } = await import(${JSON.stringify(new URL('prisma/migrations.js', built).href)});
     await applyMigrations(process.argv[1], process.argv[2]);
     process.exit(0);`,
    target.href,
    new URL('prisma/migrations', root).pathname,
  ]);
}
