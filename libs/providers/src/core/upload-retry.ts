import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs } from './http/backoff.js';
import { ProviderError } from './provider-error.js';

const PAUSES = { firstMs: 200, longestMs: 5_000 };
const BREAKS_WITHOUT_PROGRESS = 4;

/** Whether an upload may go on after this: the line broke, or the provider asks for a short pause. */
const mayGoOn = (error: unknown): error is ProviderError =>
  error instanceof ProviderError && error.retryable && error.reason !== 'canceled';

/** Lets an upload survive breaks: counts those in a row and waits between them, longer each time. */
export class UploadRetry {
  #inARow = 0;

  constructor(private readonly signal: AbortSignal) {}

  /** Something more has arrived at the provider. */
  progress(): void {
    this.#inARow = 0;
  }

  /**
   * Waits, if it makes sense to go on.
   * @throws the error itself if it will not pass by waiting, if the provider asks to wait longer than a caller
   *   would, or if nothing has arrived over several breaks.
   */
  async survive(error: unknown): Promise<void> {
    this.#inARow += 1;
    if (!mayGoOn(error) || this.#inARow >= BREAKS_WITHOUT_PROGRESS) throw error;
    const pause = error.retryAfterMs ?? backoffMs(PAUSES, this.#inARow);
    if (pause > PAUSES.longestMs) throw error;
    await sleep(pause, undefined, { signal: this.signal }).catch(() => {
      throw error;
    });
  }
}
