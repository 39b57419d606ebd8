import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { verifyChain, type TestDatabase } from '../platform/testing/index.js';
import { Preconditions } from './preconditions.js';
import { createSharedLog, newEvent as event, type SharedLog } from './testing/shared-log.js';

let log: SharedLog;
let database: TestDatabase;
beforeAll(async () => {
  log = await createSharedLog();
  database = log.database;
  await database.query('CREATE TABLE spec_rows (name text PRIMARY KEY, value text)');
  const standing = (name: string, second: string) =>
    `SELECT value FROM spec_rows WHERE name = ${name} AND ${second} = ''`;
  for (const app of log.apps) app.get(Preconditions).register(standing);
});
afterAll(() => log.close());
beforeEach(() => database.query(`TRUNCATE spec_rows`));

const auditOf = (app: number) => log.auditOf(app);
const when = (name: string, value: string, app = 0) =>
  auditOf(app).recordIf({ subject: [name, ''], standing: value }, event({ detail: { name, value } }));
const countOf = async (name: string) =>
  (await database.query(`SELECT 1 FROM audit_events WHERE detail->>'name' = '${name}'`)).length;

describe('an event that rests on rows of another room', () => {
  it('is recorded while they stand as they did, and not once they have changed or are gone', async () => {
    await database.query(`INSERT INTO spec_rows VALUES ('a', 'one')`);
    expect(await when('a', 'one')).toMatchObject({ detail: { name: 'a', value: 'one' } });
    await database.query(`UPDATE spec_rows SET value = 'two'`);
    expect(await when('a', 'one')).toBeUndefined();
    await database.query(`DELETE FROM spec_rows`);
    expect(await when('a', 'two')).toBeUndefined();
    expect(await countOf('a')).toBe(1);
    await verifyChain(database);
  });

  it('is the only one of its group that is left out', async () => {
    await database.query(`INSERT INTO spec_rows VALUES ('b', 'one'), ('c', 'one')`);
    const all = await Promise.all([
      auditOf(0).record(event(), event()),
      when('b', 'one'),
      when('c', 'another'),
      when('b', 'one'),
      when('nowhere', 'one'),
    ]);
    expect(all.flat().map((each) => each !== undefined)).toEqual([true, true, true, false, true, false]);
    expect([await countOf('b'), await countOf('c'), await countOf('nowhere')]).toEqual([2, 0, 0]);
    await verifyChain(database);
  });

  it('keeps one chain while two processes record and every third row has changed', async () => {
    await database.query(`INSERT INTO spec_rows VALUES ('d', 'one')`);
    const all = await Promise.all(
      Array.from({ length: 600 }, (_, n) => when('d', n % 3 === 0 ? 'another' : 'one', n % 2)),
    );
    expect(all.filter((each) => each !== undefined)).toHaveLength(400);
    expect(all.every((each, n) => (each === undefined) === (n % 3 === 0))).toBe(true);
    expect(await countOf('d')).toBe(400);
    await verifyChain(database);
  });

  it('is refused like any other when the log takes nothing', async () => {
    await database.query(`INSERT INTO spec_rows VALUES ('e', 'one')`);
    await database.breakAudit();
    await expect(when('e', 'one')).rejects.toMatchObject({ code: 'audit_unavailable' });
    await database.mendAudit();
    expect(await when('e', 'one')).toBeDefined();
  });
});
