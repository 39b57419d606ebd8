import { describe, expect, it } from '@jest/globals';
import { FAILING_MS, failingPercent, MOST_ATTEMPTS, nextAttemptMs } from './attempts.js';

const HOUR_MS = 3_600_000;

/** The time from the first to the last attempt, at a given chance. */
function spanMs(random: number): number {
  let span = 0;
  for (let attempts = 1; ; attempts++) {
    const wait = nextAttemptMs(attempts, random);
    if (wait === undefined) return span;
    span += wait;
  }
}

describe('the attempts of a message', () => {
  it('span three days and a few hours, however chance falls', () => {
    for (const random of [0, 0.5, 1]) {
      expect(spanMs(random)).toBeGreaterThanOrEqual(FAILING_MS);
      expect(spanMs(random)).toBeLessThan(FAILING_MS + 9 * HOUR_MS);
    }
  });

  it('come soon at first and six hours apart in the end', () => {
    expect([1, 2, 3].map((attempts) => nextAttemptMs(attempts, 1))).toEqual([6_000, 24_000, 96_000]);
    expect(nextAttemptMs(MOST_ATTEMPTS - 1, 1)).toBe(6 * HOUR_MS);
    expect(nextAttemptMs(MOST_ATTEMPTS, 1)).toBeUndefined();
  });

  it('come no sooner than the receiver asks for, within reason', () => {
    expect(nextAttemptMs(1, 1, 60_000)).toBe(60_000);
    expect(nextAttemptMs(1, 1, 24 * HOUR_MS)).toBe(6 * HOUR_MS);
    expect(nextAttemptMs(4, 1, 1_000)).toBe(384_000);
  });
});

it('warns at half, seven and nine tenths of three days, and at their end', () => {
  const since = new Date(0);
  const at = (share: number) => failingPercent(since, share * FAILING_MS);
  expect([0, 0.49, 0.5, 0.69, 0.7, 0.9, 0.99, 1, 2].map(at)).toEqual([0, 0, 50, 50, 70, 90, 90, 100, 100]);
});
