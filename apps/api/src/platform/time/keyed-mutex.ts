/** Lets calls of one key go one after another; one that does not end keeps the others for a while only. */
export class KeyedMutex {
  private readonly last = new Map<string, Promise<void>>();

  constructor(private readonly longestMs: number) {}

  /** Makes a call after those before it of the same key, however they end. */
  async take<Result>(key: string, call: () => Promise<Result>): Promise<Result> {
    const before = this.last.get(key);
    let end: () => void = () => undefined;
    const mine = new Promise<void>((resolve) => (end = resolve));
    const after = Promise.resolve(before).then(() => mine);
    this.last.set(key, after);
    await before;
    const timer = setTimeout(end, this.longestMs).unref();
    try {
      return await call();
    } finally {
      clearTimeout(timer);
      end();
      if (this.last.get(key) === after) this.last.delete(key);
    }
  }
}
