import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { allPresets, credentialOf, type KeyKind } from '@valetkey/providers';
import { ConnectorsService, parseConnectorsFile } from '../connectors/index.js';
import { Caller, type TwinWorld } from '../platform/testing/index.js';
import { EntryServer } from './testing/entry-server.js';
import { createGatewayWorld } from './testing/gateway-world.js';

const HERE = 'http://localhost:3000';
/** An API of one operation, which the server answers for every entry. */
const LISTING = JSON.stringify({
  openapi: '3.1.0',
  info: { title: 'Things', version: '1' },
  paths: {
    '/things': {
      get: {
        operationId: 'things.list',
        summary: 'List things',
        responses: { 200: { description: 'Things', content: { 'application/json': { schema: {} } } } },
      },
    },
  },
});

let server: EntryServer;
let world: TwinWorld;
let operator: Caller;
const presets = allPresets().filter(({ key }) => key !== undefined);
const entryOf = (presetId: string) => presetId.replace(':key', '');
const targetOf = (presetId: string) => `${entryOf(presetId)}-keys`;

beforeAll(async () => {
  [server, world] = await Promise.all([EntryServer.start(), createGatewayWorld()]);
  const connectors = presets.map(({ id, parameters = {} }) => ({
    ...{ target: targetOf(id), preset: id },
    endpoints: { userinfo: `${server.url}/${entryOf(id)}/account` },
    parameters: Object.fromEntries(Object.entries(parameters).map(([name, { example }]) => [name, example])),
  }));
  const providers = Object.fromEntries(
    presets.map(({ id }) => [entryOf(id), { apiBaseUrl: `${server.url}/${entryOf(id)}/api` }]),
  );
  const file = parseConnectorsFile({ connectors, providers }, 'keys', {});
  await world.apps[0].get(ConnectorsService).apply(file, 'operator');
});
beforeAll(() => {
  operator = Caller.operator(world.apps[0].app);
});
afterAll(async () => {
  await world.close();
  await server.close();
});

let count = 0;
/** A key as its user enters it, which the server knows. */
function made(presetId: string, account: string) {
  const { key: kind } = presets.find(({ id }) => id === presetId) as { key: KeyKind };
  const entered = {
    key: `${kind.prefixes[0] ?? ''}canary-key-${++count}`,
    ...(kind.username ? { username: 'ada@acme.example' } : {}),
  };
  const grant = server.makeKey(entryOf(presetId), account, credentialOf(kind, entered));
  return { entered, grant };
}
const hand = (user: Caller, userId: string, presetId: string, entered: object) =>
  user.post('/v1/connections/keys', { userId, target: targetOf(presetId), ...entered });

const proxied = (user: Caller, userId: string, presetId: string) => {
  const headers = { 'valetkey-user': userId };
  return entryOf(presetId) === 'linear'
    ? user.post('/v1/proxy/linear/graphql', { query: '{ viewer { id } }' }, headers)
    : user.get(`/v1/proxy/${entryOf(presetId)}/things`, headers);
};

