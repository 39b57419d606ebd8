/** Wall clock, injected so that tests own the time. */
export abstract class Clock {
  /** Now, in milliseconds since the epoch. */
  abstract now(): number;

  /** Now, as a Date. */
  date(): Date {
    return new Date(this.now());
  }
}

/** The machine's clock. */
export class SystemClock extends Clock {
  now(): number {
    return Date.now();
  }
}
