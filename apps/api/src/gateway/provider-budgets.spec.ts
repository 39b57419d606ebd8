import { expect, it } from '@jest/globals';
import { findProvider, type Provider, type ProviderError } from '@valetkey/providers';
import { TestClock } from '../platform/testing/index.js';
import { ProviderBudgets } from './provider-budgets.js';

const MINUTE = 60_000;
const acme = {
  ...findProvider('gmail'),
  id: 'acme',
  budgets: [
    { name: 'units', units: 200, windowMs: MINUTE, costs: [{ methods: ['POST'], units: 10 }, { units: 1 }] },
  ],
  oneAtATime: /\/locked$/,
} as unknown as Provider;

function stage() {
  const clock = new TestClock();
  const budgets = new ProviderBudgets(clock);
  let sent = 0;
  const call = (method = 'POST', account = 'ada') =>
    budgets
      .spend(acme, account, { method, path: '/x' }, async () => ++sent)
      .catch((error: ProviderError) => error);
  return { clock, budgets, call, sent: () => sent };
}

it('lets half of the published budget through for each account, and refuses before anything leaves', async () => {
  const { call, sent } = stage();
  for (let n = 0; n < 10; n++) await call();
  const refused = await call();
  expect(refused).toMatchObject({
    code: 'rate_limited',
    reason: 'budget',
    retryable: true,
    mayHaveHappened: false,
  });
  expect((refused as ProviderError).retryAfterMs).toBeGreaterThan(MINUTE / 2);
  expect(sent()).toBe(10);
  expect(await call('POST', 'grace')).toBe(11);
});

it('refuses nobody again who comes back when told to', async () => {
  const { call, clock } = stage();
  for (let n = 0; n < 10; n++) await call();
  const { retryAfterMs } = (await call()) as ProviderError;
  clock.advance((retryAfterMs ?? 0) + 1);
  expect(await call()).toBe(11);
});

it('allows no more over a window that slides, wherever it begins', async () => {
  const { call, clock, sent } = stage();
  clock.advance(0);
  await call('GET');
  clock.advance(MINUTE - 10);
  for (let n = 0; n < 9; n++) await call();
  clock.advance(20);
  for (let n = 0; n < 10; n++) await call();
  expect(sent()).toBeLessThanOrEqual(11);
});

it('makes calls of one account that must not overlap one after another, the failed ones too', async () => {
  const { budgets } = stage();
  const order: string[] = [];
  const locked = (name: string, account: string) =>
    budgets.spend(acme, account, { method: 'GET', path: '/locked' }, async () => {
      order.push(`${name} in`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      order.push(`${name} out`);
      if (name === 'a') throw new Error('failed');
    });
  const all = [locked('a', 'ada'), locked('b', 'ada'), locked('c', 'ada')];
  await Promise.allSettled(all);
  expect(order).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
});
