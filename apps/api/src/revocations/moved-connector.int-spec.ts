import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connectorsFileFor } from '@valetkey/twin';
import { ConnectorsService, parseConnectorsFile, type Connector } from '../connectors/index.js';
import { OperatorsService } from '../operators/index.js';
import { Caller, signedInOperator, type Answer, type TwinWorld } from '../platform/testing/index.js';
import { Vault } from '../vault/index.js';
import { HeldPlaces, RefreshAhead, tokenSetBinding } from '../connections/testing/index.js';
import { revocationBinding } from './revocation.js';
import { Revocations } from './revocations.js';
import { createConnectedWorld, GOOGLE, PliantServer, tokenRow } from '../authorizations/testing/index.js';

const PATH = '/v1/operator/connectors';
const ENDPOINTS = ['issuer', 'authorization', 'token', 'userinfo', 'revocation', 'jwks'] as const;
const EMAIL = 'admin@example.com';
const PASSWORD = 'an admin of the specs';
let world: TwinWorld;
let elsewhere: PliantServer;
beforeAll(async () => {
  world = await createConnectedWorld(1, {
    VALETKEY_OPERATOR_EMAIL: EMAIL,
    VALETKEY_OPERATOR_PASSWORD: PASSWORD,
  });
});
afterAll(() => world.close());
beforeEach(async () => void (elsewhere = await PliantServer.start()));
afterEach(() => elsewhere.close());

const operator = () => Caller.operator(world.apps[0].app);
const connectors = () => world.apps[0].get(ConnectorsService);
const read = (user: Caller, target: string) => user.get(`/my-account/identities/${target}/access-token`);
const codeOf = ({ status, body, headers }: Answer) => [status, body?.code ?? headers['valetkey-error']];
/** As the guide's path says it. */
const OVER = [404, 'secrets.third_party_token_set.reauthorization_required'];
const reasonOf = async (user: Caller, id: string) => (await user.get(`/v1/connections/${id}`)).body.reason;
const query = <Row extends object>(text: string, values: unknown[] = []) =>
  world.database.query<Row>(text, values);
let count = 0;

/** A connector of an operator's at the twin, with one connection. */
async function held() {
  const google = (await connectors().findConnector('google')) as Connector;
  const target = `mine-${++count}`;
  const clientSecret = await connectors().clientSecret(google);
  const endpoints = google.endpointOverrides;
  const definition = { target, preset: 'google', clientId: google.clientId, clientSecret, endpoints };
  const { body } = await operator().post(PATH, definition);
  const user = await world.user(`user-${count}`);
  const connectionId = await user.connect(target, GOOGLE.readEvents);
  const path = `${PATH}/${body.id}`;
  return { id: body.id as string, target, path, endpoints, clientSecret, user, connectionId };
}

const pointed = (endpoints: object, name: string) => ({ ...endpoints, [name]: `${elsewhere.url}/${name}` });
const revokeAll = async () => {
  const rows = await query<{ id: string }>(`SELECT id FROM revocations WHERE status = 'pending'`);
  for (const { id } of rows) await world.apps[0].get(Revocations).runRevocation(id);
};
/** Seals a value as an earlier version did, bound to no place. */
async function asFromBefore(
  table: string,
  key: string,
  id: string,
  binding: { purpose: string; rowId: string },
) {
  const vault = world.apps[0].get(Vault);
  const [row] = await query<{ sealed: Buffer }>(`SELECT sealed FROM ${table} WHERE ${key} = $1`, [id]);
  const connector = (await connectors().all()).find(({ target }) => target === `mine-${count}`) as Connector;
  const audience = connectors().audience(connector);
  const text = await vault.open(row?.sealed ?? Buffer.alloc(0), { ...binding, audience });
  const { client, ...older } = JSON.parse(text) as Record<string, unknown>;
  expect(client === undefined).toBe(table === 'token_sets');
  await query(`UPDATE ${table} SET sealed = $2 WHERE ${key} = $1`, [
    id,
    Buffer.from(await vault.seal(JSON.stringify(older), binding)),
  ]);
}

