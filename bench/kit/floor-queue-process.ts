/**
 * The floor of tasks: bare BullMQ, on the backend that the server uses. A job asks the provider for one page, which is
 * the least that an action can do, or nothing at all. Told over HTTP, as the server is.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { createPostgresBackend, Queue, runMigrations, setDefaultBackendFactory, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';

const { DATABASE_URL, REDIS_URL, PROVIDER_URL, CONCURRENCY } = process.env;
let done = 0;

async function connect(): Promise<never> {
  if (REDIS_URL) return new Redis(REDIS_URL, { maxRetriesPerRequest: null }) as never;
  setDefaultBackendFactory(createPostgresBackend);
  const options = '-c search_path=bullmq';
  const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 5, options, keepAlive: true });
  const client = await pool.connect();
  await runMigrations(client, 'bullmq');
  client.release();
  return pool as never;
}

const queue = new Queue('floor', { connection: await connect() });
new Worker(
  'floor',
  async ({ data }) => {
    if ((data as { asks: boolean }).asks) await (await fetch(PROVIDER_URL ?? '')).text();
    done++;
  },
  { connection: await connect(), concurrency: Number(CONCURRENCY) },
);

const server = createServer((request, response) => {
  if (request.method === 'GET') return void response.end(String(done));
  const asks = request.url === '/asking';
  queue.add('job', { asks }, { removeOnComplete: true }).then(
    () => response.writeHead(202).end(),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
process.stdin.resume().once('end', () => process.exit());
