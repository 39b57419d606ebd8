/** Nango's own client for Node against us: beside its settings, nothing of the app changes. */
import type { Nango } from '@nangohq/node';
import {
  connectionIdOf,
  hostedConnect,
  nangoClient,
  refusalOf,
  startStack,
  type Stack,
} from '../kit/index.js';

const CALENDAR = '/calendar/v3/users/me/calendarList';
const EVENTS = 'https://www.googleapis.com/auth/calendar.events';

let stack: Stack;
let nango: Nango;
/** Of an agent that may read tokens. */
let reader: Nango;
let google: string;
let github: string;

beforeAll(async () => {
  stack = await startStack();
  await stack.connected('ada', { target: 'google', scope: EVENTS });
  await stack.connected('ada', { target: 'github', scope: 'repo' });
  await stack.connected('bob', { target: 'github', scope: 'repo' });
  google = await connectionIdOf(stack, 'ada', 'google');
  github = await connectionIdOf(stack, 'ada', 'github');
  nango = nangoClient(stack, stack.agent.key);
  reader = nangoClient(stack, (await stack.createAgent('reads tokens', { rawTokens: true })).key);
});
afterAll(() => stack.close());

const events = async (query: string) =>
  (await stack.operator.get(`/v1/audit-events?${query}`)).body.data as { readonly outcome: string }[];

/** Runs something while a rule is in force. */
async function under(text: string, work: () => Promise<void>): Promise<void> {
  const { body, status } = await stack.operator.post('/v1/operator/policies', { name: 'a rule', text });
  expect(status).toBe(201);
  await work().finally(() => stack.operator.delete(`/v1/operator/policies/${body.id}`));
}

describe('connections', () => {
  it('are listed, by user, by integration, by id and by page', async () => {
    const ids = (list: { connections: { connection_id: string }[] }) =>
      list.connections.map((one) => one.connection_id);
    expect(ids(await nango.listConnections({ userId: 'ada' })).sort()).toEqual([google, github].sort());
    expect(ids(await nango.listConnections({ userId: 'ada', integrationId: 'google-calendar' }))).toEqual([
      google,
    ]);
    expect(ids(await nango.listConnections(github))).toEqual([github]);
    expect(ids(await nango.listConnections({ tags: { end_user_id: 'bob' } }))).toHaveLength(1);
    const pages = await Promise.all(
      [0, 1, 2, 3].map((page) => nango.listConnections(undefined, undefined, { limit: 1, page })),
    );
    expect(new Set(pages.flatMap(ids)).size).toBe(3);
    expect(pages[3]?.connections).toEqual([]);
    const [first] = (await nango.listConnections(github)).connections;
    expect(first).toMatchObject({
      provider_config_key: 'github',
      provider: 'github',
      errors: [],
      end_user: { id: 'ada' },
    });
    const filtered = await refusalOf(nango.listConnections(undefined, 'ada@'));
    expect(filtered).toMatchObject({ status: 501, code: 'not_supported' });
  });

  it('are hidden where the policy hides them', async () => {
    const id = await connectionIdOf(stack, 'bob', 'github');
    const rule = 'forbid (principal, action == Action::"connection.read", resource == User::"bob");';
    await under(rule, async () => {
      expect((await nango.listConnections({ userId: 'bob' })).connections).toEqual([]);
      expect((await nango.listConnections()).connections).toHaveLength(2);
      expect(await refusalOf(nango.getConnection('github', id))).toMatchObject({
        status: 403,
        code: 'policy_denied',
      });
    });
    expect(await nango.getConnection('github', id)).toMatchObject({ connection_id: id });
  });

  it('show their token to agents that may read tokens, and to others why not', async () => {
    const shown = await nango.getConnection('google', google);
    expect(shown).toMatchObject({
      connection_id: google,
      metadata: {},
      credentials: { type: 'NONE', error: { code: 'raw_tokens_denied' } },
    });
    expect(await events(`connectionId=${google}&type=access.denied`)).toHaveLength(1);
    const readings = () => events(`connectionId=${google}&type=access_token.read`);
    const before = (await readings()).length;
    const token = await reader.getToken('google', google);
    expect(token).toMatch(/^\S{16,}$/);
    expect(JSON.stringify(shown)).not.toContain(token);
    expect(await readings()).toHaveLength(before + 1);
    expect(await reader.getToken('google', google, true)).not.toBe(token);
    const rule = 'forbid (principal, action == Action::"token.read", resource == User::"ada");';
    await under(rule, async () => {
      const held = await reader.getConnection('google', google);
      expect(held).toMatchObject({ credentials: { type: 'NONE', error: { code: 'policy_denied' } } });
    });
    const refresh = await refusalOf(reader.getConnection('google', google, false, true));
    expect([refresh.status, refresh.message]).toEqual([501, expect.stringContaining('refresh tokens')]);
  });

  it('are not renewed by an agent that may not refresh', async () => {
    const rule = 'forbid (principal, action == Action::"connection.refresh", resource);';
    await under(rule, async () => {
      expect(await refusalOf(reader.getToken('google', google, true))).toMatchObject({
        status: 403,
        code: 'policy_denied',
      });
      expect(await reader.getToken('google', google)).toMatch(/^\S{16,}$/);
    });
  });

  it('are not for other kinds of callers', async () => {
    const bob = nangoClient(stack, (await stack.user('bob')).credential as string);
    expect(await refusalOf(bob.getConnection('google', google))).toMatchObject({ status: 403 });
    expect(await refusalOf(nangoClient(stack, 'vk_agent_wrong').listConnections())).toMatchObject({
      status: 401,
      code: 'invalid_credential',
    });
    const session = await stack.agent.client.post('/v1/sessions', { userId: 'ada' });
    expect(await refusalOf(nangoClient(stack, session.body.token).listConnections())).toMatchObject({
      status: 403,
    });
    expect(await refusalOf(nango.getConnection('github', google))).toMatchObject({ status: 404 });
  });
});

