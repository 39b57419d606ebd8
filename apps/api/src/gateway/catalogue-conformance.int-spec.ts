import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  catalogueEntries,
  findEntry,
  findPreset,
  satisfies,
  type CatalogueEntry,
  type ConnectorPreset,
} from '@valetkey/providers';
import { ConnectorsService, parseConnectorsFile } from '../connectors/index.js';
import { APP_CALLBACK, type Caller, type TwinWorld } from '../platform/testing/index.js';
import { Revocations } from '../revocations/testing/index.js';
import { EntryServer } from './testing/entry-server.js';
import { ENTRY_CLIENT, type ScriptedConnector } from './testing/scripted-grants.js';
import { createGatewayWorld } from './testing/gateway-world.js';

const PROXY = 'http://localhost:3000/v1/proxy';
const DAY_MS = 86_400_000;

let server: EntryServer;
let world: TwinWorld;
beforeAll(async () => {
  [server, world] = await Promise.all([EntryServer.start(), createGatewayWorld()]);
  await world.apps[0]
    .get(ConnectorsService)
    .apply(parseConnectorsFile(connectorsFile(), 'catalogue', {}), 'operator');
});
afterAll(async () => {
  await world.close();
  await server.close();
});

const entries = catalogueEntries();
const withConnector = entries.filter(({ connector }) => typeof connector !== 'string');
const withApi = entries.filter(({ api }) => api !== undefined);

/** Every entry, at the server that is made from it. */
function connectorsFile() {
  const connectors = withConnector.map(({ id, parameters, connector }) => {
    const { discovers, endpoints } = connector as ScriptedConnector;
    const at = (name: string) => `${server.url}/${id}/${name}`;
    const named = {
      ...{ authorization: at('authorize'), token: at('token'), userinfo: at('account') },
      ...(endpoints.revocation === undefined ? {} : { revocation: at('revoke') }),
    };
    const examples = Object.entries(parameters).map(([name, { example }]) => [name, example]);
    return {
      ...{ target: id, preset: id, ...ENTRY_CLIENT },
      endpoints: discovers ? { issuer: `${server.url}/${id}` } : named,
      ...(examples.length > 0 ? { parameters: Object.fromEntries(examples) } : {}),
    };
  });
  const providers = withApi.map(({ id }) => [id, { apiBaseUrl: `${server.url}/${id}/api` }]);
  return { connectors, providers: Object.fromEntries(providers) };
}

async function connect(user: Caller, id: string, account: string, scope: string) {
  const request = { connectorId: id, state: 's', redirectUri: APP_CALLBACK, scope };
  const { body: started } = await user.post('/api/verification/social', request);
  const { verificationRecordId, authorizationUri } = started;
  const code = server.agree(id, authorizationUri, account);
  const connectorData = { state: 's', redirectUri: APP_CALLBACK, code };
  const verified = await user.post('/api/verification/social/verify', {
    verificationRecordId,
    connectorData,
  });
  expect([verified.status, verified.text]).toEqual([200, expect.any(String)]);
  expect((await user.store(id, verificationRecordId)).status).toBe(200);
  const { body } = await user.get(`/my-account/connections?target=${id}`);
  expect(body.data).toHaveLength(1);
  return body.data[0];
}

const tokenOf = async (user: Caller, id: string) =>
  (await user.get(`/my-account/identities/${id}/access-token`)).body?.accessToken as string;

function pathOf({ api }: CatalogueEntry): string {
  const listed = api?.effects.read.find((route) => route.startsWith('GET '))?.slice(4);
  return (listed ?? '/things').replace(/\{\w+\}/g, 'x1');
}

