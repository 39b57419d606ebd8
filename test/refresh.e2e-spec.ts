import { setTimeout as sleep } from 'node:timers/promises';
import { TWIN_CLIENT_IDS, type Fault } from '@valetkey/twin';
import {
  query,
  startPostgres,
  startServer,
  startStack,
  until,
  type Client,
  type Server,
  type Stack,
  type TestPostgres,
} from './kit/index.js';

const SCOPE = 'https://www.googleapis.com/auth/calendar.events.readonly';
const KEYS = `e2e:${Buffer.alloc(32, 7).toString('base64')}`;

let postgres: TestPostgres;
let stack: Stack;
let second: Server;
let databaseUrl: string;

// Two processes on one database, as behind a load balancer.
beforeAll(async () => {
  postgres = await startPostgres();
  databaseUrl = await postgres.createDatabase();
  const env = { DATABASE_URL: databaseUrl, VALETKEY_ENCRYPTION_KEYS: KEYS };
  stack = await startStack({ env });
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

afterEach(() => stack.twin.control.clearFaults());

const tokenPath = (target: string) => `/my-account/identities/${target}/access-token`;
/** Connects users whose tokens have expired when this returns, without the worker's noticing. */
async function expired(target: string, userIds: string[], scope?: string): Promise<Client[]> {
  const users: Client[] = [];
  for (const userId of userIds)
    users.push(await stack.connected(userId, { target, ...(scope ? { scope } : {}) }));
  await query(
    databaseUrl,
    `UPDATE token_sets SET expires_at = now() - interval '1 second'
     WHERE connection_id IN (SELECT id FROM connections WHERE user_id = ANY ($1))`,
    [userIds],
  );
  stack.twin.control.clearCalls();
  return users;
}

const refreshes = () => stack.twin.control.calls({ grantType: 'refresh_token' });
const connectionOf = async (user: Client) => (await user.get('/my-account/connections')).body.data[0];

it('refreshes an expired token on the way, and only then', async () => {
  const [user] = (await expired('google', ['refresh-once'], SCOPE)) as [Client];
  expect(await connectionOf(user)).toMatchObject({ status: 'expired', refreshable: true });
  const first = await user.get(tokenPath('google'));
  expect(first.status).toBe(200);
  expect(first.body.expiresIn).toBeGreaterThan(3_500);
  expect(first.body.scope).toContain(SCOPE);
  const second = await user.get(tokenPath('google'));
  expect(second.body.accessToken).toBe(first.body.accessToken);
  expect(refreshes()).toHaveLength(1);
  expect(await connectionOf(user)).toMatchObject({ status: 'active', lastRefreshedAt: expect.any(String) });
});

it('asks the provider once for 100 readers, although its refresh tokens work once and reuse ends the family', async () => {
  stack.twin.control.updateClient(TWIN_CLIENT_IDS.githubApp, { reuseRevokesFamily: true });
  const [user] = (await expired('github-app', ['refresh-crowd'])) as [Client];
  stack.twin.control.addFault({
    provider: 'github',
    fault: 'slow',
    delayMs: 200,
    match: { grantType: 'refresh_token' },
  });
  const answers = await Promise.all(Array.from({ length: 100 }, () => user.get(tokenPath('github-app'))));
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 100 }, () => 200));
  expect(new Set(answers.map(({ body }) => body.accessToken)).size).toBe(1);
  expect(refreshes()).toHaveLength(1);

  // The rotated refresh token is the one that was kept.
  expect((await user.post(`/v1/connections/${(await connectionOf(user)).id}/refresh`)).status).toBe(200);
  expect(refreshes()).toHaveLength(2);
});

it('asks the provider once when two processes want the same token', async () => {
  const [user] = (await expired('github-app', ['refresh-processes'])) as [Client];
  stack.twin.control.addFault({
    provider: 'github',
    fault: 'slow',
    delayMs: 200,
    match: { grantType: 'refresh_token' },
  });
  const clients = [user.url, second.url].map((url) => stack.server.anonymous.as(user.credential).at(url));
  const answers = await Promise.all(
    clients.flatMap((client) => Array.from({ length: 50 }, () => client.get(tokenPath('github-app')))),
  );
  expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  expect(new Set(answers.map(({ body }) => body.accessToken)).size).toBe(1);
  expect(refreshes()).toHaveLength(1);
});

it('takes over when the process that was refreshing dies', async () => {
  const [user] = (await expired('google', ['refresh-crash'], SCOPE)) as [Client];
  stack.twin.control.addFault({
    provider: 'google',
    fault: 'hang',
    match: { grantType: 'refresh_token' },
    times: 1,
  });
  const dying = stack.server.anonymous
    .as(user.credential)
    .at(second.url)
    .get(tokenPath('google'))
    .catch(() => undefined);
  await until('the refresh to hang', () => refreshes().length === 1);
  await second.kill('SIGKILL');
  await dying;
  expect((await user.get(tokenPath('google'))).status).toBe(200);
  await second.restart();
});

