import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConnectorsService, type Connector } from '../connectors/index.js';
import { APP_CALLBACK, Caller, type TwinWorld } from '../platform/testing/index.js';
import { ConnectorTeardown } from './connector-teardown.js';
import { RefreshAhead } from '../connections/testing/index.js';
import { Revocations } from './revocations.js';
import { createConnectedWorld, GOOGLE } from '../authorizations/testing/index.js';

const PATH = '/v1/operator/connectors';
let world: TwinWorld;
beforeAll(async () => {
  world = await createConnectedWorld(2);
});
afterAll(() => world.close());

const other = () => {
  const [, app] = world.apps;
  if (!app) throw new Error('the world has one process only');
  return app;
};
const operator = () => Caller.operator(world.apps[0].app);
const idOf = async (target: string) =>
  (await world.apps[0].get(ConnectorsService).findConnector(target))?.id ?? '';
const disable = async (target: string, tokens: 'keep' | 'drop') =>
  operator().post(`${PATH}/${await idOf(target)}/disable`, { tokens });
const enable = async (target: string) => operator().post(`${PATH}/${await idOf(target)}/enable`);
const read = (user: Caller, target: string) => user.get(`/my-account/identities/${target}/access-token`);
const codeOf = ({ status, body }: { status: number; body: { code: string } }) => [status, body.code];
/** Runs the queue's job for every revocation that is due. */
const revocationsDue = async () => {
  const rows = await world.database.query<{ id: string }>(
    `SELECT id FROM revocations WHERE status = 'pending'`,
  );
  for (const { id } of rows) await world.apps[0].get(Revocations).runRevocation(id);
};

describe('a connector disabled with its tokens kept', () => {
  it('serves nobody, in any process, and serves again with the same tokens', async () => {
    const user = await world.user('kept');
    const agent = await world.agent(true);
    const id = await user.connect('google', GOOGLE.readEvents);
    const before = (await read(user, 'google')).body.accessToken;
    const record = await user.verifiedRecord('google', GOOGLE.sendMail);
    expect((await disable('google', 'keep')).status).toBe(200);

    const link = { userId: 'kept', target: 'google', scopes: [GOOGLE.readEvents] };
    const request = { connectorId: 'google', state: 's', redirectUri: APP_CALLBACK };
    const answers = {
      read: await read(user, 'google'),
      store: await user.store('google', record),
      begin: await user.post('/api/verification/social', request),
      raw: await agent.get(`/v1/connections/${id}/access-token`),
      refresh: await user.post(`/v1/connections/${id}/refresh`),
      link: await agent.post('/v1/authorizations', link),
    };
    expect(
      Object.fromEntries(Object.entries(answers).map(([name, answer]) => [name, codeOf(answer)])),
    ).toEqual({
      read: [403, 'connector.disabled'],
      store: [403, 'connector.disabled'],
      begin: [403, 'connector.disabled'],
      raw: [403, 'connector_disabled'],
      refresh: [403, 'connector_disabled'],
      link: [403, 'connector_disabled'],
    });
    world.clock.advance(2_001);
    const elsewhere = new Caller(other().app, user.bearer);
    expect(codeOf(await read(elsewhere, 'google'))).toEqual([403, 'connector.disabled']);
    const shown = await user.get(`/v1/connections/${id}`);
    expect(shown.body).toMatchObject({ status: 'active', reason: 'connector_disabled' });

    expect((await enable('google')).status).toBe(200);
    expect((await read(user, 'google')).body.accessToken).toBe(before);
    expect((await user.get(`/v1/connections/${id}`)).body.reason).toBeUndefined();
  });

  it('is not refreshed ahead', async () => {
    const user = await world.user('asleep');
    const id = await user.connect('dropbox', 'files.metadata.read');
    await disable('dropbox', 'keep');
    world.clock.advance(4 * 3_600_000);
    expect(await world.apps[0].get(RefreshAhead).due()).not.toContain(id);
    await enable('dropbox');
    expect((await read(user, 'dropbox')).status).toBe(200);
  });

  it('meets a callback that comes back to it without a failure of ours, and goes on once enabled', async () => {
    const user = await world.user('midway');
    const request = { connectorId: 'github', state: 's', redirectUri: APP_CALLBACK, scope: 'repo' };
    const { verificationRecordId } = (await user.post('/api/verification/social', request)).body;
    await disable('github', 'keep');
    const body = { verificationRecordId, connectorData: { code: 'x', state: 's' } };
    expect(codeOf(await user.post('/api/verification/social/verify', body))).toEqual([
      403,
      'connector.disabled',
    ]);
    await enable('github');
    expect(codeOf(await user.post('/api/verification/social/verify', body))).toEqual([
      400,
      'connector.general',
    ]);
  });
});

