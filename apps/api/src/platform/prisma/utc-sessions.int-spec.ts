import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../testing/index.js';
import { PrismaService } from './prisma.service.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const { pathname } = new URL(database.url);
  await database.query(`ALTER DATABASE "${pathname.slice(1)}" SET timezone TO 'Asia/Kathmandu'`);
});
afterAll(() => database.drop());

/** As PostgreSQL itself has it. */
const stored = async (id: string) =>
  (
    await database.query<{ ms: number }>(
      `SELECT (extract(epoch FROM created_at) * 1000)::float8 AS ms FROM users WHERE id = $1`,
      [id],
    )
  )[0]?.ms;

describe.each([
  ['alone', '', '0'],
  ['with options of its own', '?options=-c%20statement_timeout%3D50s', '50s'],
  ['with other parameters', '?application_name=a+b&keepalives=1', '0'],
])('a database in another zone, whose URL comes %s', (_, parameters, statementTimeout) => {
  let prisma: PrismaService;
  beforeAll(async () => {
    prisma = new PrismaService(`${database.url}${parameters}`);
    await database.query('DELETE FROM users');
  });
  afterAll(() => prisma.$disconnect());

  it('keeps a time as it was given, and gives it back', async () => {
    const createdAt = new Date('2028-02-29T23:30:00.123Z');
    await prisma.user.create({ data: { id: 'ada', createdAt } });
    expect(await stored('ada')).toBe(createdAt.getTime());
    expect((await prisma.user.findUnique({ where: { id: 'ada' } }))?.createdAt).toEqual(createdAt);
  });

  it('gives a time of its own clock as it is', async () => {
    await database.query(`INSERT INTO users (id) VALUES ('alan')`);
    const row = await prisma.user.findUnique({ where: { id: 'alan' } });
    expect(Math.abs((row?.createdAt.getTime() ?? 0) - ((await stored('alan')) ?? 0))).toBeLessThan(1);
  });

  it('compares times with its own clock, and takes days for those of UTC', async () => {
    const late = new Date('2028-02-29T23:30:00Z');
    const [row] = await prisma.$queryRaw<
      { apart: number; day: string }[]
    >`SELECT extract(epoch FROM now() - ${new Date()}::timestamptz)::float8 AS apart, (${late}::date)::text AS day`;
    expect(Math.abs(row?.apart ?? 3_600)).toBeLessThan(600);
    expect(row?.day).toBe('2028-02-29');
  });

  it('keeps what else the URL asks for', async () => {
    const [row] = await prisma.$queryRaw<
      { limit: string }[]
    >`SELECT current_setting('statement_timeout') AS limit`;
    expect(row?.limit).toBe(statementTimeout);
  });
});
