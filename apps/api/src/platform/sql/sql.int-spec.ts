import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Log } from '../log/log.js';
import { PrismaService } from '../prisma/prisma.service.js';
import { createTestDatabase, type TestDatabase } from '../testing/index.js';
import { Sql } from './sql.js';

const PID = { name: 'pid', text: 'SELECT pg_backend_pid() AS pid' };
const APPEND = { name: 'append', text: 'INSERT INTO numbers (n) VALUES ($1::int)' };
const SLOW_APPEND = {
  name: 'slow_append',
  text: 'INSERT INTO numbers (n) SELECT $1::int FROM pg_sleep(0.2)',
};
const OTHER_LINE = { ...PID, name: 'other_pid', line: 'other' };

let database: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.query('CREATE TABLE numbers (at serial PRIMARY KEY, n int NOT NULL CHECK (n > 0))');
  sql = new Sql(database.url, new Log());
});
afterAll(async () => {
  await sql.onApplicationShutdown();
  await database.drop();
});

const numbers = async () =>
  (await database.query<{ n: number }>('SELECT n FROM numbers ORDER BY at')).map(({ n }) => n);

describe('statements of one line', () => {
  it('share a connection, and those of another line have another', async () => {
    const pids = await Promise.all([PID, PID, OTHER_LINE].map((statement) => sql.run(statement, [])));
    expect(pids[0]).toEqual(pids[1]);
    expect(pids[2]).not.toEqual(pids[0]);
  });

  it('run in the order in which they were sent, each committed for itself', async () => {
    await Promise.all([sql.run(SLOW_APPEND, [1]), sql.run(APPEND, [2]), sql.run(APPEND, [3])]);
    expect(await numbers()).toEqual([1, 2, 3]);
  });

  it('run though the one before them failed', async () => {
    const [refused, ...others] = await Promise.allSettled([
      sql.run(APPEND, [-1]),
      sql.run(APPEND, [4]),
      sql.run(APPEND, [5]),
    ]);
    expect(refused).toMatchObject({ status: 'rejected', reason: { code: '23514' } });
    expect(others.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect((await numbers()).slice(-2)).toEqual([4, 5]);
  });

  it('all fail when the connection is lost, and the next has a new one', async () => {
    const [before] = await sql.run<{ pid: number }>(PID, []);
    const sent = [sql.run(SLOW_APPEND, [6]), sql.run(APPEND, [7])];
    await database.query('SELECT pg_terminate_backend($1)', [before?.pid]);
    expect((await Promise.allSettled(sent)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const [after] = await sql.run<{ pid: number }>(PID, []);
    expect(after?.pid).not.toBe(before?.pid);
    expect(await numbers()).not.toContain(7);
  });
});

it('gives no session, with or without Prisma, an idle transaction or a wait for a lock without an end', async () => {
  const text = `SELECT current_setting('idle_in_transaction_session_timeout') AS idle, current_setting('lock_timeout') AS lock`;
  const prisma = new PrismaService(database.url);
  const limits = [{ idle: '5s', lock: '8s' }];
  expect(await sql.run({ name: 'limits', text }, [])).toEqual(limits);
  expect(await prisma.$queryRawUnsafe(text)).toEqual(limits);
  await prisma.$disconnect();
});
