import { describe, expect, it } from '@jest/globals';
import { TokenBuckets } from './token-buckets.js';

function buckets(perSecond: number, burst: number) {
  let now = 1_000;
  const own = new TokenBuckets(perSecond, burst, () => now);
  const take = (times: number, key = 'a') => Array.from({ length: times }, () => own.take(key));
  return { take, after: (ms: number) => void (now += ms) };
}
const admitted = (waits: readonly number[]) => waits.filter((wait) => wait === 0).length;

describe('a bucket of tokens', () => {
  it.each([
    [1, 1],
    [10, 20],
    [3, 7],
    [1_000, 2_000],
    [7, 1],
  ])('of %s a second lets %s in at once, and then as many as come to it', (perSecond, burst) => {
    const { take, after } = buckets(perSecond, burst);
    expect(admitted(take(burst + 50))).toBe(burst);
    after(1_000 / perSecond + 0.001);
    expect(admitted(take(5))).toBe(1);
    after(3_600_000);
    expect(admitted(take(burst + 50))).toBe(burst);
  });

  it('says how long to wait, and who waits so long is let in', () => {
    const { take, after } = buckets(2, 1);
    const [first, second] = take(2);
    expect([first, second]).toEqual([0, 500]);
    after(500);
    expect(take(1)).toEqual([0]);
  });

  it('is not emptied by those who are refused, nor by others', () => {
    const { take, after } = buckets(10, 1);
    take(1_000);
    expect(take(1, 'b')).toEqual([0]);
    after(100.001);
    expect(take(1)).toEqual([0]);
  });
});
