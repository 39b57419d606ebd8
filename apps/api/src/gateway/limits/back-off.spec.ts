import { describe, expect, it } from '@jest/globals';
import { BackOff } from './back-off.js';

const MINUTE = 60_000;

/** Refused each time as soon as the wait is over. */
function refusedInARow(backOff: BackOff, times: number, firstMs?: number): number[] {
  let now = 0;
  return Array.from({ length: times }, () => {
    const waitMs = backOff.onFailure('ada', now, firstMs);
    now += waitMs;
    return waitMs;
  });
}

describe('a wait that nobody names', () => {
  it('doubles while every next call is refused, up to a minute or so', () => {
    expect(refusedInARow(new BackOff(), 8)).toEqual(
      [1, 2, 4, 8, 16, 32, 64, 64].map((seconds) => seconds * 1_000),
    );
  });

  it('begins with what the refusal means', () => {
    expect(refusedInARow(new BackOff(), 3, MINUTE)).toEqual([MINUTE, 2 * MINUTE, 4 * MINUTE]);
  });

  it('begins anew after a call that went well', () => {
    const backOff = new BackOff();
    refusedInARow(backOff, 3);
    backOff.onSuccess('ada', MINUTE);
    expect(backOff.onFailure('ada', MINUTE)).toBe(1_000);
  });

  it('is neither lengthened nor forgotten for calls that were on their way when it began', () => {
    const backOff = new BackOff();
    backOff.onFailure('ada', 0);
    expect(backOff.onFailure('ada', 400)).toBe(600);
    backOff.onSuccess('ada', 500);
    expect(backOff.onFailure('ada', 1_000)).toBe(2_000);
  });

  it('is one of each account', () => {
    const backOff = new BackOff();
    refusedInARow(backOff, 3);
    expect(backOff.onFailure('grace', MINUTE)).toBe(1_000);
  });

  it('is forgotten when nobody comes back', () => {
    const backOff = new BackOff();
    refusedInARow(backOff, 3);
    backOff.sweep(120 * MINUTE);
    expect(backOff.onFailure('ada', 120 * MINUTE)).toBe(1_000);
  });
});
