import { TWIN_CLIENT_IDS } from '@valetkey/twin';
import { redisIsInstalled, startRedis, startStack, until, type Stack } from './kit/index.js';

const EVENTS = 'https://www.googleapis.com/auth/calendar.events';

/** Connects a token that lives for ten seconds, and waits for the worker to have refreshed it twice, unread. */
async function watch(stack: Stack) {
  stack.twin.control.updateClient(TWIN_CLIENT_IDS.google, {
    accessTokenLifetimeS: 10,
    rotatesRefreshTokens: true,
    reuseRevokesFamily: true,
  });
  const user = await stack.connected('ahead', { target: 'google', scope: EVENTS });
  const refreshes = () => stack.twin.control.calls({ grantType: 'refresh_token' }).length;
  await until('two refreshes', () => refreshes() >= 2, { withinMs: 45_000 });
  const { body } = await user.get('/my-account/connections');
  expect(body.data[0]).toMatchObject({ refreshable: true });
  expect(body.data[0].reason).toBeUndefined();
}

it('refreshes tokens that nobody reads, with the queue on PostgreSQL', async () => {
  const stack = await startStack({ targets: ['google'] });
  try {
    await watch(stack);
  } finally {
    await stack.close();
  }
});

(redisIsInstalled ? it : it.skip)('refreshes tokens that nobody reads, with the queue on Redis', async () => {
  const redis = await startRedis();
  const stack = await startStack({ targets: ['google'], env: { REDIS_URL: redis.url } });
  try {
    await watch(stack);
  } finally {
    await stack.close();
    await redis.stop();
  }
});
