import { Injectable } from '@nestjs/common';
import { QueueEngine, type Queue } from '../platform/queue/index.js';

export const QUEUE_NAME = 'tasks';

/** Puts tasks on the queue. A job's id is its task's, so that a task is never there twice. */
@Injectable()
export class TaskQueue {
  private opening: Promise<Queue> | undefined;

  constructor(private readonly engine: QueueEngine) {}

  async add(taskId: string, delayMs = 0): Promise<void> {
    const queue = await this.queue();
    await queue.add(
      'run',
      { taskId },
      { jobId: taskId, delay: delayMs, removeOnComplete: true, removeOnFail: true },
    );
  }

  /** Takes a task's job off; one that is being worked on stays. */
  async remove(taskId: string): Promise<void> {
    await (await this.queue()).remove(taskId).catch(() => undefined);
  }

  /** Whether a job carries this task. */
  async has(taskId: string): Promise<boolean> {
    return (await (await this.queue()).getJob(taskId)) !== undefined;
  }

  private queue(): Promise<Queue> {
    this.opening ??= this.engine.queue(QUEUE_NAME);
    return this.opening;
  }
}
