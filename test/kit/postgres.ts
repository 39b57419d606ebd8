import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from './free-port.js';
import { killTree } from './process-tree.js';
import { newDataDir } from './server.js';

const HOST = fileURLToPath(
  new URL('../../apps/api/dist/platform/postgres/embedded-postgres-host.js', import.meta.url),
);
const USER = 'valetkey';

/** A PostgreSQL of its own, for servers that share one database or that shall find none. */
export interface TestPostgres {
  /** A new, empty database. */
  createDatabase(): Promise<string>;
  /** `kill -9` for all its processes, and a start on the same port and files. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

interface Running {
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  readonly ended: Promise<unknown>;
}

/** Starts the PostgreSQL that the product embeds, with the product's own host program. */
export async function startPostgres(): Promise<TestPostgres> {
  const directory = newDataDir();
  chmodSync(directory, 0o711);
  const port = await freePort();
  const password = randomBytes(12).toString('hex');
  const launch = async (initialise: boolean): Promise<Running> => {
    const options = { databaseDir: join(directory, 'postgres'), port, user: USER, initialise };
    const child = spawn(process.execPath, [HOST, JSON.stringify(options)], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { PATH: process.env['PATH'], VALETKEY_EMBEDDED_PASSWORD: password },
    });
    const ended = once(child, 'exit');
    const failed = ended.then(() => {
      throw new Error('PostgreSQL did not start');
    });
    failed.catch(() => undefined);
    await Promise.race([once(child.stdout, 'data'), failed]);
    return { child, ended };
  };
  let running = await launch(true);
  const urlOf = (database: string) => `postgresql://${USER}:${password}@127.0.0.1:${port}/${database}`;
  let count = 0;
  return {
    createDatabase: async () => {
      const name = `e2e_${++count}`;
      await query(urlOf('postgres'), `CREATE DATABASE ${name}`);
      return urlOf(name);
    },
    crash: async () => {
      killTree(running.child.pid ?? 0);
      await running.ended;
      // A dead postmaster that init has not reaped yet counts as one that runs.
      rmSync(join(directory, 'postgres', 'postmaster.pid'), { force: true });
      running = await launch(false);
    },
    stop: async () => {
      running.child.stdin.end();
      await running.ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The longest that a look at the audit log waits for what is committed and has no place in it yet. */
const PLACED_MS = 5_000;

async function untilPlaced(client: pg.Client): Promise<void> {
  const deadline = performance.now() + PLACED_MS;
  while (performance.now() < deadline) {
    const { rows } = await client.query('SELECT FROM audit_inbox LIMIT 1');
    if (rows.length === 0) return;
    await pause(20);
  }
}

/** Runs one statement; one that reads the audit log, when it has what is committed. */
export async function query<Row extends pg.QueryResultRow>(
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    if (/^SELECT\b.*\baudit_events\b/s.test(text)) await untilPlaced(client);
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}