describe('a connector disabled with its tokens dropped', () => {
  it('disconnects every connection, each with its event, and revokes at the provider', async () => {
    const users = ['drop-1', 'drop-2', 'drop-3', 'drop-4', 'drop-5', 'drop-6', 'drop-7'];
    for (const name of users) await (await world.user(name)).connect('github-app', 'repo');
    const disabled = await disable('github-app', 'drop');
    expect(disabled.body).toMatchObject({ dropping: true, disabledBy: 'operator' });
    world.twin.control.clearCalls();
    const connectorId = await idOf('github-app');
    world.clock.advance(3_001);
    await world.apps[0].get(ConnectorTeardown).runQuietly(connectorId);

    expect((await operator().get(`${PATH}/${connectorId}`)).body).toMatchObject({
      dropping: false,
      storedConnectionCount: 0,
      connectionCount: users.length,
    });
    const events = await world.database.query<{ actor_id: string }>(
      `SELECT actor_id FROM audit_events WHERE type = 'connection.disconnected' AND target = 'github-app'`,
    );
    expect(events.map(({ actor_id }) => actor_id)).toEqual(users.map(() => 'opr_api_key'));
    const { body } = await operator().get('/v1/connections?target=github-app');
    for (const connection of body.data)
      expect(connection).toMatchObject({ status: 'inactive', reason: 'disconnected' });
    for (let round = 0; round < 5; round++) {
      world.clock.advance(61_000);
      await revocationsDue();
    }
    const revoked = world.twin.control
      .calls({ provider: 'github' })
      .filter(({ method, path }) => method === 'DELETE' && path.endsWith('/grant'));
    expect(revoked.length).toBeGreaterThan(0);
    const open = await world.database.query(
      `SELECT 1 FROM revocations WHERE connector_id = $1 AND status = 'pending'`,
      [connectorId],
    );
    expect(open).toEqual([]);
  });

  it('is dropped to the end before it is enabled again', async () => {
    await enable('github-app');
    const user = await world.user('late');
    const id = await user.connect('github-app', 'repo');
    await disable('github-app', 'drop');
    expect((await enable('github-app')).body).toMatchObject({ dropping: false, storedConnectionCount: 0 });
    expect((await user.get(`/v1/connections/${id}`)).body).toMatchObject({ status: 'inactive' });
    expect((await read(user, 'github-app')).status).toBe(404);
  });

  it('is found again by the next round when the process ended on the way', async () => {
    const user = await world.user('crash');
    await user.connect('github-app', 'repo');
    await disable('github-app', 'drop');
    world.clock.advance(3_001);
    expect(await other().get(ConnectorTeardown).due()).toContain(await idOf('github-app'));
    await other()
      .get(ConnectorTeardown)
      .runQuietly(await idOf('github-app'));
    expect((await operator().get(`${PATH}/${await idOf('github-app')}`)).body.storedConnectionCount).toBe(0);
    await enable('github-app');
  });
});

