import { LRUCache } from 'lru-cache';
import type { Clock } from './clock.js';

export interface CacheBounds {
  /** Of more entries than this the ones used least lately go. */
  readonly most: number;
  /** How long an entry stands, in whole milliseconds; for ever if left out. */
  readonly lifeMs?: number;
  /** What entries age by; a clock that starts at 0 would have none of them age. */
  readonly clock?: Pick<Clock, 'now'>;
}

/** A map of bounded size whose entries may end: one whose life is over is not found. */
export class Cache<Value extends NonNullable<unknown>> extends LRUCache<string, Value> {
  constructor({ most, lifeMs, clock = performance }: CacheBounds) {
    super({
      // Counted as sizes, since `max` would allocate room for all of them at once.
      maxSize: most,
      sizeCalculation: () => 1,
      // lru-cache lets an entry be as old as its life; here it is over by then.
      ...(lifeMs === undefined ? {} : { ttl: lifeMs - 1 }),
      ttlResolution: 0,
      perf: clock,
    });
  }
}
