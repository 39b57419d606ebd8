import { describe, expect, it } from '@jest/globals';
import { backoffMs } from '../../platform/index.js';
import { REFRESH_WAITS, refreshAt } from './refresh-schedule.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2027, 0, 1);
const facts = {
  connectionId: 'con_1',
  refreshable: true,
  obtainedAt: NOW,
  expiresAt: NOW + HOUR,
  lastWantedAt: NOW,
};
const ids = Array.from({ length: 500 }, (_, n) => `con_${n}`);

describe('when a token set is refreshed unasked', () => {
  it('is five minutes before its expiry, up to half of that earlier, spread over connections', () => {
    const ahead = ids.map((connectionId) => NOW + HOUR - (refreshAt({ ...facts, connectionId }) ?? 0));
    expect(Math.min(...ahead)).toBeGreaterThanOrEqual(5 * 60_000);
    expect(Math.max(...ahead)).toBeLessThanOrEqual(7.5 * 60_000);
    expect(Math.max(...ahead) - Math.min(...ahead)).toBeGreaterThan(2 * 60_000);
  });

  it('is a fifth of a short life before its end, never before its beginning', () => {
    for (const connectionId of ids) {
      const at = refreshAt({ ...facts, connectionId, expiresAt: NOW + 60_000 }) ?? 0;
      expect(at).toBeGreaterThanOrEqual(NOW + 42_000);
      expect(at).toBeLessThanOrEqual(NOW + 48_000);
    }
    expect(refreshAt({ ...facts, expiresAt: NOW - 1 })).toBe(NOW - 1);
  });

  it('is within a week when nobody uses it, or when it never expires', () => {
    for (const idle of [{ lastWantedAt: NOW - 8 * DAY }, { expiresAt: undefined }]) {
      const at = refreshAt({ ...facts, ...idle }) ?? 0;
      expect(at).toBeGreaterThan(NOW + 6 * DAY);
      expect(at).toBeLessThanOrEqual(NOW + 7 * DAY);
    }
  });

  it('is never without a refresh token', () => {
    expect(refreshAt({ ...facts, refreshable: false })).toBeUndefined();
  });
});

it('waits longer after each failure, up to a quarter of an hour', () => {
  const waitAfter = (failures: number) => backoffMs(REFRESH_WAITS, failures);
  expect([1, 2, 3, 4].map(waitAfter)).toEqual([5_000, 10_000, 20_000, 40_000]);
  expect(waitAfter(40)).toBe(15 * 60_000);
});
