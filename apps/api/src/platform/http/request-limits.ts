import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS_TOKEN, type Settings } from '../../config/index.js';
import type { Caller, CallerType } from './caller.js';
import { Problem, retryAfterHeader } from '../problems/index.js';
import { TokenBuckets } from './token-buckets.js';

/** How many seconds' worth of requests may come at once. */
const BURST_S = 2;

/** Keeps one agent, user or operator from taking what all need. Each process counts for itself. */
@Injectable()
export class RequestLimits {
  private readonly buckets: Readonly<Record<CallerType, TokenBuckets>>;

  constructor(@Inject(SETTINGS_TOKEN) private readonly settings: Settings) {
    const of = (type: CallerType) =>
      new TokenBuckets(settings.requestsPerSecond[type], BURST_S * settings.requestsPerSecond[type]);
    this.buckets = { agent: of('agent'), user: of('user'), operator: of('operator') };
  }

  /** Counts a request. @throws Problem 429 `rate_limited` */
  take({ type, id }: Caller): void {
    const waitMs = this.buckets[type].take(id);
    if (waitMs === 0) return;
    const retryAfterMs = Math.ceil(waitMs);
    throw new Problem(
      'rate_limited',
      { caller: type, limit: this.settings.requestsPerSecond[type], reason: 'caller', retryAfterMs },
      retryAfterHeader(retryAfterMs),
    );
  }
}
