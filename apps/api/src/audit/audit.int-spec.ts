import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createTestApp,
  createTestDatabase,
  verifyChain,
  type TestApp,
  type TestDatabase,
} from '../platform/testing/index.js';
import { Audit } from './audit.js';
import type { NewAuditEvent } from './audit-event.js';
import { AuditModule } from './audit.module.js';

let database: TestDatabase;
let apps: TestApp[];
beforeAll(async () => {
  database = await createTestDatabase();
  apps = await Promise.all(
    [1, 2].map(() => createTestApp({ modules: [AuditModule], databaseUrl: database.url })),
  );
});
afterAll(async () => {
  await Promise.all(apps.map((app) => app.close()));
  await database.drop();
});

const auditOf = (app: number) => (apps[app] as TestApp).get(Audit);
const event = (more: Partial<NewAuditEvent> = {}): NewAuditEvent => ({
  type: 'access_token.read',
  outcome: 'succeeded',
  actor: { type: 'agent', id: 'agt_spec' },
  ...more,
});

describe('the audit log', () => {
  it('stays one chain without a gap when two processes record 1,000 events at once', async () => {
    const records = Array.from({ length: 1000 }, (_, n) =>
      auditOf(n % 2).record(
        event({ detail: { n, half: n / 2, text: `ä ${n}`, nested: { list: [n, null] } } }),
      ),
    );
    const recorded = (await Promise.all(records)).flat();
    expect(new Set(recorded.map(({ seq }) => seq)).size).toBe(1000);
    expect(await verifyChain(database)).toBe(1000);
  });

  it('keeps the order of what one process recorded, also within a group', async () => {
    const records = Array.from({ length: 50 }, (_, n) =>
      auditOf(0).record(event({ detail: { n, part: 1 } }), event({ detail: { n, part: 2 } })),
    );
    const recorded = await Promise.all(records);
    const order = recorded.flat().map(({ seq }) => seq);
    expect(order).toEqual([...order].sort((a, b) => Number(a - b)));
    expect(recorded.map((pair) => pair.map(({ detail }) => detail))).toEqual(
      Array.from({ length: 50 }, (_, n) => [
        { n, part: 1 },
        { n, part: 2 },
      ]),
    );
  });

  it('commits what waits together in far fewer transactions than events', async () => {
    const before = await transactions();
    await Promise.all(Array.from({ length: 300 }, () => auditOf(0).record(event())));
    expect((await transactions()) - before).toBeLessThan(60);
  });

  it('takes 5,000 events at once', async () => {
    await Promise.all(Array.from({ length: 5000 }, () => auditOf(0).record(event())));
    await verifyChain(database);
  });

  it.each([
    ['changed', `UPDATE audit_events SET outcome = 'denied' WHERE seq = 3`],
    ['deleted', 'DELETE FROM audit_events WHERE seq = 3'],
    ['truncated', 'TRUNCATE audit_events'],
  ])('refuses that rows are %s', async (_, sql) => {
    await expect(database.query(sql)).rejects.toThrow('append-only');
  });

  it.each([
    ['half a surrogate pair', '\ud800x'],
    ['a NUL character', 'a\0b'],
  ])('records text with %s and stays verifiable', async (_, text) => {
    await auditOf(0).record(
      event({ userId: text, connectionId: text, detail: { text, list: [text], [text]: 1 } }),
    );
    await verifyChain(database);
  });

  it('finds a changed row, names it, and finds a row that was cut off the end', async () => {
    const [count] = await database.query<{ n: number }>('SELECT count(*)::int AS n FROM audit_events');
    await database.query('ALTER TABLE audit_events DISABLE TRIGGER USER');
    await database.query(`UPDATE audit_events SET detail = '{"n":4711}' WHERE seq = 7`);
    await expect(verifyChain(database)).rejects.toThrow('event 7 has been changed');
    await database.query('DELETE FROM audit_events WHERE seq >= 7');
    await expect(verifyChain(database)).rejects.toThrow('head');
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