describe.each(withConnector.map(({ id }) => id))('%s, at a server made from its entry', (id) => {
  const entry = findEntry(id) as CatalogueEntry;
  const connector = entry.connector as ScriptedConnector;
  const names = Object.keys(entry.scopes);
  const [first = '', second = ''] = names.filter((name) => !connector.baseScopes.includes(name));
  const account = `account-of-${id}`;
  let user: Caller;

  it('connects, and knows the account', async () => {
    user = await world.user(`user-${id}`);
    const connection = await connect(user, id, account, first);
    const parts = [connector.account.id].flat().length;
    expect(connection.account.id.split('/')).toHaveLength(parts);
    expect(connection.account.id.startsWith(account)).toBe(true);
    expect(connection.scopes).toEqual(
      expect.arrayContaining([...connector.baseScopes, ...(first ? [first] : [])]),
    );
    expect(await tokenOf(user, id)).toBe(server.grants.findLast((grant) => grant.entry === id)?.accessToken);
  });

  it('keeps what it has when more is asked for', async () => {
    const connection = await connect(user, id, account, second);
    const kept = [...connector.baseScopes, first, second].filter(Boolean);
    expect(satisfies(findPreset(id) as ConnectorPreset, connection.scopes, kept)).toEqual([]);
  });

  it('refreshes as often as it must, or needs not', async () => {
    const before = await tokenOf(user, id);
    for (let times = 0; times < 2; times++) {
      world.clock.advance((connector.tokenAnswer.assumedLifeSeconds ?? 3600) * 1000 + 60_000);
      expect(server.grantOf(id, await tokenOf(user, id))).toBeDefined();
    }
    expect((await tokenOf(user, id)) === before).toBe(connector.refresh === 'none');
  });

  it('is found alive, and dead once the user has ended it there', async () => {
    const other = await world.user(`leaver-${id}`);
    const connection = await connect(other, id, `leaver-of-${id}`, first);
    const check = async () =>
      (await other.post(`/my-account/connections/${connection.id}/check`)).body.result;
    expect(await check()).toBe('alive');
    world.clock.advance(60_000);
    for (const grant of server.grants.filter((one) => one.account === `leaver-of-${id}`)) server.end(grant);
    expect(await check()).toBe('dead');
  });

  it('is revoked at the provider, or says that it cannot be', async () => {
    const { id: connectionId } = (await user.get(`/my-account/connections?target=${id}`)).body.data[0];
    const token = await tokenOf(user, id);
    expect((await user.delete(`/v1/connections/${connectionId}`)).status).toBeLessThan(300);
    const rows = await world.database.query<{ id: string; status: string }>(
      'SELECT id, status FROM revocations WHERE connection_id = $1 ORDER BY created_at DESC',
      [connectionId],
    );
    for (const row of rows)
      if (row.status === 'pending') await world.apps[0].get(Revocations).runRevocation(row.id);
    const [row] = await world.database.query<{ status: string }>(
      'SELECT status FROM revocations WHERE connection_id = $1 ORDER BY created_at DESC',
      [connectionId],
    );
    const isSupported = connector.revocation.style !== 'none';
    expect(row?.status).toBe(isSupported ? 'confirmed' : 'not_supported');
    expect(server.grantOf(id, token) === undefined).toBe(isSupported);
  });

  it('said nothing that the server did not expect', () => {
    expect(server.faults.splice(0)).toEqual([]);
  });
});

describe.each(withApi.map(({ id }) => id))('the proxy to %s', (id) => {
  const entry = findEntry(id) as CatalogueEntry;
  const target = typeof entry.connector === 'string' ? entry.connector : id;

  it('adds the token, hides it, and leads from page to page through itself', async () => {
    const user = await world.user(`caller-${id}`);
    const scope = entry.defaultScopes.join(' ');
    if (typeof entry.connector === 'string') await user.connect(target, scope);
    else await connect(user, id, `caller-of-${id}`, scope);
    const headers = { 'valetkey-user': `caller-${id}` };
    const ask = (path: string) =>
      entry.api?.graphql !== undefined && !entry.api.effects.read.length
        ? user.post(path, { query: '{ viewer { id } }' }, { ...headers, 'content-type': 'application/json' })
        : user.get(path, headers);
    const first = await ask(`/v1/proxy/${id}${entry.api?.graphql ?? pathOf(entry)}`);
    expect([first.status, first.body]).toEqual([200, expect.objectContaining({ page: 1 })]);
    expect(first.text).not.toMatch(/at-[0-9a-f-]{36}/);
    const { links = [], linksInside = [] } = entry.api ?? {};
    const shown: string[] = [
      ...links.map((name) => first.body[name.replaceAll('*', 'x')]),
      ...linksInside.map((name) => first.body[name.replaceAll('*', 'x')].next),
      /<(.*)>/.exec(String(first.headers['link']))?.[1] ?? '',
    ];
    for (const address of shown) expect(address.startsWith(`${PROXY}/${id}/`)).toBe(true);
    const second = await ask((shown[0] ?? '').slice('http://localhost:3000'.length));
    expect([second.status, second.body]).toEqual([200, expect.objectContaining({ page: 2 })]);
    expect(server.faults.splice(0)).toEqual([]);
  });
});

it('had not to go back further than the tokens of its users live', () => {
  expect(world.clock.now() - Date.now()).toBeLessThan(29 * DAY_MS);
});
