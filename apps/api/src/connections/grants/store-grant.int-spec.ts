import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ConnectorsService } from '../../connectors/index.js';
import type { TwinWorld } from '../../platform/testing/index.js';
import { ConnectionsService } from '../connections.service.js';
import { createConnectedWorld, GOOGLE, tokenRow } from '../../authorizations/testing/index.js';

let world: TwinWorld;
beforeAll(async () => {
  world = await createConnectedWorld();
});
afterAll(() => world.close());
beforeEach(() => {
  world.twin.control.clearFaults();
  world.twin.control.signIn('google', 'ada');
});

const TOKEN = '/my-account/identities/google/access-token';
const connections = () => world.apps[0].get(ConnectionsService);
const connectorId = async (target: string) =>
  (await world.apps[0].get(ConnectorsService).findConnector(target))?.id ?? '';

describe('storing a grant', () => {
  it('never puts back a token older than the one stored', async () => {
    const user = await world.user('older');
    const older = await user.verifiedRecord('google', GOOGLE.readEvents);
    world.clock.advance(1000);
    const newer = await user.verifiedRecord('google', GOOGLE.readEvents);
    const stored = await user.store('google', newer);
    const again = await user.store('google', older);
    expect([again.status, again.body.accessToken]).toEqual([200, stored.body.accessToken]);
    expect((await user.get('/my-account/connections')).body.data).toHaveLength(1);
  });

  it('answers the same record again without doing anything', async () => {
    const user = await world.user('twice');
    const record = await user.verifiedRecord('google', GOOGLE.readEvents);
    const answers = await Promise.all(Array.from({ length: 8 }, () => user.store('google', record)));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    const created = await world.database.query(
      `SELECT 1 FROM audit_events WHERE user_id = 'twice' AND type LIKE 'connection.%'`,
    );
    expect(created).toHaveLength(1);
  });

  it('keeps the refresh token when a later answer leaves it out', async () => {
    const user = await world.user('kept');
    const id = await user.connect('google', GOOGLE.readEvents);
    world.clock.advance(1000);
    world.twin.control.addFault({ provider: 'google', fault: 'omit_refresh_token' });
    await user.connect('google', GOOGLE.sendMail);
    expect((await tokenRow(world, id)).refreshable).toBe(true);
    world.clock.advance(2 * 3_600_000);
    expect((await user.get(TOKEN)).status).toBe(200);
  });

  it('keeps the refresh token that a refresh under way brings, not the one that it spends', async () => {
    const user = await world.user('spent');
    const id = await user.connect('google', GOOGLE.readEvents);
    const { control } = world.twin;
    const code = { grantType: 'authorization_code' };
    const refresh = { grantType: 'refresh_token' };
    control.addFault({ provider: 'google', fault: 'omit_refresh_token', match: code });
    control.addFault({ provider: 'google', fault: 'rotate_refresh_token', match: refresh });
    world.clock.advance(2 * 3_600_000);
    const record = await user.verifiedRecord('google', GOOGLE.sendMail);
    world.clock.advance(1000);
    control.clearCalls();
    control.addFault({
      provider: 'google',
      fault: 'slow',
      delayMs: 1_000,
      match: refresh,
      afterEffect: true,
      times: 1,
    });
    const reading = user.get(TOKEN);
    while (control.calls(refresh).length === 0) await sleep(20);
    const [stored, read] = await Promise.all([user.store('google', record), reading]);
    expect([stored.status, read.status]).toEqual([200, 200]);

    // The consent is older than the refresh, and says more.
    const { scopes } = (await user.get(`/v1/connections/${id}`)).body;
    expect(scopes).toEqual(expect.arrayContaining([GOOGLE.readEvents, GOOGLE.sendMail]));
    world.clock.advance(2 * 3_600_000);
    expect((await user.get(TOKEN)).status).toBe(200);
  });

  it('never puts back a consent older than the one that a refreshed token stands on', async () => {
    const user = await world.user('older-consent');
    const older = await user.verifiedRecord('google', GOOGLE.readEvents);
    world.clock.advance(1000);
    const id = await user.connect('google', GOOGLE.readEvents);
    world.clock.advance(1000);
    expect((await user.post(`/v1/connections/${id}/refresh`)).status).toBe(200);
    const before = await tokenRow(world, id);
    expect((await user.store('google', older)).status).toBe(200);
    expect((await tokenRow(world, id)).version).toBe(before.version);
  });

  it('makes one connection of two records for the same new account, stored at the same time', async () => {
    const user = await world.user('race');
    const records = [
      await user.verifiedRecord('google', GOOGLE.readEvents),
      await user.verifiedRecord('google', GOOGLE.readEvents),
    ];
    const answers = await Promise.all(records.map((record) => user.store('google', record)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect((await user.get('/my-account/connections')).body.data).toHaveLength(1);
  });

  it('makes another connection for another account', async () => {
    const user = await world.user('two');
    const first = await user.connect('google', GOOGLE.readEvents);
    await user
      .verifiedRecord('google', GOOGLE.readEvents, { account: 'alan@example.com' })
      .then((record) => user.store('google', record));
    const { data } = (await user.get('/my-account/connections')).body;
    expect(data.map(({ account }: { account: { email: string } }) => account.email)).toEqual([
      'alan@example.com',
      'ada@example.com',
    ]);
    expect(data[1].id).toBe(first);
  });
});

describe('choosing a connection', () => {
  it('finds none for a user who has none, and the only one for a user who has one', async () => {
    const google = await connectorId('google');
    expect(await connections().choose('nobody', [google])).toBeUndefined();
    const id = await (await world.user('one')).connect('google', GOOGLE.readEvents);
    expect((await connections().choose('one', [google]))?.id).toBe(id);
    expect(await connections().choose('one', [])).toBeUndefined();
  });

  it('asks which when several fit, and takes the one that is named', async () => {
    const user = await world.user('several');
    const ada = await user.connect('google', GOOGLE.readEvents);
    const record = await user.verifiedRecord('google', GOOGLE.readEvents, { account: 'alan@example.com' });
    const ambiguous = await user.store('google', record);
    const { data } = (await user.get('/my-account/connections')).body;
    const alan = data.find(({ id }: { id: string }) => id !== ada).id;
    const asked = await user.get(TOKEN);
    expect([asked.status, asked.body.code]).toEqual([
      409,
      'secrets.third_party_token_set.ambiguous_connection',
    ]);
    expect(asked.body.connections.map(({ id }: { id: string }) => id).sort()).toEqual([ada, alan].sort());
    expect(JSON.stringify(asked.body)).not.toMatch(/ya29\.|sealed/);
    const named = await Promise.all([ada, alan].map((id) => user.get(`${TOKEN}?connectionId=${id}`)));
    expect(named.map(({ status }) => status)).toEqual([200, 200]);
    expect(named[0]?.body.accessToken).not.toBe(named[1]?.body.accessToken);
    expect(ambiguous.status).toBe(200);
  });

  it("does not find another user's connection by its id", async () => {
    const ada = await (await world.user('mine')).connect('google', GOOGLE.readEvents);
    const thief = await world.user('thief');
    await thief.connect('google', GOOGLE.readEvents);
    for (const url of [
      `${TOKEN}?connectionId=${ada}`,
      `/v1/connections/${ada}`,
      `/v1/connections/${ada}/access-token`,
    ]) {
      expect([url, (await thief.get(url)).status]).toEqual([url, 404]);
    }
    expect((await thief.post(`/v1/connections/${ada}/refresh`)).status).toBe(404);
    expect((await thief.delete(`/my-account/connections/${ada}`)).status).toBe(404);
    expect((await tokenRow(world, ada)).refreshable).toBe(true);
  });

  it('refuses a named connection of another connector', async () => {
    const user = await world.user('github-too');
    const id = await user.connect('github', 'repo');
    const answer = await user.get(`${TOKEN}?connectionId=${id}`);
    expect([answer.status, answer.body.code]).toEqual([400, 'connection_mismatch']);
  });

  it('prefers a connection that works to one that is over', async () => {
    const user = await world.user('half-dead');
    const ada = await user.connect('google', GOOGLE.readEvents);
    await user.store(
      'google',
      await user.verifiedRecord('google', GOOGLE.readEvents, { account: 'alan@example.com' }),
    );
    await user.delete(`/my-account/connections/${ada}`);
    const answer = await user.get(TOKEN);
    expect(answer.status).toBe(200);
  });
});

describe('a sealed token set', () => {
  it("does not open in another user's row, nor in another connection's of the same user", async () => {
    const [ada, alan] = [await world.user('victim'), await world.user('attacker')];
    const from = await ada.connect('google', GOOGLE.readEvents);
    const to = await alan.connect('google', GOOGLE.readEvents);
    const other = await ada.connect('github', 'repo');
    for (const target of [to, other]) {
      await world.database.query(
        'UPDATE token_sets SET sealed = (SELECT sealed FROM token_sets WHERE connection_id = $1) WHERE connection_id = $2',
        [from, target],
      );
    }
    const stolen = await alan.get(TOKEN);
    const moved = await ada.get('/my-account/identities/github/access-token');
    expect([stolen.status, stolen.body.code]).toEqual([500, 'internal_error']);
    // A token set that was sealed for another server counts as moved: only a new consent revives the connection.
    expect([moved.status, moved.body]).toEqual([404, null]);
    for (const { text } of [stolen, moved]) expect(text).not.toMatch(/ya29\.|seal|wrong key/);
    expect((await ada.get(TOKEN)).status).toBe(200);
  });

  it('holds no token in clear, in no table', async () => {
    const token = (await (await world.user('victim')).get(TOKEN)).body.accessToken as string;
    const tables = await world.database.query<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`,
    );
    for (const { name } of tables) {
      const rows = await world.database.query<{ n: string }>(
        `SELECT 1 AS n FROM "${name}" AS t WHERE t::text LIKE '%' || $1 || '%' OR t::text LIKE '%' || $2 || '%'`,
        [token, Buffer.from(token).toString('hex')],
      );
      expect([name, rows]).toEqual([name, []]);
    }
  });
});
