import { backoffMs, Cache, type Clock } from '../../platform/index.js';

/** The first wait where neither the response nor its meaning names one. */
const FIRST_MS = 1_000;
/** The longest wait, as a multiple of the first. */
const MOST_TIMES = 64;
/** A wait after which no call has come for this long is dropped. */
const FORGOTTEN_MS = 3_600_000;
const MOST_ACCOUNTS = 20_000;

interface Wait {
  /** Refusals in a row. */
  readonly refusals: number;
  readonly until: number;
}

/**
 * Waits after refusals that do not say how long: twice as long each time the next call is refused as well
 * (https://developers.google.com/workspace/calendar/api/guides/quota#backoff, and GitHub asks for the same).
 */
export class BackOff {
  private readonly waits: Cache<Wait>;

  constructor(private readonly clock: Pick<Clock, 'now'>) {
    this.waits = new Cache({ most: MOST_ACCOUNTS, clock });
  }

  /**
   * @param firstMs the first wait, where it is known what the refusal means
   * @returns how long to wait
   */
  onFailure(key: string, firstMs = FIRST_MS): number {
    const now = this.clock.now();
    const last = this.waits.get(key);
    // The response to a call that was sent before the wait began does not lengthen it.
    if (last && now < last.until) return last.until - now;
    const refusals = (last?.refusals ?? 0) + 1;
    const waitMs = backoffMs({ firstMs, longestMs: MOST_TIMES * firstMs }, refusals);
    this.waits.set(key, { refusals, until: now + waitMs }, { ttl: waitMs + FORGOTTEN_MS });
    return waitMs;
  }

  /** A call went well. */
  onSuccess(key: string): void {
    const last = this.waits.get(key);
    if (last && this.clock.now() >= last.until) this.waits.delete(key);
  }
}
