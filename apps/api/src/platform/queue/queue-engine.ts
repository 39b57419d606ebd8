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
import { QUEUE_SCHEMA } from './queue-schema.js';
import { prepareQueueTables } from './queue-tables.js';

const POOL_SIZE = 5;

/** How long a job stays another worker's after that worker fell silent. */
const LOCK_MS = 10_000;
const STALLED_CHECK_MS = 5_000;

/**
 * BullMQ on Redis when REDIS_URL is set, else on PostgreSQL. The one place that knows which; jobs carry ids only,
 * never input, output or secrets.
 */
@Injectable()
export class QueueEngine implements OnApplicationShutdown {
  private redis: Redis | undefined;
  private pool: pg.Pool | undefined;
  private readonly queues: Queue[] = [];

  constructor(
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    @Inject(DATABASE_URL_TOKEN) private readonly databaseUrl: string,
    private readonly log: Log,
  ) {}

  /** Opens a queue to add to. */
  async queue(name: string): Promise<Queue> {
    const queue = new Queue(name, { connection: await this.connection() });
    queue.on('error', (error) => this.log.warn('queue connection', { queue: name, reason: error.message }));
    this.queues.push(queue);
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
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_CHECK_MS,
      // Whether a task may run again is decided by the task, not by how often its carrier was lost.
      maxStalledCount: 1_000,
    };
    const worker = new Worker(name, process, options);
    worker.on('error', (error) => this.log.warn('worker connection', { queue: name, reason: error.message }));
    return worker;
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.queues.map((queue) => queue.close()));
    this.redis?.disconnect();
    await this.pool?.end();
  }

  private async connection(): Promise<never> {
    // BullMQ types a connection by the process-wide default backend, which is chosen at run time here.
    return (
      this.settings.redisUrl ? await this.openRedis(this.settings.redisUrl) : await this.openPostgres()
    ) as never;
  }

  private async openPostgres(): Promise<pg.Pool> {
    if (this.pool) return this.pool;
    setDefaultBackendFactory(createPostgresBackend);
    const pool = new pg.Pool({
      connectionString: this.databaseUrl,
      max: POOL_SIZE,
      options: `-c search_path=${QUEUE_SCHEMA}`,
      keepAlive: true,
    });
    pool.on('error', (error) => this.log.warn('queue connection', { reason: error.message }));
    this.pool = pool;
    const client = await pool.connect();
    try {
      await prepareQueueTables(client);
    } finally {
      client.release();
    }
    return pool;
  }

  private async openRedis(url: string): Promise<Redis> {
    if (this.redis) return this.redis;
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
