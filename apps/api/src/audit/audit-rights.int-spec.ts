import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Audit } from './audit.js';
import { PublishCheckpoints } from './publish-checkpoints.js';
import { createAuditWorld, type AuditWorld } from './testing/audit-world.js';

let world: AuditWorld;
beforeAll(async () => {
  world = await createAuditWorld();
  await world.app.get(Audit).record({
    type: 'access_token.read',
    outcome: 'succeeded',
    actor: { type: 'agent', id: 'agt_1' },
    userId: 'ada',
  });
  await world.anchor();
});
afterAll(() => world.close());

const partition = async () =>
  (
    await world.database.query<{ name: string }>('SELECT tableoid::regclass::text AS name FROM audit_events')
  )[0]?.name ?? '';

describe('an application that does not own its database', () => {
  it('appends, signs and makes the months to come', async () => {
    await world.app.get(PublishCheckpoints).prepare();
    expect(await world.verdict()).toMatchObject({ bad: undefined, rows: 1, checkpointsMet: 1 });
  });

  it.each([
    ['changes an event', `UPDATE audit_events SET outcome = 'denied'`],
    ['erases one by itself', 'UPDATE audit_events SET user_id = NULL, salt = NULL'],
    ['deletes one', 'DELETE FROM audit_events'],
    ['empties the log', 'TRUNCATE audit_events'],
    ['drops it', 'DROP TABLE audit_events'],
    ['switches off its triggers', 'ALTER TABLE audit_events DISABLE TRIGGER USER'],
    ['switches off all triggers', `SET session_replication_role = 'replica'`],
    ['drops a trigger', 'DROP TRIGGER audit_events_erase_only ON audit_events'],
    [
      'replaces what a trigger does',
      `CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'`,
    ],
    ['takes a month out', 'ALTER TABLE audit_events DETACH PARTITION audit_events_other'],
    ['changes a checkpoint', `UPDATE audit_checkpoints SET note = 'x'`],
    ['deletes checkpoints', 'DELETE FROM audit_checkpoints'],
    ['changes a cosignature', `UPDATE audit_cosignatures SET line = 'x'`],
    ['deletes cosignatures', 'DELETE FROM audit_cosignatures'],
    ['takes the tree away', 'DELETE FROM audit_tree'],
    ['makes the tree smaller', 'UPDATE audit_tree SET size = 0'],
    ['changes what is committed and has no place yet', `UPDATE audit_inbox SET outcome = 'denied'`],
    ['takes it away', 'DELETE FROM audit_inbox'],
    ['empties the inbox', 'TRUNCATE audit_inbox'],
    ['puts an event past the tree', 'INSERT INTO audit_events SELECT * FROM audit_events'],
    ['adds a node', `INSERT INTO audit_nodes VALUES (8, 0, '')`],
    ['lets go of more than is on record', 'UPDATE audit_trims SET through_seq = 1'],
    ['takes a trim off the record', 'DELETE FROM audit_trims'],
    ['takes a migration off the record', 'DELETE FROM _prisma_migrations'],
    ['makes a table of its own', 'CREATE TABLE audit_trims_2 (seq int)'],
    ['makes a schema of its own', 'CREATE SCHEMA mine'],
    ['makes itself the owner', 'ALTER TABLE audit_events OWNER TO CURRENT_USER'],
    ['becomes the owner', 'SET ROLE valetkey'],
  ])('is refused when it %s', async (_, sql) => {
    await expect(world.asApp(sql)).rejects.toThrow(/permission denied|must be owner/);
  });

  it('is refused at the partitions too, for reading as well', async () => {
    const name = await partition();
    expect(name).toMatch(/^audit_events_\d{4}_\d\d$/);
    for (const sql of [
      `SELECT * FROM ${name}`,
      `INSERT INTO ${name} SELECT * FROM audit_events`,
      `UPDATE ${name} SET outcome = 'denied'`,
      `DELETE FROM ${name}`,
      `TRUNCATE ${name}`,
      `DROP TABLE ${name}`,
    ])
      await expect(world.asApp(sql)).rejects.toThrow(/permission denied|must be owner/);
  });

  it('cannot bring its own tables before those of the functions that run as the owner', async () => {
    await world.asApp('CREATE TEMP TABLE audit_trims (LIKE public.audit_trims)');
    await world.asApp(`INSERT INTO pg_temp.audit_trims VALUES (1, '\\x00', 1, now(), now(), NULL)`);
    await expect(world.asApp('SELECT public.audit_events_trim()')).rejects.toThrow('no checkpoint');
    expect(await world.database.query('SELECT 1 FROM audit_events')).toHaveLength(1);
  });

  it('leaves a trace in the log of what those functions let it do', async () => {
    await world.asApp(`SELECT audit_events_erase('ada', 10)`);
    expect((await world.verdict()).bad).toMatchObject({ seq: 1, why: expect.stringContaining('no signed') });
  });
});
