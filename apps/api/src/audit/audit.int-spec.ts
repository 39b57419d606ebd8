import { EventEmitter, once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PrismaService } from '../platform/index.js';
import { verifyTree, type TestDatabase } from '../platform/testing/index.js';
import { Sequencer } from './sequencer.js';
import { createSharedLog, newEvent as event, type SharedLog } from './testing/shared-log.js';

let log: SharedLog;
let database: TestDatabase;
beforeAll(async () => {
  log = await createSharedLog();
  database = log.database;
});
afterAll(() => log.close());

const auditOf = (app: number) => log.auditOf(app);

/** Everything of an event that says something about a user. */
const ERASED = `user_id = NULL, ip = NULL, arguments = NULL, detail = '{}', salt = NULL`;

describe('the audit log', () => {
  it('stays one tree without a gap when two processes record 1,000 events at once', async () => {
    const records = Array.from({ length: 1000 }, (_, n) =>
      auditOf(n % 2).record(
        event({ detail: { n, half: n / 2, text: `ä ${n}`, nested: { list: [n, null] } } }),
      ),
    );
    const recorded = (await Promise.all(records)).flat();
    expect(new Set(recorded.map(({ id }) => id)).size).toBe(1000);
    expect(await verifyTree(database)).toBe(1000);
  });

  it('keeps the order of what one process recorded one after the other', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 20; n++) {
      log.apps[0].clock.advance(1);
      ids.push(...(await auditOf(0).record(event({ detail: { n } }))).map(({ id }) => id));
    }
    const rows = await database.query<{ id: string }>(
      'SELECT id FROM audit_events ORDER BY seq DESC LIMIT 20',
    );
    expect(rows.map(({ id }) => id).reverse()).toEqual(ids);
  });

  it('commits what waits together in far fewer transactions than events', async () => {
    const before = await transactions();
    await Promise.all(Array.from({ length: 300 }, () => auditOf(0).record(event())));
    expect((await transactions()) - before).toBeLessThan(60);
  });

  it('takes 5,000 events at once', async () => {
    await Promise.all(Array.from({ length: 5000 }, () => auditOf(0).record(event())));
    await verifyTree(database);
  });

  it.each([
    ['changed', `UPDATE audit_events SET outcome = 'denied' WHERE seq = 3`],
    ['deleted', 'DELETE FROM audit_events WHERE seq = 3'],
    ['truncated', 'TRUNCATE audit_events'],
  ])('refuses that rows are %s', async (_, sql) => {
    await expect(database.query(sql)).rejects.toThrow('append-only');
  });

  it.each([
    ['a part of what is personal', `user_id = NULL`],
    ['what is personal and more', `${ERASED}, action = 'x'`],
    ['a hash', `${ERASED}, hash = personal_digest`],
  ])('refuses that %s is erased', async (_, change) => {
    await expect(database.query(`UPDATE audit_events SET ${change} WHERE seq = 3`)).rejects.toThrow(
      'append-only',
    );
  });

  it('lets what is personal be erased, and stays verifiable', async () => {
    const [recorded] = await auditOf(0).record(
      event({
        userId: 'gone',
        ip: '192.0.2.1',
        actor: { type: 'user', id: 'gone' },
        detail: { path: '/gone' },
      }),
    );
    const id = [recorded?.id];
    await database.query(`UPDATE audit_events SET ${ERASED}, actor_id = NULL WHERE id = $1`, id);
    const [row] = await database.query('SELECT e::text AS text FROM audit_events e WHERE id = $1', id);
    expect(row?.['text']).not.toContain('gone');
    await verifyTree(database);
  });

  it('keeps events in a partition for their month, and each partition from being emptied', async () => {
    await auditOf(0).record(event());
    const [newest] = await database.query<{ part: string; month: string }>(
      `SELECT tableoid::regclass::text AS part, 'audit_events_' || to_char(at AT TIME ZONE 'UTC', 'YYYY_MM') AS month
       FROM audit_events ORDER BY at DESC, seq DESC LIMIT 1`,
    );
    expect(newest?.part).toBe(newest?.month);
    await expect(database.query(`TRUNCATE "${newest?.part}"`)).rejects.toThrow('append-only');
    await expect(database.query(`DELETE FROM "${newest?.part}"`)).rejects.toThrow('append-only');
  });

  it('takes events of months that have no partition', async () => {
    const { clock } = log.apps[1];
    clock.advance(5 * 365 * 86_400_000);
    await auditOf(1).record(event());
    clock.advance(-5 * 365 * 86_400_000);
    expect(await database.query('SELECT 1 FROM audit_events_other')).toHaveLength(1);
    await verifyTree(database);
  });

  it.each([
    ['half a surrogate pair', '\ud800x'],
    ['a NUL character', 'a\0b'],
  ])('records text with %s and stays verifiable', async (_, text) => {
    await auditOf(0).record(
      event({ userId: text, connectionId: text, detail: { text, list: [text], [text]: 1 } }),
    );
    await verifyTree(database);
  });

  it('waits for nobody: not for a transaction that has recorded and goes on, nor for a leader', async () => {
    const prisma = log.apps[1].get(PrismaService);
    const end = new EventEmitter();
    const open = once(end, 'end');
    const begun = once(end, 'recorded');
    const slow = prisma.transaction(async (tx) => {
      await auditOf(1).recordIn(tx, event({ target: 'slow' }));
      end.emit('recorded');
      await open;
    });
    await begun;
    const held = await database.held('SELECT 1 FROM audit_tree FOR UPDATE');
    expect(await auditOf(0).record(event())).toHaveLength(1);
    await held.release();
    await log.apps[0].get(Sequencer).settled();
    end.emit('end');
    await slow;
    expect(await database.query(`SELECT 1 FROM audit_events WHERE target = 'slow'`)).toHaveLength(1);
    await verifyTree(database);
  });

  it('rolls back what a transaction recorded that fails', async () => {
    const prisma = log.apps[0].get(PrismaService);
    const failed = prisma.transaction(async (tx) => {
      await auditOf(0).recordIn(tx, event({ target: 'rolled back' }));
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(await database.query(`SELECT 1 FROM audit_events WHERE target = 'rolled back'`)).toEqual([]);
  });

  it('finds a changed row, names it, and finds a row that was cut off the end', async () => {
    const [count] = await database.query<{ n: number }>('SELECT count(*)::int AS n FROM audit_events');
    await database.query('ALTER TABLE audit_events DISABLE TRIGGER USER');
    await database.query(`UPDATE audit_events SET detail = '{"n":4711}' WHERE seq = 7`);
    await expect(verifyTree(database)).rejects.toThrow('event 7 has been changed');
    await database.query('DELETE FROM audit_events WHERE seq >= 7');
    await expect(verifyTree(database)).rejects.toThrow('tree');
    await database.query('ALTER TABLE audit_events ENABLE TRIGGER USER');
    expect(count?.n).toBeGreaterThan(1000);
  });

  it('answers 503 to whoever waits when it cannot be written, and works again afterwards', async () => {
    await database.breakAudit();
    const refused = auditOf(0).record(event());
    await expect(refused).rejects.toMatchObject({ status: 503, code: 'audit_unavailable' });
    await database.mendAudit();
    expect(await auditOf(0).record(event())).toHaveLength(1);
  });

  it('does not fail the others of a group for one event that cannot be written', async () => {
    await database.breakAudit(`NEW.detail ? 'poison'`);
    const good = auditOf(0).record(event());
    const bad = auditOf(0).record(event({ detail: { poison: true } }));
    const alsoGood = auditOf(0).record(event());
    await expect(bad).rejects.toMatchObject({ code: 'audit_unavailable' });
    expect([...(await good), ...(await alsoGood)]).toHaveLength(2);
    await database.mendAudit();
  });
});

/** Transactions that this database has committed. */
async function transactions(): Promise<number> {
  await database.query('SELECT pg_stat_force_next_flush()');
  const [row] = await database.query<{ n: number }>(
    `SELECT count(DISTINCT xmin::text)::int AS n FROM audit_events`,
  );
  return row?.n ?? 0;
}
