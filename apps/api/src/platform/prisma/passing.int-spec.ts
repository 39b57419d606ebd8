import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Log } from '../log/log.js';
import { Sql } from '../sql/sql.js';
import { createTestDatabase, type TestDatabase } from '../testing/index.js';
import { isPassing, PrismaService, type Transaction } from './prisma.service.js';

const NOBODY = 'postgresql://nobody@127.0.0.1:1/nowhere';
const WAIT = { name: 'wait', text: 'SELECT pg_sleep(5)' };

let database: TestDatabase;
let prisma: PrismaService;
let sql: Sql;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.query(`INSERT INTO users (id) VALUES ('a'), ('b')`);
  const limits = 'lock_timeout=300&statement_timeout=2000&idle_in_transaction_session_timeout=300';
  prisma = new PrismaService(`${database.url}?${limits}`);
  sql = new Sql(database.url, new Log('silent'));
});
afterAll(async () => {
  await prisma.$disconnect();
  await sql.onApplicationShutdown();
  await database.drop();
});

const touch = (id: string, tx: Transaction = prisma) =>
  tx.user.updateMany({ where: { id }, data: { createdAt: new Date() } });
const end = (condition: string) =>
  database.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND ${condition}`,
  );

/** Locks two rows in opposite orders. */
async function deadlock() {
  const bothHold = Promise.withResolvers<undefined>();
  let holding = 0;
  const both = async (first: string, second: string) =>
    prisma.transaction(async (tx) => {
      for (const limit of ['lock_timeout', 'statement_timeout', 'idle_in_transaction_session_timeout'])
        await tx.$executeRaw`SELECT set_config(${limit}, '10s', true)`;
      await touch(first, tx);
      if (++holding === 2) bothHold.resolve(undefined);
      await bothHold.promise;
      await touch(second, tx);
    });
  const ends = await Promise.allSettled([both('a', 'b'), both('b', 'a')]);
  const [victim] = ends.filter(({ status }) => status === 'rejected');
  throw (victim as PromiseRejectedResult).reason;
}

/** By what happens, a use of the database that it happens to. */
const PASSING: Record<string, () => Promise<unknown>> = {
  'a lock that is not to be had': () => touch('held'),
  'a lock that is not to be had in a transaction': () => prisma.transaction((tx) => touch('held', tx)),
  'a statement that takes too long': () => prisma.$queryRaw`SELECT pg_sleep(5)`,
  'a transaction that was idle for too long': () =>
    prisma.transaction(async (tx) => {
      await touch('a', tx);
      await sleep(800);
      await touch('b', tx);
    }),
  'a session that an operator ends': async () => {
    const waiting = sql.run(WAIT, []);
    waiting.catch(() => undefined);
    while ((await end(`query LIKE '%pg_sleep(5)%'`)).length === 0) await sleep(20);
    await waiting;
  },
  'a deadlock': deadlock,
  'a server that is away': () => new PrismaService(NOBODY).user.count(),
  'a server that is away, without Prisma': () => new Sql(NOBODY, new Log('silent')).run(WAIT, []),
};

describe('a failure that passes', () => {
  it.each(Object.keys(PASSING))('is %s', async (name) => {
    await database.query(`INSERT INTO users (id) VALUES ('held') ON CONFLICT DO NOTHING`);
    const held = await database.held(`SELECT 1 FROM users WHERE id = 'held' FOR UPDATE`);
    const error = await PASSING[name]?.().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    await held.release();
    expect([error, isPassing(error)]).toEqual([
      expect.objectContaining({ message: expect.any(String) }),
      true,
    ]);
  });

  it.each([
    ['a row that is there already', () => prisma.user.create({ data: { id: 'a' } })],
    ['a statement that is wrong', () => prisma.$queryRaw`SELECT nothing FROM nowhere`],
    ['a text that cannot be stored', () => prisma.user.create({ data: { id: '\0' } })],
    ['our own mistake', () => Promise.reject(new Error('lock'))],
  ])('is not %s', async (_, work) => {
    const error = await work().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect([error, isPassing(error)]).toEqual([
      expect.objectContaining({ message: expect.any(String) }),
      false,
    ]);
  });
});
