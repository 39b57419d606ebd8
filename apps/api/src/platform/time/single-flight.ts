/** Runs work once for all callers that ask for it while it is under way. */
export class SingleFlight<Result> {
  private readonly underWay = new Map<string, Promise<Result>>();

  /**
   * The result of the work under way for this key, else that of `work`. A failure reaches all callers, and is not kept.
   */
  run(key: string, work: () => Promise<Result>): Promise<Result> {
    const known = this.underWay.get(key);
    if (known) return known;
    const begun = work().finally(() => this.underWay.delete(key));
    this.underWay.set(key, begun);
    return begun;
  }

  /** Resolves when all work that is under way now has ended, well or not. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.underWay.values());
  }
}
