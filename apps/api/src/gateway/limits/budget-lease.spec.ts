import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { take, type Lease } from './budget-lease.js';

const BUDGET = { units: 100, windowMs: 60_000 };

it('takes the preferred units as far as they are free, and not less than what is needed', () => {
  const first = take([], BUDGET, { needed: 1, preferred: 80, now: 0 });
  expect(first).toEqual({
    leases: [{ units: 80, until: 66_000 }],
    block: { units: 80, spendUntil: 6_000 },
  });
  const leases = 'leases' in first ? first.leases : [];
  expect(take(leases, BUDGET, { needed: 10, preferred: 80, now: 1 })).toMatchObject({ block: { units: 20 } });
  expect(take(leases, BUDGET, { needed: 21, preferred: 21, now: 1 })).toEqual({ waitMs: 65_999 });
});

it('says how long it takes until enough counts no more', () => {
  const leases = [
    { units: 60, until: 9_000 },
    { units: 40, until: 5_000 },
  ];
  expect(take(leases, BUDGET, { needed: 40, preferred: 40, now: 1_000 })).toEqual({ waitMs: 4_000 });
  expect(take(leases, BUDGET, { needed: 41, preferred: 41, now: 1_000 })).toEqual({ waitMs: 8_000 });
});

it('lets a request alone that costs more than there is, when nothing else counts', () => {
  expect(take([], BUDGET, { needed: 150, preferred: 150, now: 0 })).toMatchObject({ block: { units: 150 } });
  const leases = [{ units: 1, until: 500 }];
  expect(take(leases, BUDGET, { needed: 150, preferred: 150, now: 0 })).toEqual({ waitMs: 500 });
});

it('never gives more for any window than the budget, however late a block is spent', () => {
  const asks = fc.array(
    fc.record({
      afterMs: fc.integer({ min: 0, max: 20_000 }),
      needed: fc.integer({ min: 1, max: 30 }),
      preferred: fc.integer({ min: 1, max: 60 }),
      late: fc.double({ min: 0, max: 0.999, noNaN: true }),
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(asks, (requests) => {
      let now = 0;
      let leases: readonly Lease[] = [];
      const spent: { at: number; units: number }[] = [];
      for (const { afterMs, needed, preferred, late } of requests) {
        now += afterMs;
        const taking = take(leases, BUDGET, { needed, preferred, now });
        if ('waitMs' in taking) {
          expect(taking.waitMs).toBeGreaterThan(0);
          continue;
        }
        leases = taking.leases;
        spent.push({ at: now + late * (taking.block.spendUntil - now), units: taking.block.units });
      }
      for (const { at } of spent) {
        const within = spent.filter((other) => other.at >= at && other.at < at + BUDGET.windowMs);
        expect(within.reduce((sum, { units }) => sum + units, 0)).toBeLessThanOrEqual(BUDGET.units);
      }
    }),
  );
});
