import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  catalogueEntries,
  findEntry,
  findPreset,
  findProvider,
  satisfies,
  type CatalogueEntry,
  type ConnectorPreset,
} from '@valetkey/providers';
import { readActionSets, type ActionSet } from '@valetkey/providers/catalogue';
import { sentRequest, shownRequest } from '@valetkey/providers/testing';
import { ConnectorsService, parseConnectorsFile } from '../connectors/index.js';
import { APP_CALLBACK, Caller, type TwinWorld } from '../platform/testing/index.js';
import { EntryServer } from './testing/entry-server.js';
import { createGatewayWorld } from './testing/gateway-world.js';
import { ENTRY_CLIENT } from './testing/scripted-grants.js';

const sets = readActionSets('libs/providers/catalogue/actions', catalogueEntries());
const own = sets.filter(({ provider }) => typeof findEntry(provider)?.connector !== 'string');

let server: EntryServer;
let world: TwinWorld;
beforeAll(async () => {
  [server, world] = await Promise.all([EntryServer.start(), createGatewayWorld()]);
  await world.apps[0]
    .get(ConnectorsService)
    .apply(parseConnectorsFile(connectorsFile(), 'sets', {}), 'operator');
});
afterAll(async () => {
  await world.close();
  await server.close();
});

/** The providers that have actions by a file, at the server that is made from their entries. */
function connectorsFile() {
  const connectors = own.map(({ provider: id }) => {
    const { parameters } = findEntry(id) as CatalogueEntry;
    const at = (name: string) => `${server.url}/${id}/${name}`;
    const { revocation } = findPreset(id)?.endpoints ?? {};
    return {
      ...{ target: id, preset: id, ...ENTRY_CLIENT },
      endpoints: {
        ...{ authorization: at('authorize'), token: at('token'), userinfo: at('account') },
        ...(revocation === undefined ? {} : { revocation: at('revoke') }),
      },
      parameters: Object.fromEntries(
        Object.entries(parameters).map(([name, { example }]) => [name, example]),
      ),
    };
  });
  const providers = sets.map(({ provider: id }) => [id, { apiBaseUrl: `${server.url}/${id}/api` }]);
  return { connectors, providers: Object.fromEntries(providers) };
}

async function connect(id: string, userId: string, scopes: readonly string[]): Promise<Caller> {
  const user = await world.user(userId);
  const { connector } = findEntry(id) as CatalogueEntry;
  if (typeof connector === 'string') {
    await user.connect(connector, scopes.join(' '));
    return user;
  }
  const request = { connectorId: id, state: 's', redirectUri: APP_CALLBACK, scope: scopes.join(' ') };
  const { body: started } = await user.post('/api/verification/social', request);
  const { verificationRecordId, authorizationUri } = started;
  const connectorData = {
    state: 's',
    redirectUri: APP_CALLBACK,
    code: server.agree(id, authorizationUri, userId),
  };
  await user.post('/api/verification/social/verify', { verificationRecordId, connectorData });
  expect((await user.store(id, verificationRecordId)).status).toBe(200);
  return user;
}

describe.each(sets)('the actions of $provider', ({ provider: id, actions, failures }) => {
  const scopes = [...new Set(actions.flatMap((one) => one.scopes))];
  const userId = `user-of-${id}`;
  const run = (user: Caller, name: string, input: unknown) =>
    user.post(`/v1/actions/${id}.${name}`, { userId, input });
  const play = (status: number, answer: unknown, headers = {}) =>
    server.api.play(id, { status, body: (answer ?? '') as object | string, headers });

  let user: Caller;
  beforeAll(async () => void (user = await connect(id, userId, scopes)));

  it.each(actions.map((one) => [one.name, one.example] as const))(
    '%s sends and gives what the documentation shows',
    async (name, example) => {
      play(200, example.answer);
      const { status, body, text } = await run(user, name, example.input);
      expect([status, text]).toEqual([200, expect.any(String)]);
      expect(body.output).toEqual({
        ...(example.gives === undefined ? {} : { body: example.gives }),
        ...(example.next ? { next: example.next } : {}),
      });
      const [sent] = server.api.played.splice(0);
      const seen = sentRequest(
        {
          method: sent?.method ?? '',
          path: sent?.url.pathname ?? '',
          query: sent?.url.searchParams ?? new URLSearchParams(),
          body: sent?.text ? (JSON.parse(sent.text) as unknown) : undefined,
        },
        `/${id}/api`,
      );
      expect(unmarked(seen)).toEqual(unmarked(shownRequest(example, { effect: MARK, effect_uuid: UUID })));
      expect(server.faults.splice(0)).toEqual([]);
    },
  );

  const little = littleOf(id, actions);
  (little ? it : it.skip)('become the link that grants them, where a scope is missing', async () => {
    if (!little) return;
    const { scope, action } = little;
    const other = await connect(id, `little-${id}`, [scope]);
    const asked = { userId: `little-${id}`, input: action.example.input };
    const { body } = await other.post(`/v1/actions/${id}.${action.name}`, asked);
    expect(body.code).toMatch(/insufficient_scope$/);
    expect(body.authorizationUri).toMatch(/\/connect\/aut_/);
  });

  it('fail as the provider says that it failed', async () => {
    for (const failure of failures.filter(
      ({ means }) => means === 'not_found' || means === 'insufficient_scope',
    )) {
      play(failure.status, failure.answer, failure.headers);
      const input = actions.find(({ name }) => name === failure.of)?.example.input;
      const { body } = await run(user, failure.of, input);
      expect(body.code).toMatch(new RegExp(`${failure.means}$`));
      server.api.played.splice(0);
    }
  });

  it('are what a rule against them says of the proxied request that does the same', () => {
    const { requests } = findProvider(id) ?? {};
    for (const rule of Object.values(requests?.rules ?? {}))
      for (const name of rule.actions ?? []) expect(actions.map((one) => one.name)).toContain(name);
  });
});

