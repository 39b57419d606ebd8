import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { freePort, newDataDir, startStack, until, untilTask, type Stack } from './kit/index.js';

const isInstalled = spawnSync('redis-server', ['--version']).status === 0;
if (!isInstalled) console.warn('redis-server is not on PATH: the queue on Redis is not tested here');

(isInstalled ? describe : describe.skip)('the queue on Redis', () => {
  let redis: ChildProcess;
  let stack: Stack;
  let directory: string;
  beforeAll(async () => {
    const port = await freePort();
    directory = newDataDir();
    redis = spawn(
      'redis-server',
      ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', directory],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let log = '';
    redis.stdout?.on('data', (chunk: Buffer) => (log += chunk.toString()));
    await until('Redis', () => log.includes('Ready to accept connections'));
    stack = await startStack({ targets: ['google'], env: { REDIS_URL: `redis://127.0.0.1:${port}` } });
    await stack.connected('redis', {
      target: 'google',
      scope: 'https://www.googleapis.com/auth/calendar.events',
    });
  });
  afterAll(async () => {
    await stack.close();
    redis.kill();
    await once(redis, 'exit');
    rmSync(directory, { recursive: true, force: true });
  });

  const create = (members: object = {}) =>
    stack.agent.client.post('/v1/tasks', {
      userId: 'redis',
      action: 'google-calendar.events.list',
      ...members,
    });

  it('carries tasks, now and later', async () => {
    expect(stack.server.output()).toContain('on Redis at REDIS_URL');
    const now = await create();
    const later = await create({ runAt: new Date(Date.now() + 1_000).toISOString() });
    expect(await untilTask(stack.agent.client, now.body.id)).toMatchObject({ status: 'succeeded' });
    expect(await untilTask(stack.agent.client, later.body.id)).toMatchObject({ status: 'succeeded' });
  });

  it('holds ids only, and what it loses is queued again', async () => {
    stack.twin.control.addFault({
      provider: 'google',
      fault: 'server_error',
      match: { path: '/calendar/v3' },
      times: 1,
    });
    const { body } = await create({ runAt: new Date(Date.now() + 2_000).toISOString() });
    const url = new URL(`redis://127.0.0.1:${redis.spawnargs[2]}`);
    const cli = (...args: string[]) =>
      spawnSync('redis-cli', ['-p', url.port, ...args], { encoding: 'utf8' }).stdout;
    expect(cli('hget', `bull:tasks:${body.id}`, 'data').trim()).toBe(JSON.stringify({ taskId: body.id }));
    cli('flushall');
    expect(await untilTask(stack.agent.client, body.id)).toMatchObject({ status: 'succeeded' });
  });
});
