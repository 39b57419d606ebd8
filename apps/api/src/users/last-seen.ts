import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Clock, Log } from '../platform/index.js';
import { UsersRepository } from './users.repository.js';

const WRITE_EVERY_MS = 1_000;
const ANEW_AFTER_MS = 60_000;
const MAX_REMEMBERED = 100_000;

/** Notes when users were here, at most once a minute each: many at a time, a moment later. Whoever is new is made known first. */
@Injectable()
export class LastSeen implements BeforeApplicationShutdown {
  private readonly noted = new Map<string, number>();
  private waiting = new Map<string, Date>();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly users: UsersRepository,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Resolves when the user is known; that they were here is written later. */
  async note(userId: string): Promise<void> {
    const now = this.clock.now();
    const before = this.noted.get(userId);
    if (before !== undefined && now - before < ANEW_AFTER_MS) return;
    if (before === undefined) {
      await this.users.ensure(userId, {});
      if (this.noted.size >= MAX_REMEMBERED) this.noted.clear();
    }
    this.noted.set(userId, now);
    this.waiting.set(userId, new Date(now));
    this.timer ??= setTimeout(() => (this.writing = this.write()), WRITE_EVERY_MS).unref();
  }

  /** The user was deleted: one who comes back is new. */
  forget(userId: string): void {
    this.noted.delete(userId);
    this.waiting.delete(userId);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    await this.writing;
    await this.write();
  }

  private async write(): Promise<void> {
    this.timer = undefined;
    const seen = this.waiting;
    this.waiting = new Map();
    try {
      if (seen.size === 0) return;
      const known = new Set(await this.users.seen(seen));
      // Deleted by another process: made known again when they come again.
      for (const userId of seen.keys()) if (!known.has(userId)) this.noted.delete(userId);
    } catch (error) {
      this.log.warn('when users were here could not be written', { users: seen.size, error });
    }
  }
}
