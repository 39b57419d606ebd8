import { describe, expect, it } from '@jest/globals';
import { TestClock } from '../testing/index.js';
import { Cache } from './cache.js';

describe('a cache', () => {
  it('lets the entry go that was used least lately when there are too many', () => {
    const cache = new Cache<number>({ most: 2 });
    cache.set('a', 1).set('b', 2);
    cache.get('a');
    cache.set('c', 3);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
  });

  it('finds an entry for as long as it lives by the given clock, not once it is that old', () => {
    let now = 1;
    const cache = new Cache<string>({ most: 2, lifeMs: 1_000, clock: { now: () => now } });
    cache.set('a', 'first');
    now += 999;
    expect([cache.get('a'), cache.has('a')]).toEqual(['first', true]);
    now += 1;
    expect([cache.has('a'), cache.get('a')]).toEqual([false, undefined]);
  });

  it('keeps entries without a life however late it is', () => {
    const clock = new TestClock();
    const cache = new Cache<string>({ most: 2, clock });
    cache.set('a', 'first');
    clock.advance(10 ** 12);
    expect(cache.get('a')).toBe('first');
  });
});
