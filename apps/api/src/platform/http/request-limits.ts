import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS_TOKEN, type Settings } from '../../config/index.js';
import type { Caller, CallerType } from './caller.js';
import { Problem, retryAfterHeader } from '../problems/index.js';
import { addressBlock } from './addresses.js';
import { TokenBuckets } from './token-buckets.js';

/** How many seconds' worth of requests may come at once. */
const BURST_S = 2;

/** Of public routes that cost a look into the database: enough to mirror a log, too few to hold up its callers. */
const ADDRESS_RATE = 50;

/** Keeps one agent, user or operator from taking what all need. Each process counts for itself. */
@Injectable()
export class RequestLimits {
  private readonly buckets: Readonly<Record<CallerType | 'address', TokenBuckets>>;

  constructor(@Inject(SETTINGS_TOKEN) private readonly settings: Settings) {
    const of = (rate: number) => new TokenBuckets(rate, BURST_S * rate);
    const { agent, user, operator } = settings.requestsPerSecond;
    this.buckets = { agent: of(agent), user: of(user), operator: of(operator), address: of(ADDRESS_RATE) };
  }

  /** Counts a request. @throws Problem 429 `rate_limited` */
  take({ type, id }: Caller): void {
    this.count(type, id, this.settings.requestsPerSecond[type]);
  }

  /** Counts a request of nobody in particular, by the network that it comes from. @throws Problem 429 `rate_limited` */
  takeAddress(ip: string): void {
    this.count('address', addressBlock(ip), ADDRESS_RATE);
  }

  private count(type: CallerType | 'address', key: string, limit: number): void {
    const waitMs = this.buckets[type].take(key);
    if (waitMs === 0) return;
    const retryAfterMs = Math.ceil(waitMs);
    throw new Problem(
      'rate_limited',
      { caller: type, limit, reason: 'caller', retryAfterMs },
      retryAfterHeader(retryAfterMs),
    );
  }
}
