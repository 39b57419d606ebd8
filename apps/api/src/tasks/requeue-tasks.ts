import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AuditsNothing } from '../audit/index.js';
import { Clock, Jobs } from '../platform/index.js';
import { TaskQueue } from './task-queue.js';
import { TasksRepository } from './tasks.repository.js';

const EVERY_MS = 1_000;
const YOUNG_MS = 5_000;
const BATCH = 200;

/** Puts tasks on the queue whose user has consented, and those whose job was lost. */
@AuditsNothing('puts tasks on the queue; what they do is recorded when they run')
@Injectable()
export class RequeueTasks implements OnApplicationBootstrap {
  constructor(
    private readonly tasks: TasksRepository,
    private readonly queue: TaskQueue,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
  ) {}

  onApplicationBootstrap(): void {
    this.jobs.every(EVERY_MS, 'putting tasks on the queue', () => this.run());
  }

  private async run(): Promise<void> {
    for (const id of await this.tasks.authorized(BATCH)) {
      const moved = await this.tasks.move(id, ['waiting_for_authorization'], {
        status: 'queued',
        message: 'The user has authorized; queued again.',
        error: null,
      });
      if (moved) await this.queue.add(id);
    }
    await this.readdLost();
  }

  /** A crash between the row and the job, or a queue that lost its data: the row is the truth. */
  private async readdLost(): Promise<void> {
    const now = this.clock.now();
    for (const { id, runAt } of await this.tasks.underway(new Date(now - YOUNG_MS), BATCH)) {
      if (await this.queue.has(id)) continue;
      await this.queue.add(id, Math.max(0, (runAt?.getTime() ?? now) - now));
    }
  }
}
