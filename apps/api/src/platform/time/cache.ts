import { LRUCache } from 'lru-cache';
import type { Clock } from './clock.js';

export interface CacheBounds {
  /** The most entries; beyond that the least recently used are evicted. */
  readonly most: number;
  /** The life of an entry, in whole milliseconds; without it entries do not expire. */
  readonly lifeMs?: number;
  /** The clock that entries age by; with one that starts at 0 no entry would age. */
  readonly clock?: Pick<Clock, 'now'>;
}

/** A map of bounded size whose entries may expire. */
export class Cache<Value extends NonNullable<unknown>> extends LRUCache<string, Value> {
  constructor({ most, lifeMs, clock = performance }: CacheBounds) {
    super({
      // Counted as sizes, since `max` would allocate room for all of them at once.
      maxSize: most,
      sizeCalculation: () => 1,
      // lru-cache keeps an entry for its whole life; here it is expired at that moment.
      ...(lifeMs === undefined ? {} : { ttl: lifeMs - 1 }),
      ttlResolution: 0,
      perf: clock,
    });
  }
}
