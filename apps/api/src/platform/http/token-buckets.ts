import { Cache } from '../time/cache.js';

/** Of more callers than this those who came least lately start anew. */
const MOST_CALLERS = 50_000;

/** One bucket of tokens for each key: filled steadily, `burst` at most. What is kept of it is when it will be full. */
export class TokenBuckets {
  private readonly fullAt = new Cache<number>({ most: MOST_CALLERS });

  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Takes a token. @returns 0, or the milliseconds until there is one; then none was taken */
  take(key: string): number {
    const now = this.now();
    const everyMs = 1_000 / this.perSecond;
    const fullAt = Math.max(this.fullAt.get(key) ?? now, now) + everyMs;
    const waitMs = fullAt - now - this.burst * everyMs;
    if (waitMs > 1e-6) return waitMs;
    this.fullAt.set(key, fullAt);
    return 0;
  }
}
