import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { TWIN_CLIENT_IDS } from '@valetkey/twin';
import { query, startStack, until, type Client, type Stack } from './kit/index.js';

const EVENTS = 'https://www.googleapis.com/auth/calendar.events.readonly';

let stack: Stack;

// Two connectors of one OAuth client: their grants are one at the provider.
beforeAll(async () => {
  stack = await startStack({ mortal: true });
  const { connectorsFile } = stack.twin;
  const file = JSON.parse(readFileSync(connectorsFile, 'utf8'));
  const google = file.connectors.find(({ target }: { target: string }) => target === 'google');
  file.connectors.push({ ...google, target: 'google-work', displayName: 'Google at work' });
  writeFileSync(connectorsFile, JSON.stringify(file));
  await stack.server.restart();
});
afterAll(() => stack.close());
afterEach(() => stack.twin.control.clearFaults());

const connectionOf = async (user: Client, target: string) =>
  (await user.get(`/my-account/connections?target=${target}`)).body.data[0];
const tokenPath = (target: string) => `/my-account/identities/${target}/access-token`;
const liveTokens = (provider: string) =>
  stack.twin.control
    .state()
    .tokens.filter((token) => token.provider === provider && token.endedAt === undefined);
const events = async (connectionId: string, type = 'connection.revoked') =>
  (await stack.operator.get(`/v1/audit-events?connectionId=${connectionId}&type=${type}`)).body.data
    .map(({ outcome }: { outcome: string }) => outcome)
    .reverse();
const operatorView = async (connectionId: string) => {
  const filter = encodeURIComponent(JSON.stringify({ connectionId }));
  return (await stack.operator.get(`/v1/operator/revocations?filter=${filter}`)).body[0];
};

describe('after kill -9', () => {
  it.each(['revoke.moved', 'revoke.sent', 'revoke.confirmed'])(
    'at %s the token is dead here at once and at the provider within 30 s, and nothing is stuck',
    async (point) => {
      const user = await stack.connected(`crash-${point}`, { target: 'google', scope: EVENTS });
      const { id } = await connectionOf(user, 'google');
      expect(liveTokens('google').length).toBeGreaterThan(0);
      await stack.server.dieAt(point, () => user.delete(`/my-account/connections/${id}`));

      await stack.server.restart();
      const view = await connectionOf(user, 'google');
      expect(view).toMatchObject({ status: 'inactive', reason: 'disconnected' });
      expect((await user.get(tokenPath('google'))).body).toBeNull();
      await until(
        'the revocation to be confirmed',
        async () => (await connectionOf(user, 'google')).revocation.status === 'confirmed',
        { withinMs: 30_000 },
      );
      expect(liveTokens('google')).toEqual([]);
      const outcomes = await events(id);
      expect([outcomes[0], outcomes.at(-1)]).toEqual(['intended', 'succeeded']);
      expect(outcomes.filter((outcome: string) => outcome === 'succeeded')).toHaveLength(1);
      const [row] = await query(
        stack.server.embeddedDatabaseUrl,
        'SELECT status, sealed FROM revocations WHERE connection_id = $1',
        [id],
      );
      expect(row).toEqual({ status: 'confirmed', sealed: null });
    },
  );
});

