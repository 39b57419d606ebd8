/** A time after which work is given up, beside the signal by which its caller does. */
export class TimeLimit {
  readonly signal: AbortSignal;
  hasPassed = false;
  private readonly timer: ReturnType<typeof setTimeout>;

  constructor(ms: number, outer?: AbortSignal) {
    const controller = new AbortController();
    this.signal = outer ? AbortSignal.any([outer, controller.signal]) : controller.signal;
    // The longest time that a timer takes; a longer one would end at once.
    this.timer = setTimeout(() => this.pass(controller), Math.min(ms, 2 ** 31 - 1));
  }

  /** The work is done, or goes on without a limit; the caller's signal still ends it. */
  end(): void {
    clearTimeout(this.timer);
  }

  private pass(controller: AbortController): void {
    this.hasPassed = true;
    controller.abort();
  }
}

/** Waits so many milliseconds. @throws the signal's reason, at once when it is aborted */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
