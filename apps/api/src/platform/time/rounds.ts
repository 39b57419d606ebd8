import type { Log } from '../log/index.js';

/** Work that is done again and again, one run at a time. */
export interface Rounds {
  /** One round now, or the one under way. */
  run(): Promise<void>;
  /** No further round; resolves when the one under way has ended. */
  stop(): Promise<void>;
}

/** Starts rounds of `work`, which the log calls `what`. They keep no process alive; after one that failed comes the next. */
export function startRounds(
  log: Pick<Log, 'error'>,
  everyMs: number,
  what: string,
  work: () => Promise<void>,
): Rounds {
  let underWay: Promise<void> | undefined;
  const tell = (error: unknown) => log.error(`${what} failed; it is tried again`, { error });
  const run = () =>
    (underWay ??= work()
      .catch(tell)
      .finally(() => (underWay = undefined)));
  const timer = setInterval(run, everyMs).unref();
  return {
    run,
    stop: async () => {
      clearInterval(timer);
      await underWay;
    },
  };
}
