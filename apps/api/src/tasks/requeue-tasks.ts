import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AuditsNothing } from '../audit/index.js';
import { Clock, Jobs } from '../platform/index.js';
import { TaskMovesRepository } from './task-moves.repository.js';
import { TaskQueue } from './task-queue.js';
import { TasksRepository } from './tasks.repository.js';

const CONSENTS_EVERY_MS = 1_000;
const LOST_EVERY_MS = 15_000;
/** The job of a task that is younger may be on its way. */
const YOUNG_MS = 5_000;
const BATCH = 1_000;

/** Puts tasks on the queue whose user has consented, and those whose job was lost. */
@AuditsNothing('puts tasks on the queue; what they do is recorded when they run')
@Injectable()
export class RequeueTasks implements OnApplicationBootstrap {
  constructor(
    private readonly tasks: TasksRepository,
    private readonly moves: TaskMovesRepository,
    private readonly queue: TaskQueue,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
  ) {}

  onApplicationBootstrap(): void {
    this.jobs.every(CONSENTS_EVERY_MS, 'waking tasks after consent', () => this.wakeAuthorized());
    const lost = this.jobs.every(LOST_EVERY_MS, 'putting lost tasks on the queue', () => this.addLost());
    void lost?.run();
  }

  private async wakeAuthorized(): Promise<void> {
    for (const id of await this.tasks.authorized(BATCH)) {
      const moved = await this.moves.move({
        id,
        from: ['waiting_for_authorization'],
        change: { status: 'queued', error: null },
        message: 'The user has authorized; queued again.',
      });
      if (moved) await this.queue.add(moved);
    }
  }

  /** A crash between the row and the job, or a queue that lost its data: the row is the truth. */
  private async addLost(): Promise<void> {
    const now = this.clock.now();
    const carried = await this.queue.carried();
    for (;;) {
      const lost = await this.tasks.stranded(carried, new Date(now - YOUNG_MS), BATCH);
      for (const task of lost) {
        await this.queue.add(task, Math.max(0, (task.runAt?.getTime() ?? now) - now));
        carried.push(task.id);
      }
      if (lost.length < BATCH || this.jobs.isStopping) return;
    }
  }
}
