import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Clock, LastTimes, Log } from '../platform/index.js';
import { DeletedUsers } from './deleted-users.js';
import type { VerifiedUser } from './user-tokens.js';
import { UsersRepository } from './users.repository.js';

/** Notes when users were here, at most once a minute each. A user who is new is made known first. */
@Injectable()
export class LastSeen implements BeforeApplicationShutdown {
  private readonly times: LastTimes;

  constructor(
    private readonly users: UsersRepository,
    private readonly deleted: DeletedUsers,
    clock: Clock,
    log: Log,
  ) {
    this.times = new LastTimes('when users were here', (seen) => this.write(seen), clock, log);
  }

  /**
   * Resolves when the user is known; that they were here is written later.
   * @returns false when they were deleted since their token was issued: another process may have done so a moment ago
   */
  async note({ userId, issuedAtMs }: Pick<VerifiedUser, 'userId' | 'issuedAtMs'>): Promise<boolean> {
    if (!this.times.has(userId) && !(await this.register(userId, issuedAtMs))) return false;
    this.times.note(userId);
    return true;
  }

  /** The user was deleted: one who comes back is new. */
  forget(userId: string): void {
    this.times.forget(userId);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.times.stop();
  }

  private async register(userId: string, issuedAtMs: number | undefined): Promise<boolean> {
    if (!(await this.users.add(userId))) return true;
    if (!(await this.deleted.refuses(userId, issuedAtMs))) return true;
    await this.users.undoInsert(userId);
    return false;
  }

  private async write(seen: ReadonlyMap<string, Date>): Promise<void> {
    const known = new Set(await this.users.seen(seen));
    // Deleted by another process: made known again when they come again.
    for (const userId of seen.keys()) if (!known.has(userId)) this.times.forget(userId);
  }
}