describe('a rule about recipients', () => {
  const add = async (group: string, condition: string) => {
    const text = `forbid (principal, action in Action::"${group}", resource) unless { ${condition} };`;
    const operator = Caller.operator(world.apps[0].app);
    const { status, body } = await operator.post('/v1/operator/policies', { name: group, text });
    expect([status, body.code]).toEqual([201, undefined]);
    return async () => void (await operator.delete(`/v1/operator/policies/${body.id}`));
  };

  it('holds for an action of a file, and for the forwarded request that does the same', async () => {
    const remove = await add('slack.sends', '["c1"].containsAll(context.recipients)');
    const user = await world.user('user-of-slack');
    const post = (channel: string) =>
      user.post('/v1/actions/slack.messages.post', {
        userId: 'user-of-slack',
        input: { channel, text: 'x' },
      });
    server.api.play('slack', { status: 200, body: { ok: true, channel: 'c1', ts: '1' } });
    expect((await post('c1')).status).toBe(200);
    expect((await post('c2')).status).toBe(403);
    const headers = { 'valetkey-user': 'user-of-slack', 'content-type': 'application/json' };
    const body = { channel: 'c2', text: 'x' };
    expect((await user.post('/v1/proxy/slack/chat.postMessage', body, headers)).status).toBe(403);
    expect(server.api.played.splice(0)).toHaveLength(1);
    await remove();
  });

  it('holds where only the provider knows them, before anything is sent', async () => {
    const remove = await add('microsoft.sends', '["example.com"].containsAll(context.recipientDomains)');
    const user = await world.user('user-of-microsoft');
    const reply = (address: string) => {
      server.api.play('microsoft', { status: 200, body: { from: { emailAddress: { address } } } });
      const asked = { userId: 'user-of-microsoft', input: { message: 'm', text: 'x' } };
      return user.post('/v1/actions/microsoft.mail.reply', asked);
    };
    const heard = server.heard.length;
    expect((await reply('eve@evil.example')).status).toBe(403);
    expect(server.heard.slice(heard)).toEqual(['/microsoft/api/v1.0/me/messages/m']);
    expect((await reply('grace@example.com')).status).toBe(200);
    server.api.played.splice(0);
    await remove();
  });
});

/** A scope of one action with which another cannot be run, and that; a provider may know no scopes. */
function littleOf(id: string, actions: ActionSet['actions']) {
  const { connector } = findEntry(id) as CatalogueEntry;
  const base = typeof connector === 'string' ? [] : connector.baseScopes;
  const preset = findPreset(typeof connector === 'string' ? connector : id) as ConnectorPreset;
  const scopes = [...new Set(actions.flatMap((one) => one.scopes))];
  const pairs = scopes.flatMap((scope) => {
    const action = actions.find((one) => satisfies(preset, [...base, scope], one.scopes).length > 0);
    return action ? [{ scope, action }] : [];
  });
  return pairs[0];
}

const MARK = '0123456789abcdefghijklmnopqrstuv';
const UUID = '00000000-0000-4000-8000-000000000000';

/** Marks are of an effect that only the server knows: any of the form will do. */
function unmarked(request: object): unknown {
  const text = JSON.stringify(request)
    .replace(/"[0-9a-v]{32}"/g, '"{effect}"')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}/g, '{uuid}');
  return JSON.parse(text) as unknown;
}
