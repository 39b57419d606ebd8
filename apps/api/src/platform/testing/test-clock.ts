import { Clock } from '../time/clock.js';

/**
 * The machine's clock, which specs can advance. They stop it where what they look at depends on the moment, so that it
 * is the same wherever in an hour or a day they begin, and however long the machine takes.
 */
export class TestClock extends Clock {
  private offsetMs = 0;
  private stoppedAt: number | undefined;

  now(): number {
    return (this.stoppedAt ?? Date.now()) + this.offsetMs;
  }

  advance(ms: number): void {
    this.offsetMs += ms;
  }

  /** Lets no time pass but what it is advanced by. */
  stop(): void {
    this.stoppedAt ??= Date.now();
  }

  /** Goes with the machine again; what passed meanwhile has passed here too. */
  resume(): void {
    this.stoppedAt = undefined;
  }
}