it('goes from a connect session over the link and the consent to a connection, and ends it', async () => {
  const { data } = await nango.createConnectSession({
    end_user: { id: 'carol', email: 'carol@example.com' },
    allowed_integrations: ['google-calendar'],
  });
  expect(Date.parse(data.expires_at)).toBeGreaterThan(Date.now());
  const carol = await stack.user('carol');
  const { page } = await hostedConnect(data.connect_link, carol.credential as string);
  expect(page.html).toContain('connected');
  const found = await nango.waitForConnection('google', 'carol');
  const named = [found.provider_config_key, found.connection_id] as const;
  const proxied = { providerConfigKey: 'google-calendar', connectionId: found.connection_id };
  expect((await nango.get({ ...proxied, endpoint: CALENDAR })).status).toBe(200);
  const again = await nango.createReconnectSession({
    connection_id: found.connection_id,
    integration_id: 'google',
  });
  expect(again.data.connect_link).toContain('/connect/aut_');
  const held = await nango.deleteConnection(...named);
  expect([held.status, held.data]).toMatchObject([202, { success: false, status: 'waiting_for_approval' }]);
  await under('permit (principal, action == Action::"connection.disconnect", resource);', async () => {
    expect((await nango.deleteConnection(...named)).data).toEqual({ success: true });
  });
  expect((await nango.listConnections({ userId: 'carol' })).connections).toEqual([]);
  expect(await refusalOf(nango.getConnection(...named))).toMatchObject({ status: 404, code: 'not_found' });
  expect(await refusalOf(nango.get({ ...proxied, endpoint: CALENDAR }))).toMatchObject({ status: 404 });
  const [ended] = await events(`connectionId=${found.connection_id}&type=connection.disconnected`);
  expect(ended).toMatchObject({ outcome: 'succeeded' });
});

it('makes no link for a user whom the policy keeps from the agent', async () => {
  const rule = 'forbid (principal, action == Action::"authorization.create", resource == User::"bob");';
  await under(rule, async () => {
    const wanted = { end_user: { id: 'bob' }, allowed_integrations: ['github'] };
    expect(await refusalOf(nango.createConnectSession(wanted))).toMatchObject({
      status: 403,
      code: 'policy_denied',
    });
    const id = await connectionIdOf(stack, 'bob', 'github');
    const again = { connection_id: id, integration_id: 'github' };
    expect(await refusalOf(nango.createReconnectSession(again))).toMatchObject({ code: 'policy_denied' });
  });
});

it('takes scopes by name and the user out of tags, and refuses a session of nobody or of everything', async () => {
  const { data } = await nango.createConnectSession({
    tags: { end_user_id: 'dave' },
    allowed_integrations: ['google'],
    integrations_config_defaults: { google: { connection_config: { oauth_scopes_override: EVENTS } } },
  });
  const link = await stack.agent.client.get(`/v1/authorizations/${data.token}`);
  expect(link.body).toMatchObject({ userId: 'dave', requestedScopes: [EVENTS] });
  const sessions = [
    [{ tags: {}, allowed_integrations: ['google'] }, 'end_user.id'],
    [{ end_user: { id: 'dave' } }, 'allowed_integrations'],
    [{ end_user: { id: 'dave' }, allowed_integrations: ['google', 'github'] }, 'allowed_integrations'],
    [{ end_user: { id: 'dave' }, tags: { end_user_id: 'eve' }, allowed_integrations: ['google'] }, 'another'],
  ] as const;
  for (const [session, words] of sessions) {
    const { status, message } = await refusalOf(nango.createConnectSession(session as never));
    expect([status, message]).toEqual([400, expect.stringContaining(words)]);
  }
});

it('says of everything that there is not here what there is instead', async () => {
  const named = { providerConfigKey: 'google', connectionId: google };
  const calls = [
    () => nango.listIntegrations(),
    () => nango.getIntegration({ uniqueKey: 'google' }),
    () => nango.listProviders({}),
    () => nango.setMetadata('google', google, { a: 1 }),
    () => nango.updateMetadata('google', google, { a: 1 }),
    () => nango.patchConnection({ connectionId: google, provider_config_key: 'google' }, { tags: {} }),
    () => nango.listRecords({ ...named, model: 'Event' }),
    () => nango.triggerSync('google', ['events'], google),
    () => nango.triggerAction('google', google, 'send', {}),
    () => nango.getEnvironmentVariables(),
    () => nango.getScriptsConfig(),
  ];
  for (const call of calls) {
    const { status, code, message } = await refusalOf(call());
    expect([status, code, message]).toEqual([501, 'not_supported', expect.stringContaining('docs/')]);
  }
});
