import type { Caller } from '../platform/index.js';

const MAX_REMEMBERED = 10_000;

interface Remembered {
  readonly caller: Caller;
  readonly until: number;
}

/**
 * Whose key it was a moment ago, so that not every request asks the database. Keys that are not good are not
 * remembered. `lifeMs` bounds how long a key that another process revoked, or an agent that it disabled, goes on here.
 */
export class RememberedCallers {
  private readonly byHash = new Map<string, Remembered>();
  private generation = 0;

  constructor(
    private readonly lifeMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** The caller behind a key's hash: remembered, else looked up. */
  async find(hash: string, look: () => Promise<Caller | undefined>): Promise<Caller | undefined> {
    const known = this.byHash.get(hash);
    if (known && known.until > this.now()) return known.caller;
    this.byHash.delete(hash);
    const { generation } = this;
    const until = this.now() + this.lifeMs;
    const caller = await look();
    if (caller && generation === this.generation) this.remember(hash, { caller, until });
    return caller;
  }

  /** After a change in this process: it holds from the next request on. A look that is under way is not kept. */
  forget(): void {
    this.generation++;
    this.byHash.clear();
  }

  private remember(hash: string, remembered: Remembered): void {
    if (this.byHash.size >= MAX_REMEMBERED) this.byHash.clear();
    this.byHash.set(hash, remembered);
  }
}
