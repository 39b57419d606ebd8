import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { freePort } from '../../test/kit/free-port.js';
import { newDataDir } from '../../test/kit/server.js';
import { until } from '../../test/kit/until.js';

export interface RedisProcess {
  readonly url: string;
  close(): Promise<void>;
}

/** Whether the machine has a Redis of its own to measure with. */
export function hasRedis(): boolean {
  return spawnSync('redis-server', ['--version']).status === 0;
}

/** Starts the redis-server that is on PATH, with nothing kept on disk. */
export async function startRedis(): Promise<RedisProcess> {
  const port = await freePort();
  const directory = newDataDir();
  const child = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', directory],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let log = '';
  child.stdout.on('data', (chunk: Buffer) => (log += chunk.toString()));
  await until('Redis', () => log.includes('Ready to accept connections'));
  return {
    url: `redis://127.0.0.1:${port}`,
    close: async () => {
      child.kill();
      await once(child, 'exit');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
