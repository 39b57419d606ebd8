import { Injectable, type BeforeApplicationShutdown, type OnApplicationShutdown } from '@nestjs/common';
import { Log } from '../platform/index.js';
import type { NewAuditEvent } from './audit-event.js';
import { Audit } from './audit.js';

/** The longest that an outcome waits for other events to share their commit. */
const LATEST_MS = 5;
const AGAIN_MS = 1_000;
/** More outcomes than this are not kept while the log takes none, and none is tried for longer than five minutes. */
const MOST_KEPT = 10_000;
const MOST_TRIES = 300;

interface Outcome {
  readonly event: NewAuditEvent;
  readonly tries: number;
}

/**
 * Events of calls that are passed through. The intent is committed before the call; the outcome follows at once, shares
 * its commit with what else is recorded, and holds no answer up. An outage of the log delays outcomes; a crash loses
 * those of the last moment, and the intent without one is seen.
 */
@Injectable()
export class CallEvents implements BeforeApplicationShutdown, OnApplicationShutdown {
  private waiting: Outcome[] = [];
  private timer: NodeJS.Timeout | undefined;
  private readonly writing = new Set<Promise<void>>();
  private isStopping = false;

  constructor(
    private readonly audit: Audit,
    private readonly log: Log,
  ) {}

  /** Records what became of a call, a moment later. */
  ended(event: NewAuditEvent): void {
    this.waiting.push({ event, tries: 0 });
    if (this.isStopping) this.write();
    else this.timer ??= setTimeout(() => this.write(), LATEST_MS);
  }

  /** Resolves when every outcome so far is committed, or was tried to be. */
  async settled(): Promise<void> {
    this.write();
    await Promise.all(this.writing);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    await this.settled();
  }

  /** Requests in hand have ended by now. */
  async onApplicationShutdown(): Promise<void> {
    await this.settled();
    clearTimeout(this.timer);
    if (this.waiting.length > 0) this.log.error('outcomes of calls are lost', { count: this.waiting.length });
  }

  /** Each is an entry of its own, so that one that the log will not take holds up no other; they share a commit. */
  private write(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const outcomes = this.waiting;
    this.waiting = [];
    for (const outcome of outcomes) {
      const written = this.audit
        .record(outcome.event)
        .then(
          () => undefined,
          () => this.keep(outcome),
        )
        .finally(() => this.writing.delete(written));
      this.writing.add(written);
    }
  }

  private keep({ event, tries }: Outcome): void {
    if (tries >= MOST_TRIES || this.waiting.length >= MOST_KEPT)
      return this.log.error('the outcome of a call is lost', {
        action: event.action,
        connectionId: event.connectionId,
      });
    this.waiting.push({ event, tries: tries + 1 });
    if (!this.isStopping) this.timer ??= setTimeout(() => this.write(), AGAIN_MS);
  }
}