describe('each way to revoke', () => {
  it.each([
    ['google', 'google', '/google/revoke'],
    ['github', 'github', '/grant'],
    ['github-app', 'github', '/grant'],
    ['dropbox', 'dropbox', '/token/revoke'],
  ])('ends the tokens of %s before the answer comes', async (target, provider, path) => {
    const user = await stack.connected(`way-${target}`, { target });
    const { id } = await connectionOf(user, target);
    stack.twin.control.clearCalls();
    const { status, body } = await user.delete(`/my-account/connections/${id}`);
    expect([status, body.status, body.revocation.status]).toEqual([200, 'inactive', 'confirmed']);
    const calls = stack.twin.control.calls().filter((call) => call.path.endsWith(path));
    expect(calls.map(({ status: answered }) => answered)).toEqual([expect.any(Number)]);
    expect(liveTokens(provider)).toEqual([]);
    expect(await events(id)).toEqual(['intended', 'succeeded']);
  });

  it('takes a grant that is dead already for confirmed', async () => {
    const user = await stack.connected('dead-already', { target: 'github' });
    stack.twin.control.revokeTokens({ provider: 'github' });
    const { id } = await connectionOf(user, 'github');
    expect((await user.delete(`/v1/connections/${id}`)).body.revocation.status).toBe('confirmed');
  });

  it('fetches a token that lives where the provider takes no other', async () => {
    stack.twin.control.updateClient(TWIN_CLIENT_IDS.dropbox, { accessTokenLifetimeS: 4 });
    const user = await stack.connected('stale-dropbox', { target: 'dropbox' });
    stack.twin.control.updateClient(TWIN_CLIENT_IDS.dropbox, { accessTokenLifetimeS: 14_400 });
    const { id } = await connectionOf(user, 'dropbox');
    // The worker would refresh it before it expires.
    await query(
      stack.server.embeddedDatabaseUrl,
      'UPDATE token_sets SET refresh_at = NULL WHERE connection_id = $1',
      [id],
    );
    await sleep(4_100);
    stack.twin.control.clearCalls();
    expect((await user.delete(`/v1/connections/${id}`)).body.revocation.status).toBe('confirmed');
    expect(stack.twin.control.calls({ grantType: 'refresh_token' })).toHaveLength(1);
    expect(await events(id, 'token_set.refreshed')).toEqual(['intended', 'succeeded']);
    expect(liveTokens('dropbox')).toEqual([]);
  });
});

