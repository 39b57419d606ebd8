import { beforeEach, describe, expect, it } from '@jest/globals';
import { BackOff } from './back-off.js';

const MINUTE = 60_000;
const START = 1_000_000_000;

let now: number;
let backOff: BackOff;
beforeEach(() => {
  now = START;
  backOff = new BackOff({ now: () => now });
});

/** Refused each time as soon as the wait is over. */
function refusedInARow(times: number, firstMs?: number): number[] {
  return Array.from({ length: times }, () => {
    const waitMs = backOff.onFailure('ada', firstMs);
    now += waitMs;
    return waitMs;
  });
}

describe('a wait that nobody names', () => {
  it('doubles while every next call is refused, up to a minute or so', () => {
    expect(refusedInARow(8)).toEqual([1, 2, 4, 8, 16, 32, 64, 64].map((seconds) => seconds * 1_000));
  });

  it('begins with what the refusal means', () => {
    expect(refusedInARow(3, MINUTE)).toEqual([MINUTE, 2 * MINUTE, 4 * MINUTE]);
  });

  it('begins anew after a call that went well', () => {
    refusedInARow(3);
    backOff.onSuccess('ada');
    expect(backOff.onFailure('ada')).toBe(1_000);
  });

  it('is neither lengthened nor forgotten for calls that were on their way when it began', () => {
    backOff.onFailure('ada');
    now += 400;
    expect(backOff.onFailure('ada')).toBe(600);
    backOff.onSuccess('ada');
    now += 600;
    expect(backOff.onFailure('ada')).toBe(2_000);
  });

  it('is one of each account', () => {
    refusedInARow(3);
    expect(backOff.onFailure('grace')).toBe(1_000);
  });

  it('is forgotten when nobody comes back', () => {
    refusedInARow(3);
    now += 120 * MINUTE;
    expect(backOff.onFailure('ada')).toBe(1_000);
  });
});