it('keeps a connection through every fault that passes', async () => {
  const match = { grantType: 'refresh_token' };
  const faults: Fault[] = [
    { provider: 'google', fault: 'server_error', match },
    { provider: 'google', fault: 'html', match },
    { provider: 'google', fault: 'rate_limited', retryAfterS: 2, match },
    { provider: 'google', fault: 'malformed_json', match },
    { provider: 'google', fault: 'empty_body', match },
    { provider: 'google', fault: 'no_access_token', match },
    { provider: 'google', fault: 'connection_reset', match },
    { provider: 'google', fault: 'answer_lost', match },
  ];
  const users = await expired(
    'google',
    faults.map(({ fault }) => `refresh-${fault}`),
    SCOPE,
  );
  for (const [index, fault] of faults.entries()) {
    const user = users[index] as Client;
    stack.twin.control.addFault(fault);
    const refused = await user.get(tokenPath('google'));
    expect([fault.fault, refused.status, refused.body.code]).toEqual([
      fault.fault,
      503,
      'connector.unavailable',
    ]);
    expect(Number(refused.headers.get('retry-after'))).toBe(fault.fault === 'rate_limited' ? 2 : 5);
    expect(await connectionOf(user)).toMatchObject({
      status: 'expired',
      reason: 'refresh_failing',
      refreshable: true,
    });
    stack.twin.control.clearFaults();
    if (fault.fault === 'rate_limited') await sleep(2_000);
    expect([fault.fault, (await user.get(tokenPath('google'))).status]).toEqual([fault.fault, 200]);
    expect((await connectionOf(user)).reason).toBeUndefined();
  }
});

it('keeps the refresh token and the scopes that an answer leaves out', async () => {
  const [user] = (await expired('google', ['refresh-omits'], SCOPE)) as [Client];
  for (const fault of ['omit_refresh_token', 'omit_scope'] as const)
    stack.twin.control.addFault({ provider: 'google', fault });
  expect((await user.get(tokenPath('google'))).body.scope).toContain(SCOPE);
  expect(await connectionOf(user)).toMatchObject({ refreshable: true });
});

it('condemns a connection whose grant is dead, says why, and mends it by a new consent', async () => {
  const [user] = (await expired('google', ['refresh-dead'], SCOPE)) as [Client];
  const { id } = await connectionOf(user);
  stack.twin.control.addFault({ provider: 'google', fault: 'invalid_grant', times: 1 });
  const read = await user.get(tokenPath('google'));
  expect([read.status, read.body]).toEqual([404, null]);
  expect(read.headers.get('valetkey-error')).toBe('secrets.third_party_token_set.reauthorization_required');
  expect(await connectionOf(user)).toMatchObject({
    status: 'expired',
    reason: 'revoked',
    refreshable: false,
  });
  const logto = await user.get(`/api${tokenPath('google')}`);
  expect([logto.status, logto.body.code]).toEqual([
    403,
    'secrets.third_party_token_set.reauthorization_required',
  ]);
  expect(refreshes()).toHaveLength(1);
  const action = await user.post('/v1/actions/google-calendar.events.list', {
    userId: 'refresh-dead',
    input: {},
  });
  expect(action).toMatchObject({
    status: 403,
    body: { code: 'authorization_required', authorizationUri: expect.stringContaining('/connect/') },
  });

  await stack.connected('refresh-dead', { target: 'google', scope: SCOPE });
  const mended = await connectionOf(user);
  expect(mended).toMatchObject({ id, status: 'active', refreshable: true });
  expect(mended.reason).toBeUndefined();
});

describe('disconnecting', () => {
  const liveTokens = (email: string) => {
    const { accounts, tokens } = stack.twin.control.state();
    const ids = accounts
      .filter((account) => account.provider === 'google' && account.email === email)
      .map(({ id }) => id);
    return tokens.filter((token) => ids.includes(token.accountId) && token.endedAt === undefined);
  };

  it('ends the local copy at once and the grant at the provider', async () => {
    const user = await stack.connected('disconnects', { target: 'google', scope: SCOPE });
    expect(liveTokens('ada@example.com').length).toBeGreaterThan(0);
    const { id } = await connectionOf(user);
    expect((await user.delete(`/my-account/connections/${id}`)).body).toMatchObject({
      id,
      status: 'inactive',
      reason: 'disconnected',
    });
    expect((await user.get(tokenPath('google'))).body).toBeNull();
    expect(liveTokens('ada@example.com')).toHaveLength(0);
    const { body } = await user.get(`/my-account/audit-events?connectionId=${id}`);
    expect(body.data.map(({ type }: { type: string }) => type)).toEqual(
      expect.arrayContaining(['connection.disconnected', 'connection.revoked']),
    );
  });

  it('tells the provider later when it was down', async () => {
    const user = await stack.connected('disconnects-later', { target: 'google', scope: SCOPE });
    stack.twin.control.addFault({
      provider: 'google',
      fault: 'connection_reset',
      match: { path: '/revoke' },
    });
    const { id } = await connectionOf(user);
    expect((await user.delete(`/my-account/connections/${id}`)).status).toBe(200);
    expect((await user.get(tokenPath('google'))).body).toBeNull();
    expect(liveTokens('ada@example.com').length).toBeGreaterThan(0);

    stack.twin.control.clearFaults();
    await query(databaseUrl, `UPDATE revocations SET next_at = now() WHERE status = 'pending'`);
    await until('the grant to end', () => liveTokens('ada@example.com').length === 0);
    await until('the record of it', async () => {
      const { body } = await user.get(
        `/my-account/audit-events?connectionId=${id}&type=connection.revoked&outcome=succeeded`,
      );
      return body.data.length === 1;
    });
    const [row] = await query(
      databaseUrl,
      `SELECT status, sealed FROM revocations WHERE connection_id = $1`,
      [id],
    );
    expect(row).toEqual({ status: 'confirmed', sealed: null });
  });
});
