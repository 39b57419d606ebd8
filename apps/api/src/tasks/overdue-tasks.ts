import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Audits } from '../audit/index.js';
import { Clock, Jobs } from '../platform/index.js';
import { CANCELABLE } from './task.js';
import { TaskOutcomes } from './task-outcomes.js';
import { TasksRepository } from './tasks.repository.js';

const EVERY_MS = 1_000;
const BATCH = 500;

/** Ends tasks that still wait when their deadline passes, whatever they wait for. */
@Audits('task.finished')
@Injectable()
export class OverdueTasks implements OnApplicationBootstrap {
  constructor(
    private readonly tasks: TasksRepository,
    private readonly outcomes: TaskOutcomes,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
  ) {}

  onApplicationBootstrap(): void {
    this.jobs.every(EVERY_MS, 'ending tasks whose deadline has passed', () => this.run());
  }

  /** One round. */
  async run(): Promise<void> {
    for (;;) {
      const overdue = await this.tasks.overdue(this.clock.date(), BATCH);
      await Promise.all(overdue.map((task) => this.outcomes.overdue(task, CANCELABLE)));
      if (overdue.length < BATCH || this.jobs.isStopping) return;
    }
  }
}
