/**
 * npm run demo: the guide's story, step by step, on the provider twin.
 *
 * Uses the demo of a running server; when there is none, starts one of its own in a throw-away directory.
 */
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

async function startOwn(directory: string): Promise<ChildProcess> {
  const port = await freePort();
  const env = {
    ...cleanEnvironment(),
    PORT: String(port),
    VALETKEY_DATA_DIR: directory,
    VALETKEY_DEMO: 'on',
  };
  const server = spawn(process.execPath, ['apps/api/dist/main.js'], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `http://localhost:${port}`;
  for (const patience = Date.now() + 60_000; Date.now() < patience; await sleep(100)) {
    if (server.exitCode !== null) throw new Error('the server did not start');
    if (await isReady(url)) return server;
  }
  throw new Error('the server did not become ready');
}

async function withOwnServer(): Promise<void> {
  const built = spawnSync(process.execPath, ['scripts/build.ts', '--if-needed'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (built.status !== 0) throw new Error('the product could not be built');
  const directory = mkdtempSync(join(tmpdir(), 'valetkey-demo-'));
  console.log('No demo is running, so this one starts its own and cleans up afterwards.');
  let server: ChildProcess | undefined;
  try {
    server = await startOwn(directory);
    const session = readSession(directory);
    if (!session) throw new Error('the server runs without a demo');
    await tellStory(session);
  } finally {
    if (server?.exitCode === null) {
      server.kill('SIGTERM');
      await once(server, 'exit');
    }
    rmSync(directory, { recursive: true, force: true });
  }
}

try {
  const session = await runningSession();
  if (session) await tellStory(session);
  else await withOwnServer();
} catch (error) {
  console.error(`\nThe demo failed: ${(error as Error).message}`);
  process.exit(1);
}
