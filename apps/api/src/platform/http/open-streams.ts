import { Injectable } from '@nestjs/common';
import type { Caller } from './caller.js';
import { Problem, retryAfterHeader } from '../problems/index.js';

const MOST_STREAMS = 10;
const ASK_AGAIN_MS = 5_000;

/** Keeps one caller from holding many long answers open: streams of events, exports. Each process counts for itself. */
@Injectable()
export class OpenStreams {
  private readonly open = new Map<string, number>();

  /**
   * Counts a stream that begins. @returns what ends it, once
   * @throws Problem 429 `rate_limited` when the caller has ten open
   */
  enter({ type, id }: Caller): () => void {
    const key = `${type} ${id}`;
    const others = this.open.get(key) ?? 0;
    if (others >= MOST_STREAMS)
      throw new Problem(
        'rate_limited.streams',
        { caller: type, limit: MOST_STREAMS, reason: 'caller', retryAfterMs: ASK_AGAIN_MS },
        retryAfterHeader(ASK_AGAIN_MS),
      );
    this.open.set(key, others + 1);
    return () => {
      const left = (this.open.get(key) ?? 1) - 1;
      if (left === 0) this.open.delete(key);
      else this.open.set(key, left);
    };
  }
}
