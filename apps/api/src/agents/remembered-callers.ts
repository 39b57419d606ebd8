import { Cache, type Caller, type Clock } from '../platform/index.js';

const MAX_REMEMBERED = 10_000;

/**
 * Whose key it was a moment ago, so that not every request asks the database. Keys that are not good are not
 * remembered. `lifeMs` bounds how long a key that another process revoked, or an agent that it disabled, goes on here.
 */
export class RememberedCallers {
  private readonly byHash: Cache<Caller>;
  private generation = 0;

  constructor(
    lifeMs: number,
    private readonly clock: Pick<Clock, 'now'> = performance,
  ) {
    this.byHash = new Cache({ most: MAX_REMEMBERED, lifeMs, clock });
  }

  /** The caller behind a key's hash: remembered, else looked up. */
  async find(hash: string, look: () => Promise<Caller | undefined>): Promise<Caller | undefined> {
    const known = this.byHash.get(hash);
    if (known) return known;
    const { generation } = this;
    const start = this.clock.now();
    const caller = await look();
    if (caller && generation === this.generation) this.byHash.set(hash, caller, { start });
    return caller;
  }

  /** After a change in this process: it holds from the next request on. A look that is under way is not kept. */
  forget(): void {
    this.generation++;
    this.byHash.clear();
  }
}
