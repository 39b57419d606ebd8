/** A lease lasts three times as long, at least: one extension that is late or lost ends none. */
const EXTEND_EVERY_MS = 3_000;

/** How a lease is extended, and what is said of an extension that failed; the work goes on. */
export interface KeptLease {
  readonly extend: () => Promise<unknown>;
  readonly onFailure: (error: unknown) => void;
}

/** Does `work` and extends the lease on it as long as it takes; between two extensions no connection is held. */
export async function keepAlive<Result>(
  { extend, onFailure }: KeptLease,
  work: () => Promise<Result>,
): Promise<Result> {
  const timer = setInterval(() => void extend().catch(onFailure), EXTEND_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
