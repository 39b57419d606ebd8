import { randomBytes } from 'node:crypto';
import process from 'node:process';
import pg from 'pg';
import { grantAppRights } from '../prisma/app-rights.js';

const LOCK_TIMEOUT = '55P03';

/** A migrated database of its own in the server of the integration specs. */
export interface TestDatabase {
  readonly url: string;
  query<Row extends pg.QueryResultRow = pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** The database under a role with the rights of an application that does not own it. */
  asAppRole(): Promise<Pick<TestDatabase, 'url' | 'query'>>;
  /** Every table that contains a text. */
  tablesWith(text: string): Promise<string[]>;
  /** From now on every insert of an audit event fails; `condition` narrows it to some of them. */
  breakAudit(condition?: string): Promise<void>;
  mendAudit(): Promise<void>;
  /** Runs a statement in a transaction that stays open, with its locks, until it is released. */
  held(sql: string): Promise<{ release(): Promise<void> }>;
  drop(): Promise<void>;
}

/** Done by applications before their database is looked at, by its name. */
const beforeLooks = new Map<string, Set<() => Promise<void>>>();

/** Has `settle` run before a spec reads the audit log of this database by SQL. @returns what ends it */
export function settleBeforeLooks(databaseUrl: string, settle: () => Promise<void>): () => void {
  const name = new URL(databaseUrl).pathname.slice(1);
  const all = beforeLooks.get(name) ?? new Set();
  beforeLooks.set(name, all.add(settle));
  return () => void all.delete(settle);
}

/** Creates a database, migrated unless it is to be `empty`; `drop` it when the spec ends. */
export function createTestDatabase(kind: 'migrated' | 'empty' = 'migrated'): Promise<TestDatabase> {
  const { INTEGRATION_TEMPLATE: template } = process.env;
  return createFrom(kind === 'empty' ? 'template0' : template);
}

/** A copy of a database as it is now, file by file, as a backup keeps it; whoever is connected is cut off. */
export async function backUp(database: TestDatabase): Promise<TestDatabase> {
  const name = new URL(database.url).pathname.slice(1);
  const others = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`;
  await once(process.env['INTEGRATION_DATABASE_URL'] ?? '', others);
  return createFrom(name);
}

async function createFrom(template: string | undefined): Promise<TestDatabase> {
  const { INTEGRATION_DATABASE_URL: server } = process.env;
  if (!server || !template) throw new Error('no PostgreSQL: run this spec in the jest project "integration"');
  const name = `spec_${randomBytes(6).toString('hex')}`;
  await once(server, `CREATE DATABASE "${name}" TEMPLATE "${template}"`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const pool = new pg.Pool({ connectionString: url.href, max: 3 });
  pool.on('error', () => undefined);
  const run = queryOf(pool);
  const query = settledQuery(name, run);
  const pools = [pool];
  return {
    url: url.href,
    query,
    asAppRole: async () => {
      const password = randomBytes(12).toString('hex');
      await query(`CREATE ROLE "${name}" LOGIN PASSWORD '${password}'`);
      await grantAppRights(url.href, name);
      const appUrl = new URL(url);
      [appUrl.username, appUrl.password] = [name, password];
      const appPool = new pg.Pool({ connectionString: appUrl.href, max: 1 });
      pools.push(appPool);
      return { url: appUrl.href, query: queryOf(appPool) };
    },
    tablesWith: (text) => tablesWith(query, text),
    breakAudit: async (condition = 'true') => {
      await query(`CREATE OR REPLACE FUNCTION break_audit() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN IF ${condition} THEN RAISE EXCEPTION 'disk full'; END IF; RETURN NEW; END $$`);
      await givingWay(
        run,
        'CREATE TRIGGER broken BEFORE INSERT ON audit_inbox FOR EACH ROW EXECUTE FUNCTION break_audit()',
      );
    },
    mendAudit: async () => {
      await givingWay(run, 'DROP TRIGGER IF EXISTS broken ON audit_inbox');
    },
    held: (sql) => held(pool, sql),
    drop: async () => {
      beforeLooks.delete(name);
      await Promise.all(pools.map((each) => each.end()));
      await once(server, `DROP DATABASE "${name}" WITH (FORCE)`);
      await once(server, `DROP ROLE IF EXISTS "${name}"`);
    },
  };
}

/** A look at the log has everything that was committed before. */
function settledQuery(name: string, run: TestDatabase['query']): TestDatabase['query'] {
  return async (sql, values) => {
    if (/audit_(events|tree|sinks)/.test(sql))
      for (const settle of beforeLooks.get(name) ?? []) await settle();
    return run(sql, values);
  };
}

function queryOf(pool: pg.Pool): TestDatabase['query'] {
  return async <Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []) =>
    (await pool.query<Row>(sql, values)).rows;
}

async function held(pool: pg.Pool, sql: string): ReturnType<TestDatabase['held']> {
  const client = await pool.connect();
  await client.query('BEGIN');
  await client.query(sql);
  return {
    release: async () => {
      await client.query('ROLLBACK');
      client.release();
    },
  };
}

/** Locks the log for a change only while nothing waits for it: appends under way would deadlock with it. */
async function givingWay(query: TestDatabase['query'], sql: string, tries = 100): Promise<void> {
  try {
    await query(`BEGIN; SET LOCAL lock_timeout = '100ms'; ${sql}; COMMIT`);
  } catch (error) {
    if ((error as { code?: string }).code !== LOCK_TIMEOUT || tries === 1) throw error;
    await givingWay(query, sql, tries - 1);
  }
}

async function once(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

async function tablesWith(query: TestDatabase['query'], text: string): Promise<string[]> {
  const tables = await query<{ name: string }>(
    `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
     WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await query(`SELECT 1 FROM ${name} t WHERE strpos(t::text, $1) > 0 LIMIT 1`, [text]);
    if (rows.length > 0) found.push(name);
  }
  return found;
}