describe.each(presets.map(({ id }) => id))('a key of %s', (presetId) => {
  const entry = entryOf(presetId);
  const userId = `user-of-${entry}`;
  const account = `account-of-${entry}`;
  let user: Caller;
  let connectionId: string;
  let end: () => void;

  it('is taken from the calling app once the provider has named its account', async () => {
    user = await world.user(userId);
    const { entered, grant } = made(presetId, account);
    end = () => server.end(grant);
    const { status, body, text } = await hand(user, userId, presetId, entered);
    expect([status, text]).toEqual([201, expect.any(String)]);
    expect(body).toMatchObject({ status: 'active', refreshable: false, scopes: [] });
    expect(body.account.id.startsWith(account)).toBe(true);
    expect(text).not.toContain('canary');
    connectionId = body.id;
  });

  it('is sent as the provider takes it, and hidden from what comes back', async () => {
    const { status, text } = await proxied(user, userId, presetId);
    expect([status, text]).toEqual([200, expect.stringContaining('"page":1')]);
    expect(text).not.toMatch(/canary|Y2FuYXJ5/);
  });

  it('is sent by imported actions as by the proxy', async () => {
    const asked = { provider: entry, document: LISTING, operations: ['things.list'] };
    const { body } = await operator.post('/v1/operator/provider-previews', asked);
    const stored = await operator.post('/v1/operator/providers', { ...asked, digest: body.digest });
    expect([stored.status, stored.text]).toEqual([201, expect.any(String)]);
    const ran = await user.post(`/v1/actions/${entry}.things.list`, { userId, input: {} });
    expect([ran.status, ran.body.output?.body?.page, ran.text]).toEqual([200, 1, expect.any(String)]);
    expect(ran.text).not.toMatch(/canary|Y2FuYXJ5/);
  });

  it('is replaced by another of the same account, and by none of another', async () => {
    const other = made(presetId, `other-of-${entry}`);
    const refused = await hand(user, userId, presetId, { ...other.entered, connectionId });
    expect([refused.status, refused.body.code]).toEqual([409, 'account_mismatch']);
    const next = made(presetId, account);
    const { status, body } = await hand(user, userId, presetId, { ...next.entered, connectionId });
    expect([status, body.id]).toEqual([201, connectionId]);
    end();
    end = () => server.end(next.grant);
    const check = await user.post(`/my-account/connections/${connectionId}/check`);
    expect(check.body.result).toBe('alive');
  });

  it('is dead once its user has ended it there', async () => {
    end();
    world.clock.advance(60_000);
    const { body } = await user.post(`/my-account/connections/${connectionId}/check`);
    expect(body.result).toBe('dead');
    expect(body.connection).toMatchObject({ status: 'expired', refreshable: false, reason: 'revoked' });
    const { status, body: problem } = await proxied(user, userId, presetId);
    expect([status, problem.code]).toEqual([403, expect.stringMatching(/authorization_required$/)]);
    expect(problem.authorizationUri).toMatch(/\/connect\/aut_/);
  });

  it('says by hand how it ends, when it is disconnected', async () => {
    const { entered } = made(presetId, account);
    await hand(user, userId, presetId, entered);
    await user.delete(`/v1/connections/${connectionId}`);
    const { body } = await user.get(`/v1/connections/${connectionId}`);
    const byHand = presets.find(({ id }) => id === presetId)?.revocation.byHand;
    expect(body).toMatchObject({ status: 'inactive', revocation: { status: 'not_supported', byHand } });
  });

  it('is asked for on our page, and asked for again when it is wrong', async () => {
    const link = { userId, target: targetOf(presetId), scopes: [] };
    const { body: made0 } = await user.post('/v1/authorizations', link);
    const path = new URL(made0.authorizationUri).pathname;
    const page = await user.get(path);
    expect([page.status, page.text]).toEqual([200, expect.stringContaining('type="password" name="key"')]);
    const wrong = made(presetId, account);
    server.end(wrong.grant);
    const refused = await user.post(`${path}/key`, wrong.entered, { origin: HERE });
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('does not accept this key');
    expect(refused.text).not.toContain('canary');
    const right = made(presetId, account);
    const done = await user.post(`${path}/key`, right.entered, { origin: HERE });
    expect([done.status, done.headers['location']]).toEqual([303, `${HERE}${path}`]);
    expect((await user.get(path)).text).toContain('is connected');
    expect((await user.get(`/v1/authorizations/${made0.id}`)).body).toMatchObject({
      status: 'completed',
      connectionId,
    });
    const again = await user.post(`${path}/key`, right.entered, { origin: HERE });
    expect(again.status).toBe(409);
  });

  it('said nothing that the server did not expect', () => {
    expect(server.faults.splice(0)).toEqual([]);
  });
});

