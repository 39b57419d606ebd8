import type { IncomingMessage, Server } from 'node:http';
import { Problem } from '../platform/index.js';

/** The minimum average rate of a body; the first seconds are free. */
export interface Pace {
  readonly bytesPerS: number;
  readonly freeS: number;
  /** Seconds between two looks. */
  readonly everyS: number;
}

/** A slow line carries 32 MiB in half an hour; a client that sends next to nothing is refused after 20 s. */
const PACE: Pace = { bytesPerS: 16 * 1024, freeS: 20, everyS: 2 };

interface Progress {
  /** Bytes read from the connection by the last look. */
  bytes: number;
  /** Bytes by which the body is ahead of its pace. */
  ahead: number;
  /** Looks since the body was refused. */
  looksAfter: number | undefined;
}

/** Looks after its refusal at which a body is cut off; until then its answer is under way. */
const LOOKS_FOR_ANSWER = 3;

/**
 * Refuses bodies that trickle in: each would hold its request, its memory and its connection for as long as its sender
 * likes. Node's `requestTimeout` has one time for all bodies, which is too long for small ones or too short for large
 * ones. A body that is not being read, because we are busy or the provider that it is forwarded to is slow, is not
 * late. Looks are counted and not timed, so that a process that was stopped for a while does not refuse anybody for it.
 */
export class SlowClientGuard {
  private readonly coming = new Map<IncomingMessage, Progress>();

  constructor(private readonly pace = PACE) {}

  /** Starts looking at the watched bodies of a server, as long as it listens. */
  hold(server: Server): void {
    server.once('listening', () => {
      const timer = setInterval(() => this.look(), this.pace.everyS * 1000).unref();
      server.once('close', () => clearInterval(timer));
    });
  }

  /** Watches the body of this request, before anything reads it. */
  watch(request: IncomingMessage): void {
    const ahead = this.pace.bytesPerS * this.pace.freeS;
    this.coming.set(request, { bytes: request.socket.bytesRead, ahead, looksAfter: undefined });
    request.once('close', () => this.coming.delete(request));
  }

  private look(): void {
    for (const [request, progress] of this.coming) {
      const bytes = request.socket.bytesRead;
      const isOurs = request.readableLength > 0;
      progress.ahead += bytes - progress.bytes - (isOurs ? 0 : this.pace.bytesPerS * this.pace.everyS);
      progress.bytes = bytes;
      if (request.complete) this.coming.delete(request);
      if (request.complete || progress.ahead > 0) continue;
      // The reader of the body gets the error and answers. Without a reader the request is destroyed.
      if (progress.looksAfter === undefined && request.listenerCount('error') > 0) {
        progress.looksAfter = 0;
        request.emit('error', tooSlow(this.pace));
      } else if (progress.looksAfter === undefined || (progress.looksAfter += 1) >= LOOKS_FOR_ANSWER)
        request.destroy();
    }
  }
}

function tooSlow({ bytesPerS, freeS }: Pace): Problem {
  return new Problem('request_timeout', { freeS, kibPerS: bytesPerS / 1024 }, { connection: 'close' });
}