it('answers the same when asked twice, or twice at once, and revokes once', async () => {
  const user = await stack.connected('twice', { target: 'google', scope: EVENTS });
  const { id } = await connectionOf(user, 'google');
  const both = await Promise.all([1, 2].map(() => user.delete(`/my-account/connections/${id}`)));
  const third = await user.delete(`/my-account/connections/${id}`);
  expect([...both, third].map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(third.body).toMatchObject({ id, status: 'inactive', revocation: { status: 'confirmed' } });
  expect(await events(id, 'connection.disconnected')).toEqual(['succeeded']);
  expect(await events(id)).toEqual(['intended', 'succeeded']);
});

describe('a provider that does not confirm', () => {
  it('is asked again later; operators see it, and can ask now', async () => {
    const user = await stack.connected('later', { target: 'google', scope: EVENTS });
    const { id } = await connectionOf(user, 'google');
    stack.twin.control.addFault({ provider: 'google', fault: 'server_error', match: { path: '/revoke' } });
    const { body } = await user.delete(`/my-account/connections/${id}`);
    expect(body.revocation).toMatchObject({ status: 'pending' });
    const seen = await operatorView(id);
    expect(seen).toMatchObject({ status: 'pending', lastError: 'status 503', userId: 'later' });
    expect(Date.parse(seen.nextAt)).toBeGreaterThan(Date.now());
    expect(liveTokens('google').length).toBeGreaterThan(0);

    stack.twin.control.clearFaults();
    const retried = await stack.operator.post(`/v1/operator/revocations/${seen.id}/retry`);
    expect([retried.status, retried.body.status]).toEqual([200, 'confirmed']);
    expect(liveTokens('google')).toEqual([]);
    const again = await stack.operator.post(`/v1/operator/revocations/${seen.id}/retry`);
    expect([again.status, again.body.code]).toEqual([409, 'revocation_not_retryable']);
    expect((await stack.operator.get('/v1/operator/revocations/rev_none')).status).toBe(404);
  });

  it('is given up after a month, in the open, and an operator can still try', async () => {
    const user = await stack.connected('given-up', { target: 'google', scope: EVENTS });
    const { id } = await connectionOf(user, 'google');
    stack.twin.control.addFault({ provider: 'google', fault: 'server_error', match: { path: '/revoke' } });
    await user.delete(`/my-account/connections/${id}`);
    await query(
      stack.server.embeddedDatabaseUrl,
      `UPDATE revocations SET created_at = now() - interval '31 days', next_at = now() WHERE connection_id = $1`,
      [id],
    );
    await until('it to be given up', async () => (await operatorView(id)).status === 'given_up');
    expect((await connectionOf(user, 'google')).revocation.status).toBe('given_up');
    const { body } = await stack.operator.get(
      `/v1/audit-events?connectionId=${id}&type=connection.revoked&outcome=failed`,
    );
    expect(body.data[0].detail).toMatchObject({ final: true, reason: 'status 503' });

    stack.twin.control.clearFaults();
    const seen = await operatorView(id);
    const retried = await stack.operator.post(`/v1/operator/revocations/${seen.id}/retry`);
    expect(retried.body.status).toBe('confirmed');
  });
});

describe('a provider that ends whole grants', () => {
  it('says beforehand which connections of the same user would end, and tells them when they have', async () => {
    const user = await stack.connected('shares', { target: 'google', scope: EVENTS });
    await stack.connected('shares', { target: 'google-work', scope: EVENTS });
    const stranger = await stack.connected('shares-too', { target: 'google', scope: EVENTS });
    const [mine, work, theirs] = [
      await connectionOf(user, 'google'),
      await connectionOf(user, 'google-work'),
      await connectionOf(stranger, 'google'),
    ];
    expect(mine.sharesGrantWith).toEqual([work.id]);
    expect(work.sharesGrantWith).toEqual([mine.id]);
    expect(theirs.sharesGrantWith).toBeUndefined();

    const { body } = await user.delete(`/my-account/connections/${mine.id}`);
    expect(body.revocation.status).toBe('confirmed');
    expect(liveTokens('google')).toEqual([]);
    for (const [client, target] of [
      [user, 'google-work'],
      [stranger, 'google'],
    ] as const) {
      const view = await connectionOf(client, target);
      expect(view).toMatchObject({
        status: 'expired',
        reason: 'revoked',
        refreshable: false,
        lastFailure: { code: 'revoked' },
      });
      // No dead token is handed out.
      const read = await client.get(tokenPath(target));
      expect([read.status, read.headers.get('valetkey-error')]).toEqual([
        404,
        'secrets.third_party_token_set.reauthorization_required',
      ]);
      expect(await events(view.id, 'connection.expired')).toEqual(['failed']);
    }
    await stack.connected('shares-too', { target: 'google', scope: EVENTS });
    const mended = await connectionOf(stranger, 'google');
    expect([mended.status, mended.reason, mended.lastFailure]).toEqual(['active', undefined, undefined]);
  });

  it('does so at GitHub, and leaves other accounts and other clients alone', async () => {
    const ada = await stack.connected('grant-ada', { target: 'github' });
    const other = await stack.connected('grant-ada-too', { target: 'github' });
    const app = await stack.connected('grant-ada', { target: 'github-app' });
    stack.twin.control.signIn('github', 'alan-turing');
    const alan = await stack.connected('grant-alan', { target: 'github' });
    stack.twin.control.signIn('github', 'ada-lovelace');
    await ada.delete(`/my-account/connections/${(await connectionOf(ada, 'github')).id}`);
    expect(await connectionOf(other, 'github')).toMatchObject({ status: 'expired', reason: 'revoked' });
    for (const [client, target] of [
      [alan, 'github'],
      [app, 'github-app'],
    ] as const)
      expect(await connectionOf(client, target)).toMatchObject({ target, status: 'active' });
  });

  it('lets a consent that came after the revocation live', async () => {
    const user = await stack.connected('again', { target: 'google', scope: EVENTS });
    const { id } = await connectionOf(user, 'google');
    await user.delete(`/my-account/connections/${id}`);
    await stack.connected('again', { target: 'google', scope: EVENTS });
    const view = await connectionOf(user, 'google');
    expect([view.id, view.status, view.reason, view.revocation]).toEqual([
      id,
      'active',
      undefined,
      undefined,
    ]);
    expect((await user.get(tokenPath('google'))).status).toBe(200);
  });
});
