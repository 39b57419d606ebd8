/**
 * npm run demo: the guide's story, step by step, on the provider twin.
 *
 * Uses the demo of a running server; when there is none, starts one of its own in a throw-away directory.
 */
import './dot-env.ts';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { tellStory, type DemoSession } from './demo-story.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/health/ready`).then(
    (response) => response.ok,
    () => false,
  );
}

function readSession(dataDir: string): DemoSession | undefined {
  const path = join(dataDir, 'demo/session.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as DemoSession) : undefined;
}

async function runningSession(): Promise<DemoSession | undefined> {
  const session = readSession(process.env['VALETKEY_DATA_DIR'] ?? '.valetkey');
  return session && (await isReady(session.url)) ? session : undefined;
}

/** The server's own settings must not be mixed with those of a server that the reader configured. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(VALETKEY_|DATABASE_URL$|REDIS_URL$|PORT$|HOST$|NODE_ENV$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

function spawnOwn(directory: string, port: number): ChildProcess {
  const env = {
    ...cleanEnvironment(),
    PORT: String(port),
    VALETKEY_DATA_DIR: directory,
    VALETKEY_DEMO: 'on',
  };
  // In a process group of its own: Ctrl-C is for us, and we end it once.
  return spawn(process.execPath, ['apps/api/dist/main.js'], {
    env,
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function untilReady(server: ChildProcess, url: string): Promise<void> {
  for (const patience = Date.now() + 60_000; Date.now() < patience; await sleep(100)) {
    if (server.exitCode !== null) throw new Error('the server did not start');
    if (await isReady(url)) return;
  }
  throw new Error('the server did not become ready');
}

/** Rejects when somebody ends the demo before it is over. */
function interruption(): Promise<never> {
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => reject(new Error('interrupted; everything that it started is ended')));
  });
  interrupted.catch(() => undefined);
  return interrupted;
}

async function tellFor(server: ChildProcess, directory: string, url: string): Promise<void> {
  await untilReady(server, url);
  const session = readSession(directory);
  if (!session) throw new Error('the server runs without a demo');
  await tellStory(session);
}

/** A database that was just being made ends a moment after its server, and writes until then. */
async function remove(directory: string): Promise<void> {
  for (let quiet = 0; quiet < 5; await sleep(200)) {
    quiet = existsSync(directory) ? 0 : quiet + 1;
    rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  }
}

async function withOwnServer(): Promise<void> {
  const interrupted = interruption();
  const built = spawnSync(process.execPath, ['scripts/build.ts', '--if-needed'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (built.status !== 0) throw new Error('the product could not be built');
  const port = await freePort();
  const directory = mkdtempSync(join(tmpdir(), 'valetkey-demo-'));
  console.log('No demo is running, so this one starts its own and cleans up afterwards.');
  const server = spawnOwn(directory, port);
  const ended = once(server, 'exit');
  try {
    const told = tellFor(server, directory, `http://localhost:${port}`);
    told.catch(() => undefined);
    await Promise.race([told, interrupted]);
  } finally {
    if (server.exitCode === null && server.signalCode === null) {
      server.kill('SIGTERM');
      await ended;
    }
    await remove(directory);
  }
  console.log(
    '\nDone, and everything is cleaned up. To look at it as an operator: npm start, then npm run demo.\n',
  );
}

if (process.argv.length > 2) {
  console.error(`"${process.argv[2]}" is not an option. Usage: npm run demo`);
  process.exit(2);
}
try {
  const session = await runningSession();
  if (session) {
    await tellStory(session);
    console.log(`\nDone. The same, seen by an operator: ${session.url}\n`);
  } else await withOwnServer();
  // Requests that still wait for a response must not delay the exit.
  process.exit(0);
} catch (error) {
  console.error(`\nThe demo failed: ${(error as Error).message}`);
  process.exit(1);
}
