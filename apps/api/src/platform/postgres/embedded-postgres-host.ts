/**
 * Runs the embedded PostgreSQL in a process of its own that ends when its parent does: standard input closes with the
 * parent, however it died. Signals meant for the parent (Ctrl-C, SIGTERM) are ignored here: the parent drains first and
 * then closes the pipe.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, closeSync, constants, existsSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { findServer, programOf } from './server-binaries.js';
import { complaintIn } from './server-complaint.js';
import { serverUserOf, type ServerUser } from './server-user.js';

interface HostOptions {
  readonly databaseDir: string;
  readonly port: number;
  readonly user: string;
  readonly initialise: boolean;
  /** Sets the user's password before the server starts; a first start always does. */
  readonly setPassword?: boolean;
}

/**
 * The server finds its files through its working directory, which is entered before root's privileges are dropped. So
 * they may be in a place that its user cannot reach by path, as below /root, and the path may have any length and any
 * characters.
 */
const WORKING_DIRECTORY = '/proc/self/cwd';
const SERVER_FLAGS = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=100'];
const OUTPUT_KEPT = 8_000;

const options = JSON.parse(process.argv[2] ?? '{}') as HostOptions;
const { databaseDir } = options;
const files = existsSync(WORKING_DIRECTORY) ? WORKING_DIRECTORY : databaseDir;
let program: ChildProcess | undefined;
let stopping = false;

process.umask(0o077);
process.on('uncaughtException', fail);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.stdin.on('end', stop);
process.stdin.on('error', stop);
process.stdin.resume();

try {
  const user = serverUserOf(databaseDir);
  const server = findServer(dirname(databaseDir), user);
  if (options.initialise) await initialise(server, user);
  if (options.initialise || options.setPassword) {
    await setPassword(server, user);
    requirePassword();
  }
  await serve(server, user);
} catch (error) {
  fail(error as Error);
}

function fail(error: Error): void {
  if (stopping) return;
  const reason = error.message.replaceAll(WORKING_DIRECTORY, databaseDir).replaceAll('\n', ' ');
  process.stderr.write(reason, () => process.exit(1));
}

function stop(): void {
  stopping = true;
  if (!program || program.exitCode !== null || program.signalCode !== null) process.exit(0);
  program.on('exit', () => process.exit(0));
  program.kill('SIGINT');
}

async function initialise(server: string, user: ServerUser | undefined): Promise<void> {
  mkdirSync(databaseDir, { mode: 0o700 });
  if (user) chownSync(databaseDir, user.uid, user.gid);
  // All logins are rejected until there is a password, and no password is in a file for initdb to read.
  const flags = [`--username=${options.user}`, '--auth=reject', '--encoding=UTF8', '--locale=C'];
  await end(run(programOf(server, 'initdb'), ['-D', files, ...flags], user));
}

async function setPassword(server: string, user: ServerUser | undefined): Promise<void> {
  const password = process.env['VALETKEY_EMBEDDED_PASSWORD'] ?? '';
  if (!/^\w{16,}$/.test(password)) throw new Error('its password must be letters and digits');
  const single = run(programOf(server, 'postgres'), ['--single', '-j', '-D', files, 'postgres'], user);
  single.child.stdin?.on('error', () => undefined);
  single.child.stdin?.end(`ALTER ROLE ${options.user} PASSWORD '${password}'\n\n`);
  const output = await end(single);
  // In this mode the server goes on after an error, and exits with 0.
  if (/\b(ERROR|FATAL|PANIC): /.test(output)) throw new Error(complaintIn(output));
}

/** The directory belongs to the server's user: a symbolic link that they put there is not followed. */
function requirePassword(): void {
  const { O_WRONLY, O_TRUNC, O_NOFOLLOW } = constants;
  const file = openSync(join(databaseDir, 'pg_hba.conf'), O_WRONLY | O_TRUNC | (O_NOFOLLOW ?? 0));
  // Any role with a password: the application may run under one with fewer rights.
  writeSync(file, 'host all all 127.0.0.1/32 scram-sha-256\n');
  closeSync(file);
}

async function serve(server: string, user: ServerUser | undefined): Promise<void> {
  const flags = ['-p', String(options.port), ...SERVER_FLAGS.flatMap((flag) => ['-c', flag])];
  const { child, output } = run(programOf(server, 'postgres'), ['-D', files, ...flags], user);
  let isReady = false;
  child.stderr?.on('data', () => {
    if (isReady || !output().includes('database system is ready to accept connections')) return;
    isReady = true;
    process.stdout.write('ready\n');
  });
  await once(child, 'close');
  fail(new Error(complaintIn(output())));
}

interface Running {
  readonly child: ChildProcess;
  readonly output: () => string;
}

function run(path: string, args: readonly string[], user: ServerUser | undefined): Running {
  if (stopping) throw new Error('stopping');
  const env = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: process.env['TZ'] };
  const child = spawn(path, args, { ...user, cwd: databaseDir, env, stdio: 'pipe' });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-OUTPUT_KEPT)));
  program = child;
  return { child, output: () => output };
}

/**
 * Waits for a program to end.
 * @returns its output
 * @throws Error with its complaint when it failed
 */
async function end({ child, output }: Running): Promise<string> {
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(complaintIn(output()));
  return output();
}
