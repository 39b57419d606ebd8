import { TOKEN_MARKER } from '@valetkey/twin';
import { query, startStack, until, type Client, type Stack } from './kit/index.js';

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

describe('an alias', () => {
  it('is given, changed and taken away on each of the three routes', async () => {
    const user = await stack.connected('named', { target: 'google' });
    const { id } = await connectionOf(user, 'google');
    for (const [client, path, alias] of [
      [user, `/my-account/connections/${id}`, ' work '],
      [stack.agent.client, `/v1/connections/${id}`, 'private'],
      [stack.operator, `/v1/operator/connections/${id}`, null],
    ] as const) {
      const { status, body } = await client.patch(path, { alias });
      expect([status, body.alias]).toEqual([200, alias?.trim()]);
    }
    expect(await events(id, 'connection.updated')).toHaveLength(3);
    await user.patch(`/v1/connections/${id}`, { alias: null });
    expect(await events(id, 'connection.updated')).toHaveLength(3);
  });

  it('is unique for a user at a connector, and only there', async () => {
    const account = (id: string) => ({
      userId: 'two-accounts',
      target: 'github',
      account: { id },
      accessToken: `${TOKEN_MARKER}${id}`,
      scopes: [],
    });
    const [a, b] = await Promise.all(
      ['1', '2'].map((id) => stack.operator.post('/v1/connections', account(id))),
    );
    const other = await stack.connected('other-account', { target: 'github' });
    expect((await stack.operator.patch(`/v1/connections/${a?.body.id}`, { alias: 'work' })).status).toBe(200);
    const taken = await stack.operator.patch(`/v1/connections/${b?.body.id}`, { alias: 'work' });
    expect(told(taken)).toEqual([409, 'alias_taken']);
    const { id } = await connectionOf(other, 'github');
    expect((await other.patch(`/v1/connections/${id}`, { alias: 'work' })).status).toBe(200);
  });

  it.each([
    {},
    { alias: '' },
    { alias: 'a\nb' },
    { alias: 'x'.repeat(101) },
    { alias: 1 },
    { alias: 'a', x: 1 },
  ])('is refused as %j', async (body) => {
    const user = await stack.user('named');
    const { id } = await connectionOf(user, 'google');
    expect(told(await user.patch(`/v1/connections/${id}`, body))).toEqual([400, 'invalid_input']);
  });
});

describe('lists and refreshes', () => {
  it('narrows by user, target and status, and pages', async () => {
    const user = await stack.connected('lists', { target: 'google' });
    await stack.connected('lists', { target: 'dropbox' });
    await user.delete(`/v1/connections/${(await connectionOf(user, 'dropbox')).id}`);
    const list = async (client: Client, filter: string) =>
      (await client.get(`/v1/connections?${filter}`)).body.data.map(
        ({ target }: { target: string }) => target,
      );
    expect(await list(stack.operator, 'userId=lists')).toEqual(['dropbox', 'google']);
    expect(await list(stack.agent.client, 'userId=lists&target=google')).toEqual(['google']);
    expect(await list(user, 'status=inactive')).toEqual(['dropbox']);
    expect(await list(user, 'status=active')).toEqual(['google']);
    expect(await list(user, 'status=expired')).toEqual([]);
    const { body: first } = await user.get('/v1/connections?limit=1');
    const { body: second } = await user.get(`/v1/connections?limit=1&cursor=${first.nextCursor}`);
    expect([first.data[0].target, second.data[0].target, second.nextCursor]).toEqual([
      'dropbox',
      'google',
      undefined,
    ]);
    const { body: mine } = await user.get(`/my-account/connections/${first.data[0].id}`);
    expect(mine).toMatchObject({ id: first.data[0].id, status: 'inactive' });
  });

  it.each(['cursor=!!', `cursor=${Buffer.from('tsk_1').toString('base64url')}`, 'status=well', 'limit=0'])(
    'refuses %s',
    async (filter) => {
      const refused = await stack.operator.get(`/v1/connections?${filter}`);
      expect(told(refused)).toEqual([400, 'invalid_input']);
    },
  );

  it('refreshes what can be, and tells what cannot', async () => {
    const google = await stack.connected('refreshes', { target: 'google' });
    await stack.connected('refreshes', { target: 'github' });
    const [refreshable, fixed] = [await connectionOf(google, 'google'), await connectionOf(google, 'github')];
    const refresh = async (id: string) => google.post(`/v1/connections/${id}/refresh`);
    expect((await refresh(refreshable.id)).status).toBe(200);
    expect(told(await refresh(fixed.id))).toEqual([409, 'not_refreshable']);
    await sql(`UPDATE token_sets SET expires_at = now() WHERE connection_id = $1`, [fixed.id]);
    expect(told(await refresh(fixed.id))).toEqual([403, 'reauthorization_required']);
    await google.delete(`/v1/connections/${fixed.id}`);
    expect(told(await refresh(fixed.id))).toEqual([404, 'token_not_found']);
    stack.twin.control.addFault({ provider: 'google', fault: 'server_error', match: { path: '/token' } });
    expect(told(await refresh(refreshable.id))).toEqual([503, 'provider_unavailable']);
    expect(await connectionOf(google, 'google')).toMatchObject({
      status: 'active',
      reason: 'refresh_failing',
      lastFailure: { code: 'unavailable', at: expect.any(String) },
    });
  });
});

it('tells of a provider that is slow to confirm, and does not keep the caller waiting', async () => {
  const user = await stack.connected('slow', { target: 'google' });
  const { id } = await connectionOf(user, 'google');
  stack.twin.control.addFault({
    provider: 'google',
    fault: 'slow',
    delayMs: 6_000,
    match: { path: '/revoke' },
  });
  const at = Date.now();
  const { body } = await user.delete(`/v1/connections/${id}`);
  expect(Date.now() - at).toBeLessThan(5_000);
  expect(body).toMatchObject({ status: 'inactive', revocation: { status: 'pending' } });
  await until(
    'the confirmation',
    async () => (await connectionOf(user, 'google')).revocation.status === 'confirmed',
  );
});
