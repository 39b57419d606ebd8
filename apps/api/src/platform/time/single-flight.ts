/** Work that is done once for all callers who ask while it is under way. */
export class SingleFlight<Result> {
  private readonly underWay = new Map<string, Promise<Result>>();

  /** What is under way for this key, else what `work` begins. A failure is told to all of them, and not kept. */
  run(key: string, work: () => Promise<Result>): Promise<Result> {
    const known = this.underWay.get(key);
    if (known) return known;
    const begun = work().finally(() => this.underWay.delete(key));
    this.underWay.set(key, begun);
    return begun;
  }

  /** Resolves when all that is under way now has ended, well or not. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.underWay.values());
  }
}
