import type { Log } from '../log/index.js';
import { Cache } from './cache.js';
import type { Clock } from './clock.js';

const WRITE_EVERY_MS = 1_000;
/** The last time of a thing in constant use is written once in this interval. */
const ANEW_AFTER_MS = 60_000;
const MOST = 100_000;

/** Last times of use: written many at a time, a moment later, so that no request waits for it. */
export class LastTimes {
  private readonly noted: Cache<number>;
  private waiting = new Map<string, Date>();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  /** @param what their name in the log, in case they cannot be written */
  constructor(
    private readonly what: string,
    private readonly write: (times: ReadonlyMap<string, Date>) => Promise<void>,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {
    this.noted = new Cache({ most: MOST, clock });
  }

  /** Whether a time was noted at all. */
  has(id: string): boolean {
    return this.noted.has(id);
  }

  /** Whether the recorded time is recent enough not to be written again. */
  isRecent(id: string): boolean {
    return this.clock.now() - (this.noted.get(id) ?? 0) < ANEW_AFTER_MS;
  }

  note(id: string): void {
    if (this.isRecent(id)) return;
    const now = this.clock.now();
    this.noted.set(id, now);
    this.waiting.set(id, new Date(now));
    this.timer ??= setTimeout(() => (this.writing = this.writeAll()), WRITE_EVERY_MS).unref();
  }

  forget(id: string): void {
    this.noted.delete(id);
    this.waiting.delete(id);
  }

  /** Writes the times that are still waiting. */
  async stop(): Promise<void> {
    clearTimeout(this.timer);
    await this.writing;
    await this.writeAll();
  }

  private async writeAll(): Promise<void> {
    this.timer = undefined;
    const times = this.waiting;
    this.waiting = new Map();
    try {
      if (times.size > 0) await this.write(times);
    } catch (error) {
      this.log.warn(`${this.what} could not be written`, { count: times.size, error });
    }
  }
}
