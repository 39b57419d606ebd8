import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { AuditsNothing, type AuditType } from '../audit/index.js';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import { QueueEngine, type Worker } from '../platform/queue/index.js';

const QUEUE_NAME = 'connections';
const CONCURRENCY = 16;

/** The worker's job for a row, by the row's id. It must not throw: the row decides, and says when to try again. */
export type ConnectionWork = (id: string) => Promise<void>;

/**
 * Distributes background work on connections to workers. A job holds a kind and an id; the same work is never on the
 * queue twice, and a lost job is added again by the scheduled job that finds its row due.
 */
@AuditsNothing('it only carries jobs: each kind of work declares its own when it is registered')
@Injectable()
export class ConnectionQueue implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly works = new Map<string, { audits: readonly AuditType[]; work: ConnectionWork }>();
  private worker: Worker | undefined;

  constructor(
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    private readonly engine: QueueEngine,
  ) {}

  /**
   * Registers the work of a kind of job and the events that it records; called while the application is put together.
   */
  register(kind: string, audits: readonly [AuditType, ...AuditType[]], work: ConnectionWork): void {
    this.works.set(kind, { audits, work });
  }

  /** Adds work to the queue, unless it is there already. */
  async add(kind: string, id: string): Promise<void> {
    const queue = await this.engine.queue(QUEUE_NAME);
    await queue.add(kind, { id }, { jobId: `${kind}-${id}`, removeOnComplete: true, removeOnFail: true });
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.settings.role === 'api') return;
    this.worker = await this.engine.worker(
      QUEUE_NAME,
      async (job) => this.works.get(job.name)?.work((job.data as { id: string }).id),
      CONCURRENCY,
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.worker?.close();
  }
}
