import type { Precondition } from '../audit/index.js';
import { Problem, type Clock } from '../platform/index.js';
import { preconditionOf, type SealedConnection } from './connection.js';

/** How often a connection is tried that changes each time just as its use is recorded. */
const TRIES = 4;

/** A connection to be used: as it was read a moment ago, which may not hold any more, else as it is found. */
export class SoughtConnection {
  /** @param find throws the problem when there is none */
  constructor(
    private readonly remembered: SealedConnection | undefined,
    private readonly find: () => Promise<SealedConnection>,
    private readonly clock: Clock,
  ) {}

  /**
   * Uses it. `use` records that, under the precondition if there is one; it gives `undefined` when that did not hold and
   * nothing was recorded or done. The connection is then found anew.
   * @throws Problem 503 `unavailable` when it changes each time
   */
  async use<Result extends object>(
    use: (
      connection: SealedConnection,
      precondition: Precondition | undefined,
    ) => Promise<Result | undefined>,
  ): Promise<Result> {
    let connection = this.remembered ?? (await this.find());
    for (let tries = 1; ; tries++) {
      const result = await use(connection, preconditionOf(connection, this.clock.now()));
      if (result) return result;
      if (tries === TRIES) throw changing();
      connection = await this.find();
    }
  }
}

function changing(): Problem {
  return new Problem('unavailable.changing', {}, { 'retry-after': '1' });
}