describe.each(ENDPOINTS)('a connector whose %s is to lie elsewhere', (name) => {
  it('wants its client secret anew, and ends what it held without a word to the new place', async () => {
    const { path, endpoints, clientSecret, user, target, connectionId } = await held();
    const change = { endpoints: pointed(endpoints, name), confirm: true };
    const refused = await operator().put(path, change);
    expect(codeOf(refused)).toEqual([400, 'invalid_input']);
    expect(refused.body.errors).toMatchObject([{ path: 'clientSecret' }]);
    expect((await read(user, target)).status).toBe(200);

    expect((await operator().put(path, { ...change, clientSecret })).status).toBe(200);
    expect(codeOf(await read(user, target))).toEqual(OVER);
    expect(await reasonOf(user, connectionId)).toBe('connector_moved');
    world.clock.advance(10 * 3_600_000);
    expect(codeOf(await read(user, target))).toEqual(OVER);
    expect(codeOf(await user.post(`/v1/connections/${connectionId}/refresh`))[0]).toBe(403);
    await world.apps[0].get(RefreshAhead).refreshAhead(connectionId);
    await user.delete(`/my-account/connections/${connectionId}`);
    await revokeAll();
    expect(elsewhere.received).toEqual([]);
  });

  it('sends nothing there when its row is edited in the database', async () => {
    const { id, endpoints, user, target, connectionId } = await held();
    await query('UPDATE connectors SET endpoints = $2 WHERE id = $1', [id, pointed(endpoints, name)]);
    connectors().forget();
    world.clock.advance(10 * 3_600_000);
    await world.apps[0].get(RefreshAhead).refreshAhead(connectionId);
    expect(codeOf(await read(user, target))).toEqual(OVER);
    await user.delete(`/my-account/connections/${connectionId}`);
    await revokeAll();
    expect(elsewhere.received.filter(({ path }) => !path.startsWith('/.well-known'))).toEqual([]);
  });
});

describe('what a connector held', () => {
  it('is worth nothing at a connector of somebody else that a row is moved to', async () => {
    const { user, connectionId, endpoints } = await held();
    const everywhere = Object.fromEntries(ENDPOINTS.map((name) => [name, `${elsewhere.url}/${name}`]));
    const definition = {
      target: `theirs-${count}`,
      preset: 'google',
      clientId: 'theirs',
      endpoints: { ...endpoints, ...everywhere },
    };
    const { body } = await operator().post(PATH, definition);
    await query('UPDATE connections SET connector_id = $2 WHERE id = $1', [connectionId, body.id]);
    world.clock.advance(10 * 3_600_000);
    await world.apps[0].get(RefreshAhead).refreshAhead(connectionId);
    expect(codeOf(await read(user, `theirs-${count}`))).toEqual(OVER);
    await user.delete(`/my-account/connections/${connectionId}`);
    await revokeAll();
    expect(elsewhere.received).toEqual([]);
  });

  it('is revoked where it came from, whenever its connector moved', async () => {
    const { path, endpoints, clientSecret, user, connectionId } = await held();
    world.twin.control.addFault({
      provider: 'google',
      match: { path: '/google/revoke' },
      fault: 'server_error',
      status: 503,
      times: 1,
    });
    await user.delete(`/my-account/connections/${connectionId}`);
    const everywhere = ENDPOINTS.reduce<object>((all, name) => pointed(all, name), endpoints);
    expect((await operator().put(path, { endpoints: everywhere, clientSecret, confirm: true })).status).toBe(
      200,
    );
    world.clock.advance(60_000);
    await revokeAll();
    expect(elsewhere.received).toEqual([]);
    const { body } = await user.get(`/v1/connections/${connectionId}`);
    expect(body.revocation.status).toBe('confirmed');
  });

  it('is revoked where it came from also when an earlier version noted no address', async () => {
    const { path, endpoints, clientSecret, user, connectionId } = await held();
    world.twin.control.addFault({
      provider: 'google',
      match: { path: '/google/revoke' },
      fault: 'server_error',
      status: 503,
      times: 1,
    });
    await user.delete(`/my-account/connections/${connectionId}`);
    const [row] = await query<{ id: string }>('SELECT id FROM revocations WHERE connection_id = $1', [
      connectionId,
    ]);
    await asFromBefore('revocations', 'id', row?.id ?? '', revocationBinding(row?.id ?? '', `user-${count}`));
    const everywhere = ENDPOINTS.reduce<object>((all, name) => pointed(all, name), endpoints);
    await operator().put(path, { endpoints: everywhere, clientSecret, confirm: true });
    world.clock.advance(60_000);
    await revokeAll();
    expect(elsewhere.received).toEqual([]);
    expect((await user.get(`/v1/connections/${connectionId}`)).body.revocation.status).toBe('confirmed');
  });

  it('works on after an upgrade, and is bound to its place then', async () => {
    const { id, endpoints, target, user, connectionId } = await held();
    const before = () =>
      asFromBefore(
        'token_sets',
        'connection_id',
        connectionId,
        tokenSetBinding(connectionId, `user-${count}`),
      );
    await before();
    expect((await read(user, target)).status).toBe(200);
    await world.apps[0].get(HeldPlaces).bindAll();
    expect((await tokenRow(world, connectionId)).sealed[0]).toBe(2);
    expect((await read(user, target)).status).toBe(200);
    await query('UPDATE connectors SET endpoints = $2 WHERE id = $1', [id, pointed(endpoints, 'token')]);
    connectors().forget();
    expect(codeOf(await read(user, target))).toEqual(OVER);
  });

  it('stays for its place when its connector moves before an upgrade has bound it', async () => {
    const { path, endpoints, clientSecret, target, user, connectionId } = await held();
    await asFromBefore(
      'token_sets',
      'connection_id',
      connectionId,
      tokenSetBinding(connectionId, `user-${count}`),
    );
    await operator().put(path, { endpoints: pointed(endpoints, 'token'), clientSecret, confirm: true });
    expect((await tokenRow(world, connectionId)).sealed[0]).toBe(2);
    expect(codeOf(await read(user, target))).toEqual(OVER);
  });

  it('comes back with a new consent, and with nothing of the old grant', async () => {
    const { path, endpoints, clientSecret, user, target } = await held();
    // Another name of the same machine is another origin.
    const moved = Object.fromEntries(
      Object.entries(endpoints).map(([name, url]) => [
        name,
        name === 'issuer' ? url : url.replace('127.0.0.1', 'localhost'),
      ]),
    );
    expect((await operator().put(path, { endpoints: moved, clientSecret, confirm: true })).status).toBe(200);
    expect(codeOf(await read(user, target))).toEqual(OVER);
    await user.connect(target, GOOGLE.readEvents);
    expect((await read(user, target)).status).toBe(200);
  });
});

