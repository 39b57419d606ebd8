import {
  inAMonth,
  redisIsInstalled,
  startRedis,
  startStack,
  untilTask,
  type Stack,
  type TestRedis,
} from './kit/index.js';

if (!redisIsInstalled) console.warn('redis-server is not on PATH: the queue on Redis is not tested here');

(redisIsInstalled ? describe : describe.skip)('the queue on Redis', () => {
  let redis: TestRedis;
  let stack: Stack;
  beforeAll(async () => {
    redis = await startRedis();
    stack = await startStack({ targets: ['google'], env: { REDIS_URL: redis.url } });
    await stack.connected('redis', {
      target: 'google',
      scope: 'https://www.googleapis.com/auth/calendar.events',
    });
  });
  afterAll(async () => {
    await stack.close();
    await redis.stop();
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
    const urgent = await create({ runAt: inAMonth(), priority: 9 });
    const held = (member: string) => redis.cli('hget', `bull:tasks:${urgent.body.id}`, member).trim();
    expect([held('data'), held('priority')]).toEqual([JSON.stringify({ taskId: urgent.body.id }), '1']);
    const { body } = await create({ runAt: new Date(Date.now() + 2_000).toISOString() });
    redis.cli('flushall');
    expect(await untilTask(stack.agent.client, body.id)).toMatchObject({ status: 'succeeded' });
  });
});
