import { Injectable } from '@nestjs/common';
import { Clock, Log } from '../platform/index.js';
import { TaskQueue } from './task-queue.js';
import { TasksRepository } from './tasks.repository.js';

const EVERY_MS = 1_000;
const YOUNG_MS = 5_000;
const BATCH = 200;

/** The worker's rounds: tasks whose user has consented go on, and tasks whose job was lost get a new one. */
@Injectable()
export class TaskRounds {
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> | undefined;

  constructor(
    private readonly tasks: TasksRepository,
    private readonly queue: TaskQueue,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  start(): void {
    this.timer = setInterval(
      () => (this.round ??= this.run().finally(() => (this.round = undefined))),
      EVERY_MS,
    );
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.round;
  }

  private async run(): Promise<void> {
    try {
      for (const id of await this.tasks.authorized(BATCH)) {
        const moved = await this.tasks.move(id, ['waiting_for_authorization'], {
          status: 'queued',
          message: 'The user has authorized; queued again.',
          error: null,
        });
        if (moved) await this.queue.add(id);
      }
      await this.readdLost();
    } catch (error) {
      this.log.error('a round of the task worker failed', { error });
    }
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
