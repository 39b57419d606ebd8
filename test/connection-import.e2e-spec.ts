import { TOKEN_MARKER } from '@valetkey/twin';
import { startStack, type Client, type Stack } from './kit/index.js';

const EVENTS = 'https://www.googleapis.com/auth/calendar.events.readonly';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());

const connectionOf = async (user: Client, target: string) =>
  (await user.get(`/my-account/connections?target=${target}`)).body.data[0];
const told = ({ status, body }: { status: number; body: { code?: string } }) => [status, body.code];
/** Outcomes of a connection's events, oldest first. */
const events = async (id: string, type: string) =>
  (await stack.operator.get(`/v1/audit-events?connectionId=${id}&type=${type}`)).body.data
    .map(({ outcome }: { outcome: string }) => outcome)
    .reverse();

describe('importing', () => {
  const tokenSet = (members: object = {}) => ({
    userId: 'imported',
    target: 'google',
    account: { id: '104', email: 'ada@example.com' },
    accessToken: 'made-up-access',
    refreshToken: 'made-up-refresh',
    scopes: [EVENTS],
    ...members,
  });

  it('stores a token set with an event of its own, and never puts an older one over it', async () => {
    const first = await stack.operator.post('/v1/connections', tokenSet({ alias: 'from Nango' }));
    expect([first.status, first.body]).toMatchObject([
      201,
      { userId: 'imported', status: 'active', refreshable: true, alias: 'from Nango', scopes: [EVENTS] },
    ]);
    const { id } = first.body;
    expect(await events(id, 'connection.imported')).toEqual(['succeeded']);
    const again = await stack.operator.post('/v1/connections', tokenSet());
    expect([...told(again), again.body.connectionId]).toEqual([409, 'newer_token_set_stored', id]);
    const older = tokenSet({ obtainedAt: '2020-01-01T00:00:00Z' });
    expect(told(await stack.operator.post('/v1/connections', older))).toEqual([
      409,
      'newer_token_set_stored',
    ]);
    const newer = tokenSet({ obtainedAt: new Date().toISOString(), scopes: ['openid'] });
    const replaced = await stack.operator.post('/v1/connections', newer);
    expect([replaced.status, replaced.body.id, replaced.body.scopes]).toEqual([201, id, ['openid']]);
  });

  it('refreshes an expired import on its first use', async () => {
    const source = await stack.connected('source', { target: 'dropbox' });
    const raw = await stack.createAgent('raw', { rawTokens: true });
    const { id } = await connectionOf(source, 'dropbox');
    const { body: token } = await raw.client.get(`/v1/connections/${id}/access-token`);
    const live = await stack.operator.post('/v1/connections', {
      ...tokenSet({
        target: 'dropbox',
        userId: 'moved',
        accessToken: token.accessToken,
        refreshToken: undefined,
      }),
      account: (await connectionOf(source, 'dropbox')).account,
      check: true,
    });
    expect([live.status, live.body.lastCheckedAt]).toEqual([201, expect.any(String)]);

    const expired = tokenSet({ userId: 'moved-expired', expiresAt: '2020-01-01T00:00:00Z' });
    const { body } = await stack.operator.post('/v1/connections', expired);
    expect(body).toMatchObject({ status: 'expired', refreshable: true });
    stack.twin.control.clearCalls();
    await raw.client.get(`/v1/connections/${body.id}/access-token`);
    expect(stack.twin.control.calls({ grantType: 'refresh_token' })).toHaveLength(1);
  });

  it('refuses to serve a token of another account than it was imported for, when it is checked', async () => {
    const source = await stack.connected('mislabelled', { target: 'dropbox' });
    const raw = await stack.createAgent('raw too', { rawTokens: true });
    const { id } = await connectionOf(source, 'dropbox');
    const { body: token } = await raw.client.get(`/v1/connections/${id}/access-token`);
    const wrong = tokenSet({ target: 'dropbox', accessToken: token.accessToken, refreshToken: undefined });
    const { body } = await stack.operator.post('/v1/connections', { ...wrong, check: true });
    expect(body).toMatchObject({
      status: 'expired',
      reason: 'reauthentication_required',
      lastFailure: { code: 'account_mismatch' },
    });
  });

  it('takes many at once, each with its outcome, as often as they are sent', async () => {
    const tokenSets = Array.from({ length: 1_000 }, (_, n) =>
      tokenSet({ userId: `many-${n}`, target: n === 7 ? 'nowhere' : 'google' }),
    );
    const first = await stack.operator.post('/v1/connections/import', { tokenSets });
    expect(first.status).toBe(200);
    const outcomes = first.body.data.map(({ outcome }: { outcome: string }) => outcome);
    expect(outcomes.filter((outcome: string) => outcome === 'created')).toHaveLength(999);
    expect(first.body.data[7]).toMatchObject({ index: 7, outcome: 'failed', code: 'invalid_connector' });
    const { body } = await stack.operator.post('/v1/connections/import', {
      tokenSets: tokenSets.slice(0, 3),
    });
    expect(body.data.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['kept', 'kept', 'kept']);
  });

  it('names what is wrong, echoes no value and stores nothing then', async () => {
    const secret = `oops${TOKEN_MARKER}`;
    const bad = await stack.operator.post('/v1/connections/import', {
      tokenSets: [tokenSet({ userId: 'bad-1' }), tokenSet({ userId: 'bad-2', expiresAt: secret })],
    });
    expect(told(bad)).toEqual([400, 'invalid_input']);
    expect(bad.body.errors[0].path).toBe('tokenSets.1.expiresAt');
    expect(bad.text).not.toContain(secret);
    expect((await stack.operator.get('/v1/connections?userId=bad-1')).body.data).toEqual([]);
    const future = tokenSet({ userId: 'bad-3', obtainedAt: '2099-01-01T00:00:00Z' });
    expect(told(await stack.operator.post('/v1/connections', future))).toEqual([400, 'invalid_input']);
  });

  it('is for operators', async () => {
    const user = await stack.user('imported');
    for (const client of [user, stack.agent.client])
      expect(told(await client.post('/v1/connections', tokenSet()))).toEqual([403, 'wrong_credential_kind']);
  });
});
