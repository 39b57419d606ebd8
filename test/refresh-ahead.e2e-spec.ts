import { TWIN_CLIENT_IDS } from '@valetkey/twin';
import {
  redisIsInstalled,
  startRedis,
  startStack,
  until,
  type Client,
  type Stack,
  type TestRedis,
} from './kit/index.js';

const EVENTS = 'https://www.googleapis.com/auth/calendar.events';

interface Watched {
  readonly stack: Stack;
  readonly user: Client;
}

let redis: TestRedis | undefined;
let queues: Partial<Record<'PostgreSQL' | 'Redis', Watched>>;
// Both begin at once: most of the time goes by until tokens are due.
beforeAll(async () => {
  redis = redisIsInstalled ? await startRedis() : undefined;
  const [onPostgres, onRedis] = await Promise.all([
    connected(),
    redis && connected({ REDIS_URL: redis.url }),
  ]);
  queues = { PostgreSQL: onPostgres, ...(onRedis && { Redis: onRedis }) };
});
afterAll(async () => {
  await Promise.all(Object.values(queues).map(({ stack }) => stack.close()));
  await redis?.stop();
});

/** A user whose token lives for ten seconds. */
async function connected(env: Readonly<Record<string, string>> = {}): Promise<Watched> {
  const stack = await startStack({ targets: ['google'], env });
  stack.twin.control.updateClient(TWIN_CLIENT_IDS.google, {
    accessTokenLifetimeS: 10,
    rotatesRefreshTokens: true,
    reuseRevokesFamily: true,
  });
  return { stack, user: await stack.connected('ahead', { target: 'google', scope: EVENTS }) };
}

it.each(redisIsInstalled ? (['PostgreSQL', 'Redis'] as const) : (['PostgreSQL'] as const))(
  'refreshes tokens that nobody reads, with the queue on %s',
  async (queue) => {
    const { stack, user } = queues[queue]!;
    const refreshes = () => stack.twin.control.calls({ grantType: 'refresh_token' }).length;
    await until('two refreshes', () => refreshes() >= 2, { withinMs: 45_000 });
    const { body } = await user.get('/my-account/connections');
    expect(body.data[0]).toMatchObject({ refreshable: true });
    expect(body.data[0].reason).toBeUndefined();
  },
);
