import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Log } from '../log/log.js';
import { createTestDatabase, type TestDatabase } from '../testing/index.js';
import { binaryArrays, type Column } from './binary-arrays.js';
import { Sql } from './sql.js';

let database: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  database = await createTestDatabase();
  sql = new Sql(database.url, new Log());
});
afterAll(async () => {
  await sql.onApplicationShutdown();
  await database.drop();
});

const ECHO = { name: 'echo', text: 'SELECT $1::text[] AS texts, $2::int[] AS ints, $3::bytea[] AS bytes' };
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const rows = fc.array(
  fc.record({
    text: maybe(fc.string({ unit: 'binary' }).map((value) => value.toWellFormed().replaceAll('\0', ''))),
    int: maybe(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
    bytes: maybe(fc.uint8Array({ maxLength: 40 }).map((value) => Buffer.from(value))),
  }),
  { minLength: 1, maxLength: 70 },
);

/** The expected values: NULL only for nothing but NULL. */
const expected = (values: Column['values']) => (values.every((value) => value === null) ? null : values);

it('come back from the database as they were sent, whatever they hold', async () => {
  await fc.assert(
    fc.asyncProperty(rows, async (all) => {
      const [texts, ints, bytes] = [
        all.map(({ text }) => text),
        all.map(({ int }) => int),
        all.map((row) => row.bytes),
      ];
      const columns: Column[] = [
        { type: 'text', values: texts },
        { type: 'int', values: ints },
        { type: 'bytea', values: bytes },
      ];
      expect(await sql.run(ECHO, binaryArrays(columns))).toEqual([
        { texts: expected(texts), ints: expected(ints), bytes: expected(bytes) },
      ]);
    }),
    { numRuns: 200 },
  );
});

it('hold text as long as text can be', async () => {
  const long = 'ä€😀'.repeat(100_000);
  const values = binaryArrays([{ type: 'text', values: [long, undefined, ''] }]);
  const text = 'SELECT $1::text[] AS texts';
  expect(await sql.run({ name: 'long', text }, values)).toEqual([{ texts: [long, null, ''] }]);
});
