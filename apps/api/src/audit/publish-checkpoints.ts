import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock, Jobs, type Job } from '../platform/index.js';
import { Anchors } from './anchors/anchors.js';
import { AuditsNothing } from './audited.js';
import { Checkpoints } from './checkpoints.js';
import { CheckpointsRepository } from './checkpoints.repository.js';
import { Witnesses } from './witnesses/witnesses.js';

/** An event younger than this can be rewritten by anybody who has the database. */
const EVERY_MS = 60_000;
const LAST_RUN_MS = 5_000;
const DAY_MS = 86_400_000;

/** Each minute keeps a signed head of the tree, has it cosigned, and brings it outside. */
@AuditsNothing('a checkpoint vouches for the log; it is no access')
@Injectable()
export class PublishCheckpoints implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private job: Job | undefined;
  private preparedAt = 0;

  constructor(
    private readonly checkpoints: Checkpoints,
    private readonly witnesses: Witnesses,
    private readonly anchors: Anchors,
    private readonly rows: CheckpointsRepository,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
  ) {}

  onApplicationBootstrap(): void {
    this.job = this.jobs.every(EVERY_MS, 'signing the audit log', async () => {
      await this.prepare();
      await this.publish();
    });
  }

  /** Once more at the end, if that does not take long. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.job?.stop();
    const timeUp = new Promise((resolve) => setTimeout(resolve, LAST_RUN_MS).unref());
    await Promise.race([this.job?.run(), timeUp]);
  }

  /** Creates the partitions of the months to come; once a day is plenty. */
  async prepare(): Promise<void> {
    const now = this.clock.now();
    if (now < this.preparedAt + DAY_MS) return;
    await this.rows.addMonths();
    this.preparedAt = now;
  }

  /** A checkpoint of now, cosigned before anchors get it. */
  async publish(): Promise<void> {
    await this.checkpoints.make();
    await this.witnesses.ask();
    await this.anchors.send();
  }
}
