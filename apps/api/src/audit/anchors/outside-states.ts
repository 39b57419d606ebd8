import { Injectable } from '@nestjs/common';
import { Clock, Log } from '../../platform/index.js';
import { OutsideError } from './outside-error.js';
import { OutsideStatesRepository, type OutsideState } from './outside-states.repository.js';

/** How far places outside of this database, anchors and witnesses, have the log, and why one has no more. */
@Injectable()
export class OutsideStates {
  constructor(
    private readonly rows: OutsideStatesRepository,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** @param name the place; anchors have addresses, witnesses names of keys */
  state(name: string): Promise<OutsideState> {
    return this.rows.ofPlace(name);
  }

  /**
   * Brings a place further than it is. A failure is kept and logged, and does not come out: it is tried again.
   * @param bring is told the size of the tree that the place has, and yields each larger one that it has then
   */
  async advance(name: string, bring: (throughSize: number) => AsyncIterable<number>): Promise<void> {
    const { throughSize, failedAt } = await this.rows.ofPlace(name);
    try {
      for await (const size of bring(throughSize)) await this.rows.reached(name, size, this.clock.date());
      if (!failedAt) return;
      await this.rows.recovered(name);
      this.log.warn('a place outside takes checkpoints of the audit log again', { place: name });
    } catch (error) {
      const reason = error instanceof OutsideError ? error.message : 'unknown';
      const text = 'a place outside takes no checkpoints of the audit log; it is tried again';
      this.log.error(text, { place: name, reason });
      await this.rows.failed(name, this.clock.date(), reason);
    }
  }
}
