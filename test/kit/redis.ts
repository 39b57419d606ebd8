import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { freePort } from './free-port.js';
import { newDataDir } from './server.js';
import { until } from './until.js';

/** Whether there is a Redis to start; specs that need one are skipped without. */
export const redisIsInstalled = spawnSync('redis-server', ['--version']).status === 0;

/** A Redis of its own, which writes nothing down. */
export interface TestRedis {
  readonly url: string;
  /** Runs one command of `redis-cli` and gives what it prints. */
  cli(...args: readonly string[]): string;
  /** `kill -9`, and a start on the same port: everything that it held is gone. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a Redis on a free port of the loopback address. */
export async function startRedis(): Promise<TestRedis> {
  const port = await freePort();
  const directory = newDataDir();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', directory];
  const launch = async () => {
    const redis = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let log = '';
    redis.stdout.on('data', (chunk: Buffer) => (log += chunk.toString()));
    await until('Redis', () => log.includes('Ready to accept connections'));
    return redis;
  };
  let redis = await launch();
  const end = async (signal: NodeJS.Signals) => {
    redis.kill(signal);
    await once(redis, 'exit');
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    cli: (...command) =>
      spawnSync('redis-cli', ['-p', String(port), ...command], { encoding: 'utf8' }).stdout,
    crash: async () => {
      await end('SIGKILL');
      redis = await launch();
    },
    stop: async () => {
      await end('SIGTERM');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
