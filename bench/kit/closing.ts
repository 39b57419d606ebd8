/** Stops everything that was started, in the opposite order, even after a failure. */
export class Closing {
  private readonly steps: (() => Promise<void>)[] = [];

  /** Remembers how something is stopped, and gives it back. */
  add<T>(started: T, stop: (started: T) => Promise<void>): T {
    this.steps.push(() => stop(started));
    return started;
  }

  /** @throws the first failure, once everything else is stopped */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (const step of this.steps.splice(0).reverse())
      await step().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }
}

/** Runs `work` and stops what it has started. */
export async function closing<T>(work: (started: Closing) => Promise<T>): Promise<T> {
  const started = new Closing();
  try {
    return await work(started);
  } finally {
    await started.close();
  }
}
