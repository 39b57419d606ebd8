import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { findProvider, type Provider, type ProviderError } from '@valetkey/providers';
import { Log, Sql } from '../../platform/index.js';
import { createTestDatabase, TestClock, type TestDatabase } from '../../platform/testing/index.js';
import { LeasedBudgets } from './leased-budgets.js';
import { ProviderBudgets } from './provider-budgets.js';
import { ProviderLimitsRepository } from './provider-limits.repository.js';
import { ProviderPauses } from './provider-pauses.js';

const MINUTE = 60_000;
const acme = {
  ...findProvider('gmail'),
  id: 'acme',
  budgets: [
    { name: 'units', units: 200, windowMs: MINUTE, costs: [{ methods: ['POST'], units: 10 }, { units: 1 }] },
    { name: 'writes', units: 15, windowMs: 10 * MINUTE, costs: [{ methods: ['PATCH'], units: 1 }] },
  ],
  oneAtATime: /\/locked$/,
} as unknown as Provider;

let database: TestDatabase;
const clock = new TestClock();
const log = new Log('silent');
const pools: Sql[] = [];
let accounts = 0;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await Promise.all(pools.map((sql) => sql.onApplicationShutdown()));
  await database.drop();
});

/** A process with calls to make for an account of the spec's own. */
function process(account = `account-${++accounts}`) {
  const sql = new Sql(database.url, log);
  pools.push(sql);
  let statements = 0;
  const counted = {
    run: (...query: Parameters<Sql['run']>) => {
      statements += 1;
      return sql.run(...query);
    },
  } as Sql;
  const rows = new ProviderLimitsRepository(counted);
  const budgets = new ProviderBudgets(
    new LeasedBudgets(rows, clock),
    new ProviderPauses(rows, clock, log),
    clock,
  );
  let sent = 0;
  const spend = (method: string, path: string, send: () => Promise<unknown>, isPublished = true) =>
    budgets.spend(acme, account, { method, path, isPublished }, async () => {
      await send();
      return { statusCode: 200, headers: {} };
    });
  const call = async (method = 'POST', isPublished = true): Promise<ProviderError | undefined> => {
    try {
      await spend(method, '/x', async () => ++sent, isPublished);
      return undefined;
    } catch (error) {
      return error as ProviderError;
    }
  };
  return { account, budgets, spend, call, sent: () => sent, statements: () => statements };
}

async function calls(one: ReturnType<typeof process>, count: number, method = 'POST') {
  for (let n = 0; n < count; n++) await one.call(method);
}

it('lets the published budget through over all processes, and refuses before anything leaves', async () => {
  const first = process();
  const second = process(first.account);
  await Promise.all([calls(first, 20), calls(second, 20), calls(first, 20), calls(second, 20)]);
  expect(first.sent() + second.sent()).toBe(20);
  expect(await second.call()).toMatchObject({
    code: 'rate_limited',
    reason: 'budget',
    retryable: true,
    mayHaveHappened: false,
    retryAfterMs: expect.any(Number),
  });
  const grace = process();
  await grace.call();
  expect(grace.sent()).toBe(1);
});

it('refuses nobody again who comes back when told to', async () => {
  const first = process();
  const second = process(first.account);
  await calls(first, 20);
  const refused = await second.call();
  expect(refused?.retryAfterMs).toBeGreaterThan(MINUTE / 2);
  clock.advance(refused?.retryAfterMs ?? 0);
  expect(await second.call()).toBeUndefined();
});

it('allows no more over a window that slides, wherever it begins', async () => {
  const { call, sent, ...one } = process();
  await call('GET');
  clock.advance(MINUTE - 10);
  await calls({ call, sent, ...one }, 19);
  clock.advance(20);
  await calls({ call, sent, ...one }, 20);
  expect(sent()).toBeLessThanOrEqual(20);
});

it('keeps every budget that a request counts in', async () => {
  const one = process();
  await calls(one, 20, 'PATCH');
  expect(one.sent()).toBe(15);
  expect(await one.call('PATCH')).toMatchObject({ reason: 'budget' });
  expect(await one.call('GET')).toBeUndefined();
});

it('writes once for many calls of a busy account', async () => {
  const one = process();
  await calls(one, 150, 'GET');
  expect(one.sent()).toBe(150);
  expect(one.statements()).toBeLessThan(30);
});

it('leaves hosts alone for which the provider publishes nothing', async () => {
  const one = process();
  for (let n = 0; n < 30; n++) await one.call('POST', false);
  expect(one.sent()).toBe(30);
});

it('keeps no account by its name, and no row for long', async () => {
  const one = process('ada@example.com');
  await one.call();
  const rows = () => database.query<{ text: string }>('SELECT b::text AS text FROM provider_budgets b');
  expect((await rows()).map(({ text }) => text).join()).not.toContain('ada');
  clock.advance(60 * MINUTE);
  await process().call('HEAD', false);
  expect(await rows()).toEqual([]);
});

it('makes calls of one account that must not overlap one after another, the failed ones too', async () => {
  const one = process();
  const order: string[] = [];
  const locked = (name: string) =>
    one.spend('GET', '/locked', async () => {
      order.push(`${name} in`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      order.push(`${name} out`);
      if (name === 'a') throw new Error('failed');
    });
  await Promise.allSettled([locked('a'), locked('b'), locked('c')]);
  expect(order).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
});
