interface Failures {
  count: number;
  since: number;
}

const WINDOW_MS = 15 * 60_000;
const ALLOWED = 10;
const MAX_REMEMBERED = 10_000;

/** Counts failed sign-ins by address and by account in a window of 15 minutes; kept in memory. */
export class SignInThrottle {
  private readonly failures = new Map<string, Failures>();

  /** Milliseconds until another try is allowed; 0 when it is now. */
  waitMs(keys: readonly string[], now: number): number {
    return Math.max(0, ...keys.map((key) => this.waitForKey(key, now)));
  }

  failed(keys: readonly string[], now: number): void {
    if (this.failures.size > MAX_REMEMBERED) this.failures.clear();
    for (const key of keys) {
      const known = this.failures.get(key);
      if (known && now - known.since < WINDOW_MS) known.count += 1;
      else this.failures.set(key, { count: 1, since: now });
    }
  }

  succeeded(keys: readonly string[]): void {
    for (const key of keys) this.failures.delete(key);
  }

  private waitForKey(key: string, now: number): number {
    const known = this.failures.get(key);
    return known && known.count >= ALLOWED ? Math.max(0, known.since + WINDOW_MS - now) : 0;
  }
}
