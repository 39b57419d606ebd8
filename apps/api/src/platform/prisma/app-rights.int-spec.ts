import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../testing/index.js';
import { grantAppRights } from './app-rights.js';

let database: TestDatabase;
let role: string;
beforeAll(async () => {
  database = await createTestDatabase();
  role = `${new URL(database.url).pathname.slice(1)}_odd "name"`;
});
afterAll(async () => {
  await database.query(`DROP OWNED BY ${quoted()}`);
  await database.query(`DROP ROLE ${quoted()}`);
  await database.drop();
});

const quoted = () => `"${role.replaceAll('"', '""')}"`;
const may = async (right: string, table: string) =>
  (
    await database.query<{ may: boolean }>('SELECT has_table_privilege($1, $2, $3) AS may', [
      role,
      table,
      right,
    ])
  )[0]?.may;

describe('the rights of the application', () => {
  it('are given to a role that is there, and says how to make one that is not', async () => {
    await expect(grantAppRights(database.url, role)).rejects.toThrow('CREATE ROLE');
    await database.query(`CREATE ROLE ${quoted()}`);
    await grantAppRights(database.url, role);
    expect(await may('DELETE', 'users')).toBe(true);
    expect(await may('DELETE', 'audit_events')).toBe(false);
  });

  it('are taken back where the role had more', async () => {
    await database.query(`GRANT ALL ON ALL TABLES IN SCHEMA public TO ${quoted()}`);
    await grantAppRights(database.url, role);
    for (const right of ['UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER'])
      expect([right, await may(right, 'audit_events'), await may(right, 'audit_events_other')]).toEqual([
        right,
        false,
        false,
      ]);
  });

  it('are no less for tables that come with a later migration', async () => {
    await database.query('CREATE TABLE later (id int)');
    expect(await may('SELECT', 'later')).toBe(false);
    await grantAppRights(database.url, role);
    expect(await may('UPDATE', 'later')).toBe(true);
  });

  it('are not given to who owns the tables, is one of them, or can become anybody', async () => {
    const owner = new URL(database.url).username;
    await expect(grantAppRights(database.url, owner)).rejects.toThrow('any right');
    await database.query(`GRANT ${owner} TO ${quoted()}`);
    await expect(grantAppRights(database.url, role)).rejects.toThrow('owns the tables');
    await database.query(`REVOKE ${owner} FROM ${quoted()}`);
    await database.query(`ALTER ROLE ${quoted()} CREATEROLE`);
    await expect(grantAppRights(database.url, role)).rejects.toThrow('any right');
  });
});
