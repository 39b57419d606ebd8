import type { IncomingMessage, Server } from 'node:http';
import { Problem } from '../platform/index.js';

/** How fast a body has to come, on average; the first seconds are free. */
export interface Pace {
  readonly bytesPerS: number;
  readonly freeS: number;
  /** How often that is looked at. */
  readonly everyS: number;
}

/** A slow line carries 32 MiB in half an hour; whoever sends next to nothing is told after 20 s. */
const PACE: Pace = { bytesPerS: 16 * 1024, freeS: 20, everyS: 2 };

interface Progress {
  /** What had come over the connection at the last look. */
  bytes: number;
  /** Bytes by which the body is ahead of its pace. */
  ahead: number;
  /** Looks since it was refused. */
  looksAfter: number | undefined;
}

/** So many looks after its refusal a body is cut off; until then its answer is on the way. */
const LOOKS_FOR_ANSWER = 3;

/**
 * Refuses bodies that trickle in: each would hold its request, what has come of it and its connection for as long as its
 * sender likes. Node's `requestTimeout` knows one time for all bodies, which is too long for small ones or too short for
 * large ones. A body that nobody takes, because we have not come to it or the provider it is passed to is slow, is not
 * late. Looks are counted and not timed, so that a process that was stopped for a while refuses nobody for it.
 */
export class SlowClientGuard {
  private readonly coming = new Map<IncomingMessage, Progress>();

  constructor(private readonly pace = PACE) {}

  /** Looks after the bodies of a server that are watched, as long as it listens. */
  hold(server: Server): void {
    server.once('listening', () => {
      const timer = setInterval(() => this.look(), this.pace.everyS * 1000).unref();
      server.once('close', () => clearInterval(timer));
    });
  }

  /** Watches the body of this request, before anybody reads it. */
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
      // Whoever reads the body hears of it and answers. Where nobody does any more, that is over.
      if (progress.looksAfter === undefined && request.listenerCount('error') > 0) {
        progress.looksAfter = 0;
        request.emit('error', tooSlow(this.pace));
      } else if (progress.looksAfter === undefined || (progress.looksAfter += 1) >= LOOKS_FOR_ANSWER)
        request.destroy();
    }
  }
}

function tooSlow({ bytesPerS, freeS }: Pace): Problem {
  return new Problem(
    408,
    'request_timeout',
    `The body came too slowly: after ${freeS} s it has to have come at ${bytesPerS / 1024} KiB/s on average.`,
    {},
    { connection: 'close' },
  );
}
