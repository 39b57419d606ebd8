import { Injectable } from '@nestjs/common';
import { QueueEngine, type JobType, type Queue } from '../platform/queue/index.js';
import { PRIORITIES, type Task } from './task.js';

export const QUEUE_NAME = 'tasks';

const UNFINISHED: JobType[] = ['wait', 'active', 'delayed', 'prioritized'];
const READ_AT_ONCE = 10_000;

/** Puts tasks on the queue. A job's id is its task's, so that a task is never there twice. */
@Injectable()
export class TaskQueue {
  constructor(private readonly engine: QueueEngine) {}

  async add({ id, priority }: Pick<Task, 'id' | 'priority'>, delayMs = 0): Promise<void> {
    const queue = await this.queue();
    await queue.add(
      'run',
      { taskId: id },
      {
        jobId: id,
        delay: delayMs,
        // The queue begins with the lowest number, and with jobs that have none before all others.
        priority: PRIORITIES.highest + 1 - priority,
        removeOnComplete: true,
        removeOnFail: true,
      },
    );
  }

  /** Takes a task's job off; one that is being worked on stays. */
  async remove(taskId: string): Promise<void> {
    await (await this.queue()).remove(taskId).catch(() => undefined);
  }

  /** The tasks that jobs carry. A job that moves on while they are read may be missing. */
  async carried(): Promise<string[]> {
    const queue = await this.queue();
    const ids: string[] = [];
    for (let from = 0; ; from += READ_AT_ONCE) {
      const page = await queue.getRanges(UNFINISHED, from, from + READ_AT_ONCE - 1);
      if (page.length === 0) return ids;
      ids.push(...page);
    }
  }

  private queue(): Promise<Queue> {
    return this.engine.queue(QUEUE_NAME);
  }
}
