import { Injectable } from '@nestjs/common';
import { Changes, OpenStreams, type Caller } from '../platform/index.js';
import { hasEnded, type Task } from './task.js';
import { TasksService } from './tasks.service.js';
import { WakeUp } from './wake-up.js';

/** How long a change without a notification stays unseen. */
const LOOK_AGAIN_MS = 2_000;

/** Holds an answer until a task has ended. */
@Injectable()
export class TaskEnds {
  private readonly stopping = new AbortController();

  constructor(
    private readonly tasks: TasksService,
    private readonly changes: Changes,
    private readonly streams: OpenStreams,
  ) {}

  beforeApplicationShutdown(): void {
    this.stopping.abort();
  }

  /**
   * @returns the task as it is when it has ended, or after `ms`
   * @throws Problem 429 `rate_limited` for more answers than one caller may have held
   */
  async within(task: Task, caller: Caller, ms: number): Promise<Task> {
    const leave = this.streams.enter(caller);
    const wakeUp = new WakeUp();
    const call = () => wakeUp.call();
    wakeUp.onEnd(
      this.changes.on('valetkey_tasks', (id) => {
        if (id === undefined || id === task.id) call();
      }),
    );
    this.stopping.signal.addEventListener('abort', call);
    const end = performance.now() + ms;
    try {
      for (let now = task; ; now = await this.tasks.getTask(task.id, caller)) {
        const left = end - performance.now();
        if (hasEnded(now.status) || left <= 0 || this.stopping.signal.aborted) return now;
        await wakeUp.within(Math.min(left, LOOK_AGAIN_MS));
      }
    } finally {
      this.stopping.signal.removeEventListener('abort', call);
      wakeUp.end();
      leave();
    }
  }
}
