import { Cache, type Caller, type Clock } from '../platform/index.js';

const MAX_REMEMBERED = 10_000;

/**
 * A cache of valid keys and enabled agents, so that not every request asks the database; negative answers are not
 * stored. `lifeMs` bounds how long a key that another process revoked, or an agent that it disabled, goes on here.
 */
export class RememberedCallers<T extends Caller | true = Caller> {
  private readonly known: Cache<T>;
  private generation = 0;

  constructor(
    lifeMs: number,
    private readonly clock: Pick<Clock, 'now'> = performance,
  ) {
    this.known = new Cache({ most: MAX_REMEMBERED, lifeMs, clock });
  }

  /** The caller behind a key's hash or an agent's id: cached, else looked up. */
  async findCaller(name: string, look: () => Promise<T | undefined>): Promise<T | undefined> {
    const known = this.known.get(name);
    if (known) return known;
    const { generation } = this;
    const start = this.clock.now();
    const found = await look();
    if (found && generation === this.generation) this.known.set(name, found, { start });
    return found;
  }

  /** After a change in this process: it holds from the next request on. A lookup that is under way is not stored. */
  forget(): void {
    this.generation++;
    this.known.clear();
  }
}
