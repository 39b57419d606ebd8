import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Clock, Log } from '../platform/index.js';
import { DeletedUsers } from './deleted-users.js';
import type { VerifiedUser } from './user-tokens.js';
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
    private readonly deleted: DeletedUsers,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /**
   * Resolves when the user is known; that they were here is written later.
   * @returns false when they were deleted since their token was issued: another process may have done so a moment ago
   */
  async note({ userId, issuedAtMs }: Pick<VerifiedUser, 'userId' | 'issuedAtMs'>): Promise<boolean> {
    const now = this.clock.now();
    if (now - (this.noted.get(userId) ?? 0) < ANEW_AFTER_MS) return true;
    if (!this.noted.has(userId)) {
      if (!(await this.welcome(userId, issuedAtMs))) return false;
      if (this.noted.size >= MAX_REMEMBERED) this.noted.clear();
    }
    this.noted.set(userId, now);
    this.waiting.set(userId, new Date(now));
    this.timer ??= setTimeout(() => (this.writing = this.write()), WRITE_EVERY_MS).unref();
    return true;
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

  private async welcome(userId: string, issuedAtMs: number | undefined): Promise<boolean> {
    if (!(await this.users.add(userId))) return true;
    if (!(await this.deleted.refuses(userId, issuedAtMs))) return true;
    await this.users.takeBack(userId);
    return false;
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