describe('attacks on keys', () => {
  const preset = 'airtable:key';
  const target = targetOf(preset);
  const link = async (user: Caller, userId: string) => {
    const { body } = await user.post('/v1/authorizations', { userId, target, scopes: [] });
    return new URL(body.authorizationUri).pathname;
  };

  it('refuses a key for another user, from an agent, from another site, and on the page of somebody else', async () => {
    const [ada, eve] = [await world.user('ada'), await world.user('eve')];
    const { entered } = made(preset, 'account-of-eve');
    const forAda = await hand(eve, 'ada', preset, entered);
    expect([forAda.status, forAda.body.code]).toEqual([403, 'other_user']);
    const agent = await world.agent();
    expect((await hand(agent, 'ada', preset, entered)).status).toBe(403);
    const path = await link(ada, 'ada');
    expect((await eve.post(`${path}/key`, entered, { origin: HERE })).status).toBe(403);
    expect((await ada.post(`${path}/key`, entered, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await ada.get('/my-account/connections')).body.data).toEqual([]);
  });

  it('takes no key from an address', async () => {
    const user = await world.user('careless');
    const { entered } = made(preset, 'account-of-careless');
    const inQuery = new URLSearchParams(entered).toString();
    const path = await link(user, 'careless');
    expect((await user.get(`${path}/key?${inQuery}`)).status).toBe(404);
    expect((await user.post(`${path}/key?${inQuery}`, {}, { origin: HERE })).status).toBe(400);
    const wanted = { userId: 'careless', target };
    expect((await user.post(`/v1/connections/keys?${inQuery}`, wanted)).status).toBe(400);
  });

  it.each([
    ['a line break', 'pat1\r\nx-evil: 1'],
    ['letters beyond ASCII', 'patñ'],
    ['another prefix', 'sk_live_canary'],
    ['nothing', ' '],
  ])('refuses %s before anybody is asked', async (_, key) => {
    const user = await world.user('typist');
    const before = server.faults.length;
    const { status, body, text } = await hand(user, 'typist', preset, { key });
    expect([status, body.code, body.errors?.[0]?.path]).toEqual([400, 'invalid_input', 'key']);
    expect(text).not.toContain('canary');
    expect(server.faults).toHaveLength(before);
  });

  it('asks no other place than that of the connector, and binds the key to it', async () => {
    const user = await world.user('mover');
    const { entered } = made(preset, 'account-of-mover');
    const { body } = await hand(user, 'mover', preset, entered);
    const evil = await EntryServer.start();
    const connectors = world.apps[0].get(ConnectorsService);
    const { id } = (await connectors.findConnector(target)) as { id: string };
    const change = { endpoints: { userinfo: `${evil.url}/airtable/account` }, confirm: true };
    expect((await operator.patch(`/v1/operator/connectors/${id}`, change)).status).toBe(200);
    await user.post(`/my-account/connections/${body.id}/check`);
    expect(evil.heard).toEqual([]);
    await evil.close();
  });

  it('leaves no key in the log, the audit history or the database', async () => {
    const rows = await world.database.query<{ text: string }>(
      `SELECT e::text AS text FROM audit_events e UNION ALL SELECT a::text FROM authorizations a
       UNION ALL SELECT c::text FROM connections c UNION ALL SELECT s::text FROM token_sets s
       UNION ALL SELECT r::text FROM revocations r`,
    );
    expect(rows.length).toBeGreaterThan(50);
    for (const { text } of rows) expect(text).not.toMatch(/canary|Y2FuYXJ5/);
  });

  it('says of the ways of tokens that a key is needed', async () => {
    const user = await world.user('oauthling');
    const request = {
      connectorId: target,
      state: 's',
      redirectUri: 'http://localhost:8080/callback',
      scope: '',
    };
    const { status, body } = await user.post('/api/verification/social', request);
    expect([status, body.code]).toEqual([422, expect.stringContaining('key_needed')]);
  });
});

describe('a connector of keys', () => {
  const create = (body: object) => operator.post('/v1/operator/connectors', body);

  it('needs no client, and takes none', async () => {
    const made1 = await create({ target: 'stripe-mine', preset: 'stripe:key' });
    expect([made1.status, made1.body]).toMatchObject([201, { clientId: '', hasClientSecret: false }]);
    const withClient = {
      target: 'stripe-other',
      preset: 'stripe:key',
      clientId: 'client',
      clientSecret: 'secret',
    };
    const refused = await create(withClient);
    expect(refused.body.errors.map(({ path }: { path: string }) => path)).toEqual([
      'clientId',
      'clientSecret',
    ]);
    const without = await create({ target: 'stripe-oauth', preset: 'stripe' });
    expect([without.status, without.body.errors[0].path]).toEqual([400, 'clientId']);
  });

  it('is tested by asking where keys are checked', async () => {
    const { id } = (await world.apps[0].get(ConnectorsService).findConnector(targetOf('figma:key'))) as {
      id: string;
    };
    const { body } = await operator.post(`/v1/operator/connectors/${id}/test`);
    expect(body).toMatchObject({ result: 'passed', parts: [{ part: 'account', result: 'passed' }] });
  });

  it('takes no imported tokens', async () => {
    const tokenSet = {
      userId: 'imported',
      target: targetOf('figma:key'),
      account: { id: '1' },
      accessToken: 'x',
      scopes: [],
    };
    const { status, body } = await operator.post('/v1/connections', tokenSet);
    expect([status, body.code]).toEqual([422, 'key_needed']);
  });
});
