import pg from 'pg';
import { QUEUE_SCHEMA } from '../queue/queue-schema.js';

/** Rights of the application on these tables; on all others it may read, add, change and delete rows. */
const RIGHTS: Readonly<Record<string, string>> = {
  _prisma_migrations: 'SELECT',
  audit_anchors: 'SELECT, INSERT, UPDATE',
  audit_checkpoints: 'SELECT, INSERT',
  audit_cosignatures: 'SELECT, INSERT',
  audit_events: 'SELECT',
  audit_inbox: 'SELECT, INSERT',
  audit_keys: 'SELECT, INSERT, UPDATE',
  audit_nodes: 'SELECT',
  audit_tiles: 'SELECT',
  audit_tree: 'SELECT, UPDATE (epoch, holder, lease_until, note)',
  audit_trims: 'SELECT, INSERT, UPDATE (finished_at)',
};
const ALL_ROWS = 'SELECT, INSERT, UPDATE, DELETE';

/** SECURITY DEFINER functions: they run with the owner's rights. */
const FUNCTIONS = [
  'audit_events_add_months(integer)',
  'audit_events_erase(text, integer)',
  'audit_events_trim()',
  'audit_sequence(bigint, bigint, bytea, text[], text[], bytea[], bytea[], integer[], bigint[], bytea[])',
];

/**
 * Grants a role the rights that the application needs, and revokes all others it had here: it can append to the audit
 * log, and not change, delete, truncate or drop anything of it, nor disable a trigger. The owner of the tables calls it
 * after every migration; it may be repeated.
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
    // A role that may create in this schema could place a function where code with the owner's rights would call it.
    `REVOKE CREATE ON SCHEMA ${schema} FROM PUBLIC, ${role}`,
    `REVOKE ALL ${inSchema('TABLES', schema)} FROM PUBLIC, ${role}`,
    `GRANT USAGE ON SCHEMA ${schema} TO ${role}`,
    `GRANT USAGE, SELECT ${inSchema('SEQUENCES', schema)} TO ${role}`,
    ...tables,
    ...(await vacuumingRights(client, `${schema}.audit_inbox`, role)),
    ...queue,
    ...FUNCTIONS.flatMap((name) => [
      `REVOKE EXECUTE ON FUNCTION ${schema}.${name} FROM PUBLIC`,
      `GRANT EXECUTE ON FUNCTION ${schema}.${name} TO ${role}`,
    ]),
  ];
}

/** PostgreSQL 17 can let a role vacuum a table that it does not own; before, autovacuum does it, less often. */
async function vacuumingRights(client: pg.Client, table: string, role: string): Promise<string[]> {
  const { rows } = await client.query<{ version: number }>(
    `SELECT current_setting('server_version_num')::int AS version`,
  );
  return (rows[0]?.version ?? 0) >= 170_000 ? [`GRANT MAINTAIN ON ${table} TO ${role}`] : [];
}

async function currentSchema(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ name: string }>('SELECT current_schema() AS name');
  return pg.escapeIdentifier(rows[0]?.name ?? 'public');
}

/** Without the partitions of the log: they are reached through it. */
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

/** A role that owns the tables, or can become their owner, can take any right. */
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

/** Rights that the schema's owner cannot revoke, a superuser must: PostgreSQL 14 lets everybody create in `public`. */
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
