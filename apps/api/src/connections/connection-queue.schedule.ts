import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { AuditsNothing, type AuditType } from '../audit/index.js';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import { QueueEngine, type Queue, type Worker } from '../platform/queue/index.js';

const QUEUE_NAME = 'connections';
const CONCURRENCY = 16;

/** What the worker does for a row, by the row's id. It must not throw: the row is the truth, and says when to try again. */
export type ConnectionWork = (id: string) => Promise<void>;

/**
 * Carries background work on connections to whichever worker is free. A job holds a kind and an id; the same work is
 * never on the queue twice, and a lost job is added again by the round that finds its row due.
 */
@AuditsNothing('it only carries jobs: each kind of work declares its own when it is registered')
@Injectable()
export class ConnectionQueue implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly works = new Map<string, { audits: readonly AuditType[]; work: ConnectionWork }>();
  private opening: Promise<Queue> | undefined;
  private worker: Worker | undefined;

  constructor(
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    private readonly engine: QueueEngine,
  ) {}

  /** Says what a kind of job does and records; called while the application is put together. */
  register(kind: string, audits: readonly [AuditType, ...AuditType[]], work: ConnectionWork): void {
    this.works.set(kind, { audits, work });
  }

  /** Puts work on the queue, unless it is there already. */
  async add(kind: string, id: string): Promise<void> {
    this.opening ??= this.engine.queue(QUEUE_NAME);
    const queue = await this.opening;
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
