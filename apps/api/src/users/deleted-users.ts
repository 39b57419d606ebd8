import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Clock, sha256, type Transaction } from '../platform/index.js';
import { DeletedUsersRepository } from './deleted-users.repository.js';

/** How old the news of deletions may be: user tokens from before stop working everywhere within two seconds. */
const NEWS_MS = 1_000;
/** A deletion becomes visible when its transaction commits, and clocks differ: the last minute is read again. */
const OVERLAP_MS = 60_000;

/** A user who was deleted lately, by the SHA-256 of their id in base64. */
export interface Deletion {
  readonly userHash: string;
  readonly deletedAt: number;
}

/** Remembers that users were deleted, so that tokens from before no longer speak for them. */
@Injectable()
export class DeletedUsers {
  private readAt: number | undefined;
  private areExpected = false;
  private reading: Promise<readonly Deletion[]> | undefined;

  constructor(
    private readonly rows: DeletedUsersRepository,
    private readonly clock: Clock,
  ) {}

  add(tx: Transaction, userId: string, at: Date): Promise<void> {
    return this.rows.add(tx, sha256(userId), at);
  }

  /**
   * Whether a token is from before its user was deleted. `iat` counts whole seconds (RFC 7519, section 4.1.6): one of
   * the second in which the user was deleted is from before.
   * @param issuedAt milliseconds since the epoch; a token that does not tell may be as old as any
   */
  async refuses(userId: string, issuedAt: number | undefined): Promise<boolean> {
    const deletedAt = await this.rows.deletedAt(sha256(userId));
    return deletedAt !== undefined && (issuedAt ?? 0) < deletedAt.getTime();
  }

  /** Waits until a token issued now is after the user's deletion: for a second at most. */
  async settle(userId: string): Promise<void> {
    const deletedAt = (await this.rows.deletedAt(sha256(userId)))?.getTime() ?? 0;
    const waitMs = Math.ceil(deletedAt / 1000) * 1000 - this.clock.now();
    if (waitMs > 0) await sleep(Math.min(waitMs, 1_000));
  }

  /** Another process may have deleted a user: what is told next is read before. */
  expectNews(): void {
    this.areExpected = true;
  }

  /** Deletions that are news: asked for before each use of what is remembered, read once a second. */
  async news(): Promise<readonly Deletion[]> {
    const now = this.clock.now();
    const areYoung = this.readAt !== undefined && now - this.readAt < NEWS_MS;
    if (areYoung && !this.areExpected) return this.reading ?? [];
    this.areExpected = false;
    const from = Math.min(now, this.readAt ?? now) - OVERLAP_MS;
    this.readAt = now;
    this.reading = this.read(from).finally(() => (this.reading = undefined));
    return this.reading.catch((error: unknown) => {
      this.readAt = undefined;
      throw error;
    });
  }

  private async read(from: number): Promise<readonly Deletion[]> {
    const rows = await this.rows.since(new Date(from));
    return rows.map(({ userHash, deletedAt }) => ({
      userHash: Buffer.from(userHash).toString('base64'),
      deletedAt: deletedAt.getTime(),
    }));
  }
}