describe('who may point a connector elsewhere', () => {
  it('is an owner, while an admin still renames it and changes a path', async () => {
    const { path, endpoints, clientSecret } = await held();
    const { app, get } = world.apps[0];
    await get(OperatorsService).ensureFirstOwner();
    await query(`UPDATE operators SET role = 'admin'`);
    const { cookie, csrfToken } = await signedInOperator(app, EMAIL, PASSWORD);
    const [admin, headers] = [new Caller(app), { cookie, 'valetkey-csrf': csrfToken }];
    const moved = { endpoints: pointed(endpoints, 'revocation'), clientSecret, confirm: true };
    expect(codeOf(await admin.put(path, moved, headers))).toEqual([403, 'owner_required']);
    const samePlace = { ...endpoints, userinfo: `${new URL(String(endpoints.token)).origin}/another/path` };
    const harmless = { displayName: 'Renamed', endpoints: samePlace, confirm: true };
    expect((await admin.put(path, harmless, headers)).status).toBe(200);
  });
});

describe('a connectors file that points elsewhere', () => {
  const twin = () => connectorsFileFor(world.twin.url);
  const start = (file: object) => connectors().apply(parseConnectorsFile(file, 'spec', {}), 'file');
  afterEach(() => start(twin()));

  it.each([
    ['an endpoint', { connectors: [{ token: 'token' }] }],
    ['the APIs that tokens go to', { providers: { gmail: { apiBaseUrl: 'https://mail.example' } } }],
  ])('by %s takes no token along', async (_, change: { connectors?: object; providers?: object }) => {
    const user = await world.user(`filed-${++count}`);
    const id = await user.connect('google', GOOGLE.readEvents);
    const file = twin();
    const rest = file.connectors.filter(({ target }) => target !== 'google');
    const google = file.connectors.find(({ target }) => target === 'google');
    const connector = { ...google, endpoints: { ...google?.endpoints, token: `${elsewhere.url}/token` } };
    await start({
      connectors: change.connectors ? [...rest, connector] : file.connectors,
      providers: { ...file.providers, ...change.providers },
    });
    world.clock.advance(10 * 3_600_000);
    expect(codeOf(await read(user, 'google'))).toEqual(OVER);
    expect(await reasonOf(user, id)).toBe('connector_moved');
    expect(elsewhere.received).toEqual([]);
  });
});
