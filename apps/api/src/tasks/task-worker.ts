import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Audits } from '../audit/index.js';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import { DelayedError, QueueEngine, type Job, type Worker } from '../platform/queue/index.js';
import { RunTask } from './run-task.js';
import { QUEUE_NAME } from './task-queue.js';

const CONCURRENCY = 16;

/** Works on the queue in the roles `all` and `worker`; at shutdown it finishes what it has in hand. */
@Audits(
  'action.run',
  'approval.requested',
  'approval.used',
  'standing_approval.used',
  'task.finished',
  'task.waiting_for_authorization',
  'authorization.started',
  'token_set.refreshed',
  'token_set.refresh_failed',
  'connection.expired',
  'connection.disconnected',
  'connection.revoked',
  'standing_approval.ended',
)
@Injectable()
export class TaskWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private worker: Worker | undefined;

  constructor(
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    private readonly engine: QueueEngine,
    private readonly runTask: RunTask,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.settings.role === 'api') return;
    this.worker = await this.engine.worker(
      QUEUE_NAME,
      (job, lockToken) => this.process(job, lockToken),
      CONCURRENCY,
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.worker?.close();
  }

  private async process(job: Job, lockToken: string | undefined): Promise<void> {
    const { taskId } = job.data as { taskId: string };
    const next = await this.runTask.runTask(taskId);
    if (!next) return;
    await job.moveToDelayed(Date.now() + next.retryInMs, lockToken);
    throw new DelayedError();
  }
}
