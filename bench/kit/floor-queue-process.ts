/**
 * The floor of tasks: bare BullMQ, on the backend that the server uses. A job does nothing at all, or the least that a
 * promise of the same kind takes: it asks the provider for one page, and a row, an intent, an outcome and an end are
 * committed, each by one plain statement. Told over HTTP, as the server is.
 */
import { randomUUID } from 'node:crypto';
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

const rows = new pg.Pool({ connectionString: DATABASE_URL, max: 10, keepAlive: true });
await rows.query(`CREATE TABLE floor_tasks (id text PRIMARY KEY, status text NOT NULL)`);
await rows.query(`CREATE TABLE floor_events (id text, at timestamptz, type text)`);
const record = (id: string, type: string) =>
  rows.query({ name: 'event', text: 'INSERT INTO floor_events VALUES ($1, now(), $2)', values: [id, type] });

async function keepPromises(id: string): Promise<void> {
  await record(id, 'intended');
  await (await fetch(PROVIDER_URL ?? '')).text();
  await record(id, 'succeeded');
  const text = `UPDATE floor_tasks SET status = 'succeeded' WHERE id = $1`;
  await rows.query({ name: 'end', text, values: [id] });
}

async function enqueue(keepsPromises: boolean): Promise<void> {
  const id = randomUUID();
  const text = `INSERT INTO floor_tasks VALUES ($1, 'queued')`;
  if (keepsPromises) await rows.query({ name: 'row', text, values: [id] });
  await queue.add('job', { id: keepsPromises ? id : null }, { removeOnComplete: true });
}

const queue = new Queue('floor', { connection: await connect() });
new Worker(
  'floor',
  async ({ data }) => {
    const { id } = data as { id: string | null };
    if (id !== null) await keepPromises(id);
    done++;
  },
  { connection: await connect(), concurrency: Number(CONCURRENCY) },
);

const server = createServer((request, response) => {
  if (request.method === 'GET') return void response.end(String(done));
  enqueue(request.url === '/promising').then(
    () => response.writeHead(202).end(),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
process.stdin.resume().once('end', () => process.exit());