describe('a connector with connections', () => {
  const definition = async () => {
    const [google] = (await world.apps[0].get(ConnectorsService).all()).filter(
      ({ target }) => target === 'google',
    );
    return {
      target: `mine-${Date.now()}`,
      preset: 'google',
      clientId: google?.clientId,
      clientSecret: await world.apps[0].get(ConnectorsService).clientSecret(google as Connector),
      endpoints: google?.endpointOverrides,
    };
  };

  it('changes its client id only when that is confirmed, and its secret and name without', async () => {
    const { body } = await operator().post(PATH, await definition());
    await (await world.user('holder')).connect(body.target, GOOGLE.readEvents);
    const change = (members: object) => operator().put(`${PATH}/${body.id}`, members);
    expect((await change({ displayName: 'Mine' })).status).toBe(200);
    const refused = await change({ clientId: 'another' });
    expect(codeOf(refused)).toEqual([409, 'connector_in_use']);
    expect(refused.body).toMatchObject({ storedConnectionCount: 1, members: ['clientId'] });
    expect((await change({ clientId: 'another', confirm: true })).body.clientId).toBe('another');
  });

  it('is deleted once nothing of it lives any more', async () => {
    const { body } = await operator().post(PATH, await definition());
    const user = await world.user('leaver');
    const connectionId = await user.connect(body.target, GOOGLE.readEvents);
    const refused = await operator().delete(`${PATH}/${body.id}`);
    expect(codeOf(refused)).toEqual([409, 'connector_in_use']);
    expect(refused.body.detail).toMatch(/"tokens": "drop"/);
    await disable(body.target, 'drop');
    world.clock.advance(61_000);
    await world.apps[0].get(ConnectorTeardown).runQuietly(body.id);
    await revocationsDue();
    expect((await operator().delete(`${PATH}/${body.id}`)).status).toBe(200);
    expect((await operator().get(`${PATH}/${body.id}`)).status).toBe(404);
    expect((await user.get(`/v1/connections/${connectionId}`)).status).toBe(404);
    const [event] = await world.database.query<{ type: string }>(
      'SELECT type FROM audit_events WHERE target = $1 ORDER BY seq DESC LIMIT 1',
      [body.target],
    );
    expect(event?.type).toBe('connector.deleted');
  });
});

describe('a connector that stores no tokens', () => {
  const unstored = async (target: string, preset: 'google' | 'dropbox') => {
    const original = (await world.apps[0].get(ConnectorsService).all()).find((one) => one.target === preset);
    const { status } = await operator().post(PATH, {
      target,
      preset,
      clientId: original?.clientId,
      clientSecret: await world.apps[0].get(ConnectorsService).clientSecret(original as Connector),
      endpoints: original?.endpointOverrides,
      storeTokens: false,
    });
    expect(status).toBe(201);
    return idOf(target);
  };

  it('proves the account, answers the store step clearly, and has the tokens revoked', async () => {
    const connectorId = await unstored('proof', 'dropbox');
    const user = await world.user('proven');
    const record = await user.verifiedRecord('proof', 'files.metadata.read');
    expect(codeOf(await user.store('proof', record))).toEqual([422, 'connector.token_storage_disabled']);
    expect((await read(user, 'proof')).status).toBe(404);
    const rows = await world.database.query<{ status: string; sealed: Buffer | null; connection_id: string }>(
      'SELECT status, sealed, connection_id FROM authorizations WHERE id = $1',
      [record],
    );
    expect(rows[0]).toMatchObject({ status: 'completed', sealed: null, connection_id: null });
    expect(
      await world.database.query('SELECT 1 FROM connections WHERE connector_id = $1', [connectorId]),
    ).toEqual([]);
    const [event] = await world.database.query<{ detail: object }>(
      `SELECT detail FROM audit_events WHERE type = 'authorization.completed' AND target = 'proof' ORDER BY seq DESC LIMIT 1`,
    );
    expect(event?.detail).toMatchObject({ accountId: expect.any(String), stored: false, revoking: true });

    await revocationsDue();
    const [revocation] = await world.database.query<{ status: string; sealed: Buffer | null }>(
      'SELECT status, sealed FROM revocations WHERE connector_id = $1',
      [connectorId],
    );
    expect(revocation).toMatchObject({ status: 'confirmed', sealed: null });
  });

  it('forgets the tokens where a revocation would end what another connection lives on', async () => {
    const user = await world.user('both');
    await user.connect('google', GOOGLE.readEvents);
    const connectorId = await unstored('proof-google', 'google');
    await user.verifiedRecord('proof-google', 'profile');
    expect(
      await world.database.query('SELECT 1 FROM revocations WHERE connector_id = $1', [connectorId]),
    ).toEqual([]);
    expect((await read(user, 'google')).status).toBe(200);
  });

  it('takes in no token set that was obtained elsewhere', async () => {
    const body = { userId: 'both', target: 'proof', account: { id: '1' }, accessToken: 'x', scopes: [] };
    expect(codeOf(await operator().post('/v1/connections', body))).toEqual([422, 'token_storage_disabled']);
  });
});
