import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Authorizations } from '../../authorizations/index.js';
import { OpenStreams } from '../../platform/index.js';
import type { McpAsker } from '../mcp-asker.js';

/** Statuses in which the user has nothing to answer any more. */
const ANSWERED: readonly string[] = ['completed', 'denied', 'failed'];
const LOOK_EVERY_MS = 1_000;

/** Holds an answer until a user has answered a consent. */
@Injectable()
export class ConsentWaits {
  private readonly stopping = new AbortController();

  constructor(
    private readonly authorizations: Authorizations,
    private readonly streams: OpenStreams,
  ) {}

  beforeApplicationShutdown(): void {
    this.stopping.abort();
  }

  /**
   * @returns whether it still waits for the user, after `ms`
   * @throws Problem 429 `rate_limited` for more answers than one caller may have held
   */
  async isPendingAfter(id: string, { caller, signal }: McpAsker, ms: number): Promise<boolean> {
    const leave = this.streams.enter(caller);
    const end = performance.now() + ms;
    const isOver = () => signal.aborted || this.stopping.signal.aborted || performance.now() >= end;
    try {
      while (await this.isPending(id)) {
        if (isOver()) return true;
        const until = AbortSignal.any([signal, this.stopping.signal]);
        await sleep(LOOK_EVERY_MS, undefined, { signal: until }).catch(() => undefined);
      }
      return false;
    } finally {
      leave();
    }
  }

  private async isPending(id: string): Promise<boolean> {
    const record = await this.authorizations.getAuthorization(id);
    const isAnswered =
      ANSWERED.includes(record.status) || ![undefined, 'scopes_dropped'].includes(record.error);
    return !isAnswered && !this.authorizations.isExpired(record);
  }
}
