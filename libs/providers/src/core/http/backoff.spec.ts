import { expect, it } from '@jest/globals';
import { backoffMs } from './backoff.js';

const waits = { firstMs: 100, longestMs: 1_000 };

it('doubles up to the longest wait, after however many failures', () => {
  expect([1, 2, 3, 4, 5, 10_000].map((attempt) => backoffMs(waits, attempt))).toEqual([
    100, 200, 400, 800, 1_000, 1_000,
  ]);
});

it('grows by another factor where one is given', () => {
  expect([1, 2, 3].map((attempt) => backoffMs({ ...waits, factor: 3 }, attempt))).toEqual([100, 300, 900]);
});

it('takes off no more than the share that chance may take', () => {
  const jittered = { ...waits, jitter: 0.5 };
  expect([0, 0.5, 1].map((random) => backoffMs(jittered, 10, random))).toEqual([500, 750, 1_000]);
});
