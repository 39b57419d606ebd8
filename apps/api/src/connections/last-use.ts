import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Clock, Log } from '../platform/index.js';
import { ConnectionsRepository } from './connections.repository.js';

const WRITE_EVERY_MS = 1_000;
/** A connection in steady use is written so often. */
const ANEW_AFTER_MS = 60_000;
const MAX_REMEMBERED = 100_000;

/** Notes when connections are used: many at a time, a moment later, so that no reader waits for it. */
@Injectable()
export class LastUse implements BeforeApplicationShutdown {
  private readonly written = new Map<string, number>();
  private waiting = new Map<string, Date>();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly connections: ConnectionsRepository,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  note(connectionId: string): void {
    const now = this.clock.now();
    if (now - (this.written.get(connectionId) ?? 0) < ANEW_AFTER_MS) return;
    if (this.written.size >= MAX_REMEMBERED) this.written.clear();
    this.written.set(connectionId, now);
    this.waiting.set(connectionId, new Date(now));
    this.timer ??= setTimeout(() => (this.writing = this.write()), WRITE_EVERY_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    await this.writing;
    await this.write();
  }

  private async write(): Promise<void> {
    this.timer = undefined;
    const uses = this.waiting;
    this.waiting = new Map();
    try {
      if (uses.size > 0) await this.connections.used(uses);
    } catch (error) {
      this.log.warn('last uses could not be written', { connections: uses.size, error });
    }
  }
}
