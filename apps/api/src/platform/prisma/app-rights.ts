import pg from 'pg';
import { QUEUE_SCHEMA } from '../queue/queue-schema.js';

/** What the application may do with a table; of all others it may read, add, change and delete rows. */
const RIGHTS: Readonly<Record<string, string>> = {
  _prisma_migrations: 'SELECT',
  audit_anchors: 'SELECT, INSERT, UPDATE',
  audit_checkpoints: 'SELECT, INSERT',
  audit_events: 'SELECT, INSERT',
  audit_head: 'SELECT, UPDATE',
  audit_keys: 'SELECT, INSERT, UPDATE',
  audit_trims: 'SELECT, INSERT, UPDATE (finished_at)',
};
const ALL_ROWS = 'SELECT, INSERT, UPDATE, DELETE';

/** Run with the owner's rights, by whoever may call them. */
const FUNCTIONS = [
  'audit_events_add_months(integer)',
  'audit_events_erase(text, integer)',
  'audit_events_trim()',
];

/**
 * Gives a role what the application needs, and takes from it whatever else it had here: it can append to the audit log,
 * and not change, delete, truncate or drop anything of it, nor switch off a trigger. To be called by the owner of the
 * tables after every migration; again is harmless.
 * @throws Error that says what is wrong with the role
 */
export async function grantAppRights(ownerUrl: string, role: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query(`SELECT pg_advisory_xact_lock(hashtext('valetkey rights'))`);
    await requireOrdinaryRole(client, role);
    for (const statement of await statementsFor(client, role)) await client.query(statement);
    await requireNoCreation(client, role);
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
}

async function statementsFor(client: pg.Client, roleName: string): Promise<string[]> {
  const [role, schema] = [pg.escapeIdentifier(roleName), await currentSchema(client)];
  const inSchema = (kind: string, from: string) => `ON ALL ${kind} IN SCHEMA ${from}`;
  const tables = (await tablesOf(client)).map(
    (name) => `GRANT ${RIGHTS[name] ?? ALL_ROWS} ON ${schema}.${pg.escapeIdentifier(name)} TO ${role}`,
  );
  const queue = (await hasQueue(client))
    ? [
        `GRANT USAGE ON SCHEMA ${QUEUE_SCHEMA} TO ${role}`,
        `GRANT ${ALL_ROWS} ${inSchema('TABLES', QUEUE_SCHEMA)} TO ${role}`,
        `GRANT USAGE, SELECT ${inSchema('SEQUENCES', QUEUE_SCHEMA)} TO ${role}`,
      ]
    : [];
  return [
    // Whoever may create in this schema could put a function of theirs into what runs with the owner's rights.
    `REVOKE CREATE ON SCHEMA ${schema} FROM PUBLIC, ${role}`,
    `REVOKE ALL ${inSchema('TABLES', schema)} FROM PUBLIC, ${role}`,
    `GRANT USAGE ON SCHEMA ${schema} TO ${role}`,
    `GRANT USAGE, SELECT ${inSchema('SEQUENCES', schema)} TO ${role}`,
    ...tables,
    ...queue,
    ...FUNCTIONS.flatMap((name) => [
      `REVOKE EXECUTE ON FUNCTION ${schema}.${name} FROM PUBLIC`,
      `GRANT EXECUTE ON FUNCTION ${schema}.${name} TO ${role}`,
    ]),
  ];
}

async function currentSchema(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ name: string }>('SELECT current_schema() AS name');
  return pg.escapeIdentifier(rows[0]?.name ?? 'public');
}

/** Not the partitions of the log: they are reached through it. */
async function tablesOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = current_schema()::regnamespace
       AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname`,
  );
  return rows.map(({ name }) => name);
}

async function hasQueue(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [QUEUE_SCHEMA]);
  return rows.length > 0;
}

/** One that owns the tables, or can become who does, can take any right. */
async function requireOrdinaryRole(client: pg.Client, role: string): Promise<void> {
  const { rows } = await client.query<{ isMighty: boolean; isOwner: boolean; owner: string }>(
    `SELECT rolsuper OR rolcreaterole AS "isMighty", pg_has_role(rolname, relowner, 'MEMBER') AS "isOwner",
       relowner::regrole::text AS owner
     FROM pg_roles, pg_class WHERE rolname = $1 AND pg_class.oid = 'audit_events'::regclass`,
    [role],
  );
  const [found] = rows;
  if (!found)
    throw new Error(`there is no role "${role}"; make it: CREATE ROLE "${role}" LOGIN PASSWORD '…'`);
  if (found.isMighty) throw new Error(`the role "${role}" can give itself any right; take an ordinary one`);
  if (found.isOwner)
    throw new Error(
      `the role "${role}" is ${found.owner}, who owns the tables, or a member of it; take another`,
    );
}

/** What a schema's own owner does not give back, a superuser must: PostgreSQL 14 lets everybody create in `public`. */
async function requireNoCreation(client: pg.Client, role: string): Promise<void> {
  const { rows } = await client.query<{ may: boolean }>(
    `SELECT has_schema_privilege($1, current_schema(), 'CREATE') AS may`,
    [role],
  );
  if (rows[0]?.may)
    throw new Error(
      'everybody may create in this schema; as its owner: REVOKE CREATE ON SCHEMA public FROM PUBLIC',
    );
}
