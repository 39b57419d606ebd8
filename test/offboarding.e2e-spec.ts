import { setTimeout as sleep } from 'node:timers/promises';
import {
  connectAccount,
  query,
  startPostgres,
  startServer,
  startStack,
  startVerification,
  until,
  untilTask,
  userClient,
  type Server,
  type Stack,
  type TestPostgres,
} from './kit/index.js';

const KEYS = `e2e:${Buffer.alloc(32, 7).toString('base64')}`;
const TOKEN = '/my-account/identities/google/access-token';

let postgres: TestPostgres;
let stack: Stack;
let second: Server;
let databaseUrl: string;

// Two processes on one database, as behind a load balancer.
beforeAll(async () => {
  postgres = await startPostgres();
  databaseUrl = await postgres.createDatabase();
  const env = { DATABASE_URL: databaseUrl, VALETKEY_ENCRYPTION_KEYS: KEYS };
  stack = await startStack({ env, mortal: true });
  second = await startServer({
    env: {
      ...env,
      VALETKEY_CONNECTORS_FILE: stack.twin.connectorsFile,
      VALETKEY_PUBLIC_URL: stack.server.url,
    },
  });
});
afterAll(async () => {
  await second.destroy();
  await stack.close();
  await postgres.stop();
});

const liveTokens = () => stack.twin.control.state().tokens.filter(({ endedAt }) => endedAt === undefined);

/** Every table in which the text stands, the audit log aside. */
async function tablesWith(text: string): Promise<string[]> {
  const tables = await query<{ name: string }>(
    databaseUrl,
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const [row] = await query<{ n: number }>(
      databaseUrl,
      `SELECT count(*)::int AS n FROM "${name}" t WHERE strpos(t::text, $1) > 0`,
      [text],
    );
    if (row && row.n > 0 && !/^audit_(events|inbox)/.test(name)) found.push(name);
  }
  return found;
}

/** A user with everything that a user can have. */
async function settled(userId: string) {
  const user = await stack.connected(userId, { target: 'google' });
  await connectAccount(user, { target: 'dropbox' });
  const unstored = await startVerification(user, { target: 'github' });
  await user.post('/api/verification/social/verify', unstored);
  const { agent } = stack;
  const task = (members: object) =>
    agent.client.post('/v1/tasks', { userId, action: 'google-calendar.events.list', ...members });
  const later = await task({ runAt: new Date(Date.now() + 3_000).toISOString() });
  const done = await task({});
  await untilTask(agent.client, done.body.id, ['succeeded', 'failed', 'waiting_for_authorization']);
  return { user, taskId: later.body.id as string };
}

it('deletes everything of a user, revokes it all and ends their tokens in every process', async () => {
  const { user, taskId } = await settled('leaver');
  const bystander = await stack.connected('bystander', { target: 'dropbox' });
  const elsewhere = user.at(second.url);
  expect([(await user.get(TOKEN)).status, (await elsewhere.get(TOKEN)).status]).toEqual([200, 200]);
  expect(await tablesWith('leaver')).toEqual(expect.arrayContaining(['connections', 'tasks', 'users']));

  const removed = await stack.operator.delete('/v1/users/leaver');
  const at = Date.now();
  expect([removed.status, removed.body]).toEqual([
    200,
    { id: 'leaver', deletedAt: expect.any(String), connections: 2, tasks: 2, revocations: 3 },
  ]);
  for (const client of [user, elsewhere])
    await until('the token to end', async () => (await client.get('/my-account/connections')).status === 401);

  // Dropbox is Ada's for both users, and only this user's token set ends there.
  await until('the tokens to end at the providers', () =>
    liveTokens().every(({ provider }) => provider === 'dropbox'),
  );
  await until('nothing to be left', async () => (await tablesWith('leaver')).length === 0);
  expect((await bystander.get('/my-account/identities/dropbox/access-token')).status).toBe(200);
  await sleep(Math.max(0, at + 4_000 - Date.now()));
  expect((await stack.operator.get(`/v1/tasks/${taskId}`)).status).toBe(404);

  const { body } = await stack.operator.get('/v1/audit-events?userId=leaver&limit=200');
  const types = body.data.map(({ type, outcome }: { type: string; outcome: string }) => `${type} ${outcome}`);
  expect(types).toEqual(
    expect.arrayContaining([
      'user.deleted succeeded',
      'connection.disconnected succeeded',
      'connection.revoked intended',
      'connection.revoked succeeded',
      'connection.created succeeded',
    ]),
  );
  expect((await stack.operator.delete('/v1/users/leaver')).status).toBe(404);
});

it('lets a user who comes back start afresh, with a new token at once', async () => {
  await stack.connected('returns', { target: 'google' });
  const old = await stack.user('returns');
  const removed = await stack.operator.delete('/v1/operator/users/returns');
  expect(removed.status).toBe(200);
  const again = await userClient(stack.agent.client, 'returns');
  expect([(await again.get('/my-account/connections')).body, (await old.get(TOKEN)).status]).toEqual([
    { data: [] },
    401,
  ]);
  await connectAccount(again, { target: 'google' });
  expect((await again.get(TOKEN)).status).toBe(200);
  expect((await again.at(second.url).get(TOKEN)).status).toBe(200);
});

it('is for operators that may write', async () => {
  const user = await stack.user('stays');
  for (const client of [user, stack.agent.client])
    expect((await client.delete('/v1/users/stays')).body.code).toBe('wrong_credential_kind');
  expect((await user.get('/my-account/connections')).status).toBe(200);
});

it('finishes after kill -9 what it had begun', async () => {
  await settled('leaver-9');
  await second.kill('SIGKILL');
  expect(liveTokens().length).toBeGreaterThan(0);
  await stack.server.dieAt('revoke.moved', () => stack.operator.delete('/v1/users/leaver-9'));
  await stack.server.restart();
  await until('nothing to be left', async () => (await tablesWith('leaver-9')).length === 0, {
    withinMs: 30_000,
  });
  expect(liveTokens().filter(({ provider }) => provider === 'github')).toEqual([]);
  await second.restart();
});
