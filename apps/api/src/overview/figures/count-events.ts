import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AuditsNothing, FollowLog } from '../../audit/index.js';
import { Clock, Jobs } from '../../platform/index.js';
import { COUNTED_TYPES, rollUp } from './figure.js';
import { RollupsRepository } from './rollups.repository.js';

/** Of its position in the log. */
export const COUNTER = 'valetkey:overview';
const EVERY_MS = 1_000;
const SAMPLE_EVERY_MS = 60_000;
const PURGE_EVERY_MS = 3_600_000;

/**
 * Keeps the counts of the overview: those of events, in the order of the log and each once, since the counts commit with
 * the position; and how many connections there are, as they are once a minute.
 */
@AuditsNothing('counts what is recorded')
@Injectable()
export class CountEvents implements OnApplicationBootstrap {
  constructor(
    private readonly follow: FollowLog,
    private readonly rows: RollupsRepository,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.jobs.every(EVERY_MS, 'counting events for the overview', () => this.countNew());
    const sampling = this.jobs.every(SAMPLE_EVERY_MS, 'counting connections for the overview', () =>
      this.sample(),
    );
    void sampling?.run();
    this.jobs.every(PURGE_EVERY_MS, 'the purge of old counts', () => this.purge());
  }

  /** Counts all events that are new. */
  countNew(): Promise<void> {
    return this.follow.followLog({
      name: COUNTER,
      types: COUNTED_TYPES,
      write: (tx, events) => this.rows.add(tx, rollUp(events)),
    });
  }

  /** Notes how many connections each connector has, by status. Twice in one interval, the later count stands. */
  sample(): Promise<void> {
    return this.rows.sampleConnections(this.clock.date());
  }

  /** Deletes counts of short intervals that are too old to be asked for. */
  purge(): Promise<void> {
    return this.rows.purge(this.clock.date());
  }
}
