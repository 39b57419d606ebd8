import { TWIN_CLIENT_IDS } from '@valetkey/twin';
import { query, startStack, type Client, type Stack } from './kit/index.js';

const EVENTS = 'https://www.googleapis.com/auth/calendar.events.readonly';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());
afterEach(() => stack.twin.control.clearFaults());

const connectionOf = async (user: Client, target: string) =>
  (await user.get(`/my-account/connections?target=${target}`)).body.data[0];
const sql = (text: string, values: unknown[] = []) => query(stack.server.embeddedDatabaseUrl, text, values);
const told = ({ status, body }: { status: number; body: { code?: string } }) => [status, body.code];
/** Outcomes of a connection's events, oldest first. */
const events = async (id: string, type: string) =>
  (await stack.operator.get(`/v1/audit-events?connectionId=${id}&type=${type}`)).body.data
    .map(({ outcome }: { outcome: string }) => outcome)
    .reverse();

const clientIds: Record<string, string> = {
  google: TWIN_CLIENT_IDS.google,
  github: TWIN_CLIENT_IDS.github,
  'github-app': TWIN_CLIENT_IDS.githubApp,
  dropbox: TWIN_CLIENT_IDS.dropbox,
};

describe('a live check', () => {
  it.each(['google', 'github', 'github-app', 'dropbox'])('finds a token of %s alive', async (target) => {
    const user = await stack.connected(`alive-${target}`, { target });
    const { id } = await connectionOf(user, target);
    const { status, body } = await user.post(`/my-account/connections/${id}/check`);
    expect([status, body]).toMatchObject([
      200,
      {
        result: 'alive',
        asked: true,
        connection: { id, status: 'active', lastCheckedAt: expect.any(String) },
      },
    ]);
    expect(body.connection.reason).toBeUndefined();
    expect(await events(id, 'connection.checked')).toEqual(['intended', 'succeeded']);
  });

  it('asks the provider at most once in ten seconds, however many ask', async () => {
    const user = await stack.connected('check-often', { target: 'google' });
    const { id } = await connectionOf(user, 'google');
    stack.twin.control.clearCalls();
    const callers = [user, stack.agent.client, stack.operator];
    const answers = await Promise.all(callers.map((caller) => caller.post(`/v1/connections/${id}/check`)));
    expect(answers.map(({ body }) => body.result)).toEqual(['alive', 'alive', 'alive']);
    expect(answers.filter(({ body }) => body.asked)).toHaveLength(1);
    expect(stack.twin.control.calls({ path: '/google/oauth2/v3/userinfo' })).toHaveLength(1);
  });

  it.each(['google', 'github', 'github-app', 'dropbox'])(
    'finds out that the user has removed us at %s: refused, refreshed if that can be, refused again, dead',
    async (target) => {
      const user = await stack.connected(`removed-${target}`, { target });
      const { id, refreshable } = await connectionOf(user, target);
      stack.twin.control.revokeTokens({ clientId: clientIds[target] as string });
      stack.twin.control.clearCalls();
      const { body } = await user.post(`/v1/connections/${id}/check`);
      expect(body).toMatchObject({
        result: 'dead',
        connection: {
          status: 'expired',
          reason: 'revoked',
          refreshable: false,
          lastFailure: { code: 'revoked' },
        },
      });
      const refreshes = stack.twin.control.calls({ grantType: 'refresh_token' });
      expect(refreshes).toHaveLength(refreshable ? 1 : 0);
      expect((await user.get(`/my-account/identities/${target}/access-token`)).body).toBeNull();
      expect(await events(id, 'connection.expired')).toEqual(['failed']);
    },
  );

  it('lets a refused token be refreshed, and the connection live on', async () => {
    const user = await stack.connected('only-the-token', { target: 'google' });
    const { id } = await connectionOf(user, 'google');
    stack.twin.control.expireTokens({ provider: 'google' });
    const { body } = await user.post(`/v1/connections/${id}/check`);
    expect(body).toMatchObject({ result: 'alive', connection: { status: 'active', refreshable: true } });
    expect(await events(id, 'connection.checked')).toEqual(['intended', 'intended', 'succeeded']);
  });

  it.each(['server_error', 'html', 'rate_limited', 'connection_reset', 'empty_body'] as const)(
    'concludes nothing from %s',
    async (fault) => {
      const user = await stack.connected(`outage-${fault}`, { target: 'github' });
      const before = await connectionOf(user, 'github');
      stack.twin.control.addFault({ provider: 'github', fault, match: { path: '/api/user' } });
      const { body } = await user.post(`/v1/connections/${before.id}/check`);
      // An answer without a body still says that the token is taken.
      expect(body.result).toBe(fault === 'empty_body' ? 'alive' : 'unknown');
      const after = await connectionOf(user, 'github');
      for (const member of ['status', 'reason', 'refreshable', 'scopes', 'lastFailure'])
        expect([member, after[member]]).toEqual([member, before[member]]);
    },
  );

  it('notices scopes that the user has taken away at GitHub', async () => {
    const user = await stack.connected('edited', { target: 'github', scope: 'repo' });
    const before = await connectionOf(user, 'github');
    expect(before.scopes).toContain('repo');
    // As if they had been granted before: the twin's token never had them.
    await sql(`UPDATE connections SET scopes = array_append(scopes, 'admin:org') WHERE id = $1`, [before.id]);
    const { body } = await user.post(`/v1/connections/${before.id}/check`);
    expect(body).toMatchObject({
      result: 'scopes_changed',
      connection: { status: 'active', reason: 'scope_missing', scopes: before.scopes },
    });
  });

  it('says that nothing is stored, and is not for other users', async () => {
    const user = await stack.connected('check-none', { target: 'dropbox' });
    const { id } = await connectionOf(user, 'dropbox');
    await user.delete(`/v1/connections/${id}`);
    expect(told(await user.post(`/v1/connections/${id}/check`))).toEqual([404, 'token_not_found']);
    const other = await stack.user('check-other');
    expect(told(await other.post(`/v1/connections/${id}/check`))).toEqual([404, 'not_found']);
  });
});

it('says with a reason that less was granted than asked for, until more is', async () => {
  const user = await stack.connected('unticked', {
    target: 'google',
    scope: `${EVENTS} https://www.googleapis.com/auth/gmail.send`,
    answer: { untick: [EVENTS] },
  });
  const { id, reason, status, refreshable } = await connectionOf(user, 'google');
  expect([status, reason, refreshable]).toEqual(['active', 'scope_missing', true]);
  expect((await user.post(`/v1/connections/${id}/refresh`)).body.reason).toBe('scope_missing');
  await stack.connected('unticked', { target: 'google', scope: EVENTS });
  expect((await connectionOf(user, 'google')).reason).toBeUndefined();
});
