import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import {
  createPostgresBackend,
  Queue,
  setDefaultBackendFactory,
  Worker,
  type Job,
  type WorkerOptions,
} from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { SETTINGS_TOKEN, SettingsError, type Settings } from '../../config/index.js';
import { Log } from '../log/log.js';
import { DATABASE_URL_TOKEN } from '../prisma/prisma.service.js';
import { untilItWorks } from '../time/until-it-works.js';
import { QUEUE_SCHEMA } from './queue-schema.js';
import { prepareQueueTables } from './queue-tables.js';

const POOL_SIZE = 5;

/** How long a job stays another worker's after that worker fell silent. */
const LOCK_MS = 10_000;
const STALLED_CHECK_MS = 5_000;
const WARN_EVERY_MS = 1_000;

/**
 * BullMQ on Redis when REDIS_URL is set, else on PostgreSQL. The one place that knows which; jobs carry ids only,
 * never input, output or secrets.
 */
@Injectable()
export class QueueEngine implements OnApplicationShutdown {
  private redis: Redis | undefined;
  private pool: pg.Pool | undefined;
  private readonly connecting: () => Promise<Redis | pg.Pool>;
  private readonly opened: Queue[] = [];
  private readonly queues = new Map<string, () => Promise<Queue>>();

  constructor(
    @Inject(SETTINGS_TOKEN) { redisUrl }: Settings,
    @Inject(DATABASE_URL_TOKEN) private readonly databaseUrl: string,
    private readonly log: Log,
  ) {
    this.connecting = untilItWorks<Redis | pg.Pool>(() =>
      redisUrl ? this.openRedis(redisUrl) : this.openPostgres(),
    );
  }

  /** The queue of this name, to add to. */
  queue(name: string): Promise<Queue> {
    const known = this.queues.get(name) ?? untilItWorks(() => this.openQueue(name));
    this.queues.set(name, known);
    return known();
  }

  private async openQueue(name: string): Promise<Queue> {
    const queue = new Queue(name, { connection: await this.connection() });
    queue.on('error', this.warning('queue connection', name));
    // BullMQ remembers a failed first connection for good: such a queue is not used.
    await queue.waitUntilReady();
    this.opened.push(queue);
    return queue;
  }

  /** Starts working on a queue; `close` of the worker waits for jobs in hand. */
  async worker(
    name: string,
    process: (job: Job, lockToken: string | undefined) => Promise<void>,
    concurrency: number,
  ): Promise<Worker> {
    const options: WorkerOptions = {
      connection: await this.connection(),
      concurrency,
      // Before it is ready a lost connection would have it ask for jobs in an endless loop.
      autorun: false,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_CHECK_MS,
      // Whether a task may run again is decided by the task, not by how often its carrier was lost.
      maxStalledCount: 1_000,
    };
    const worker = new Worker(name, process, options);
    const warn = this.warning('worker connection', name);
    worker.on('error', warn);
    await worker.waitUntilReady();
    void worker.run().catch(warn);
    return worker;
  }

  /** Says a failure, and while the next ones follow at once, not each of them. */
  private warning(what: string, queue: string): (error: Error) => void {
    let silentUntil = 0;
    return ({ message: reason }) => {
      const now = Date.now();
      if (now < silentUntil) return;
      silentUntil = now + WARN_EVERY_MS;
      this.log.warn(what, { queue, reason });
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.opened.map((queue) => queue.close()));
    this.redis?.disconnect();
    await this.pool?.end();
  }

  private async connection(): Promise<never> {
    // BullMQ types a connection by the process-wide default backend, which is chosen at run time here.
    return (await this.connecting()) as never;
  }

  private async openPostgres(): Promise<pg.Pool> {
    setDefaultBackendFactory(createPostgresBackend);
    const pool = new pg.Pool({
      connectionString: this.databaseUrl,
      max: POOL_SIZE,
      options: `-c search_path=${QUEUE_SCHEMA}`,
      keepAlive: true,
    });
    pool.on('error', (error) => this.log.warn('queue connection', { reason: error.message }));
    try {
      await prepareWith(pool);
    } catch (error) {
      await pool.end();
      throw error;
    }
    this.pool = pool;
    return pool;
  }

  private async openRedis(url: string): Promise<Redis> {
    setDefaultBackendFactory(undefined);
    const redis = new Redis(url, { maxRetriesPerRequest: null, lazyConnect: true });
    let reason = 'no answer';
    redis.on('error', (error: Error) => (reason = error.message));
    try {
      await redis.connect();
    } catch (error) {
      redis.disconnect();
      throw new SettingsError(`REDIS_URL: cannot connect: ${(error as Error).message || reason}`);
    }
    this.redis = redis;
    return redis;
  }
}

async function prepareWith(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await prepareQueueTables(client);
  } finally {
    client.release();
  }
}
