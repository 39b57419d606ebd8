import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LATENCY_BOUNDS_MS, LATENCY_BUCKETS, latencyBucket, latencyQuantile } from './latency.js';

const histogram = (latencies: readonly number[]) => {
  const counts = Array.from({ length: LATENCY_BUCKETS }, () => 0);
  for (const ms of latencies) counts[latencyBucket(ms)] = (counts[latencyBucket(ms)] ?? 0) + 1;
  return counts;
};

describe('the latency that a share of calls does not exceed', () => {
  it('is none without calls', () => {
    expect(latencyQuantile(histogram([]), 0.5)).toBeUndefined();
    expect(latencyQuantile([], 0.5)).toBeUndefined();
  });

  it('lies in the bucket in which the exact one lies', () => {
    const list = fc.array(fc.integer({ min: 0, max: 200_000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(list, fc.constantFrom(0.5, 0.95), (latencies, share) => {
        const exact = latencies.toSorted((a, b) => a - b)[Math.ceil(latencies.length * share) - 1] ?? 0;
        const read = latencyQuantile(histogram(latencies), share) ?? -1;
        const bucket = latencyBucket(exact);
        expect(read).toBeGreaterThanOrEqual(LATENCY_BOUNDS_MS[bucket - 1] ?? 0);
        expect(read).toBeLessThanOrEqual(LATENCY_BOUNDS_MS[bucket] ?? 60_000);
      }),
    );
  });

  it('names the last bound for what is longer than all', () => {
    expect(latencyQuantile(histogram([1_000_000]), 0.95)).toBe(60_000);
  });
});
