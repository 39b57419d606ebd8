import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { APP_CALLBACK, Caller, type Answer, type TwinWorld } from '../platform/testing/index.js';
import { CALENDAR, createTaskWorld, inDays, newEvent, queued } from './testing/task-world.js';

const USER = 'ada';
const LIST = '/v1/actions/google-calendar.events.list';
const PROXY = '/v1/proxy/google-calendar/users/me/calendarList';

let world: TwinWorld;
let agent: Caller;
let rawAgent: Caller;
let operator: Caller;
let user: Caller;
let connectionId: string;
beforeAll(async () => {
  world = await createTaskWorld('api');
  agent = await world.agent();
  rawAgent = await world.agent(true);
  operator = Caller.operator(world.apps[0].app);
  user = await world.user(USER);
  connectionId = await user.connect('google', CALENDAR.write);
});
afterAll(() => world.close());
afterEach(async () => {
  await world.database.mendAudit();
  world.clock.advance(3_000);
});

/** A kind of call: how it is made, once the log is there and once it is not. */
interface Kind {
  readonly name: string;
  /** Preparations of the call, while everything works. */
  readonly before?: () => Promise<unknown>;
  readonly call: (made: string) => Promise<Answer>;
}

const expire = () =>
  world.database.query(`UPDATE token_sets SET expires_at = now() - interval '1 minute', retry_at = NULL`);
const started = async () => {
  const request = { connectorId: 'google', state: 'spec', redirectUri: APP_CALLBACK };
  return (await user.post('/api/verification/social', request)).body.verificationRecordId;
};
const made = async (path: string, body: object) => (await operator.post(path, body)).body.id;
const policy = { name: 'spec', text: 'forbid (principal, action, resource);', enabled: false };
const imported = {
  userId: USER,
  target: 'google',
  account: { id: 'imported' },
  accessToken: 'ya29.imported',
  scopes: [CALENDAR.read],
};
const connector = {
  target: 'made',
  displayName: 'Made',
  preset: 'oauth2',
  clientId: 'id',
  clientSecret: 'secret-of-spec',
  endpoints: {
    authorization: 'https://as.example/authorize',
    token: 'https://as.example/token',
    userinfo: 'https://as.example/me',
  },
};

const KINDS: readonly Kind[] = [
  { name: 'an action', call: () => agent.post(LIST, { userId: USER, input: {} }) },
  {
    name: 'an action whose token must be refreshed',
    before: expire,
    call: () => agent.post(LIST, { userId: USER, input: {} }),
  },
  { name: 'a request to the proxy', call: () => agent.get(PROXY, { 'valetkey-user': USER }) },
  { name: 'a task', call: () => agent.post('/v1/tasks', newEvent(USER)) },
  {
    name: 'a task called off',
    before: () => queued(agent, { ...newEvent(USER), runAt: inDays(30) }),
    call: (id) => agent.post(`/v1/tasks/${id}/cancel`),
  },
  {
    name: "an agent's read of a token",
    call: () => rawAgent.get(`/v1/connections/${connectionId}/access-token`),
  },
  { name: "a user's read of a token", call: () => user.get('/my-account/identities/google/access-token') },
  {
    name: "a user's read of a token as Logto serves it",
    call: () => user.get('/api/my-account/identities/google/access-token'),
  },
  {
    name: 'a read of a token that must be refreshed',
    before: expire,
    call: () => user.get('/my-account/identities/google/access-token'),
  },
  { name: 'a refresh', call: () => agent.post(`/v1/connections/${connectionId}/refresh`) },
  { name: 'a live check', call: () => agent.post(`/v1/connections/${connectionId}/check`) },
  {
    name: 'a link to connect',
    call: () => agent.post('/v1/authorizations', { userId: USER, target: 'github', scopes: ['repo'] }),
  },
  {
    name: 'the start of the Account API',
    call: () =>
      user.post('/api/verification/social', { connectorId: 'google', state: 's', redirectUri: APP_CALLBACK }),
  },
  {
    name: 'a callback of the Account API',
    before: started,
    call: (id) =>
      user.post('/api/verification/social/verify', {
        verificationRecordId: id,
        connectorData: { code: 'c', state: 'spec', redirectUri: APP_CALLBACK },
      }),
  },
  {
    name: 'storing a verified grant',
    before: () => user.verifiedRecord('dropbox', 'files.metadata.read'),
    call: (id) => user.store('dropbox', id),
  },
  {
    name: 'a disconnect',
    before: async () => (await world.user('gone')).connect('google', CALENDAR.read),
    call: (id) => operator.delete(`/v1/connections/${id}`),
  },
  { name: 'an import', call: () => operator.post('/v1/connections', imported) },
  { name: 'a user token', call: () => agent.post(`/v1/users/${USER}/tokens`, {}) },
  {
    name: 'the end of a user',
    before: async () => (await world.user('over')).connect('google', CALENDAR.read),
    call: () => operator.delete('/v1/users/over'),
  },
  { name: 'a new agent', call: () => operator.post('/v1/agents', { name: 'unheard' }) },
  {
    name: 'a new key of an agent',
    before: () => made('/v1/agents', { name: 'known' }),
    call: (id) => operator.post(`/v1/operator/agents/${id}/keys`),
  },
  { name: 'a new policy', call: () => operator.post('/v1/operator/policies', policy) },
  { name: 'a new connector', call: () => operator.post('/v1/operator/connectors', connector) },
  {
    name: 'a connector put out of use',
    before: () =>
      world.database
        .query('SELECT id FROM connectors WHERE target = $1', ['dropbox'])
        .then(([row]) => row?.['id']),
    call: (id) => operator.post(`/v1/operator/connectors/${id}/disable`, { tokens: 'keep' }),
  },
];

/** Everything of the database that a call could have changed; the log and the leases of refreshes aside. */
async function state(): Promise<string> {
  const [row] = await world.database.query<{ all: string }>(`SELECT jsonb_build_object(
    'connections', (SELECT jsonb_agg(to_jsonb(c) - 'last_used_at' - 'failed_at' - 'failure' ORDER BY id) FROM connections c),
    'tokens', (SELECT jsonb_agg(jsonb_build_array(connection_id, version, sealed) ORDER BY connection_id) FROM token_sets),
    'tasks', (SELECT jsonb_agg(jsonb_build_array(id, status) ORDER BY id) FROM tasks),
    'agents', (SELECT count(*) FROM agents), 'keys', (SELECT count(*) FROM agent_keys),
    'policies', (SELECT count(*) FROM policies), 'users', (SELECT jsonb_agg(id ORDER BY id) FROM users),
    'connectors', (SELECT jsonb_agg(jsonb_build_array(target, disabled_at) ORDER BY target) FROM connectors),
    'revocations', (SELECT count(*) FROM revocations))::text AS all`);
  return row?.all ?? '';
}

describe('while the log cannot be written', () => {
  it.each(KINDS.map((kind) => [kind.name, kind] as const))(
    '%s is refused: nothing leaves, nothing is given out, nothing is changed',
    async (_, { before, call }) => {
      const id = String(await before?.());
      const unchanged = await state();
      world.twin.control.clearCalls();
      await world.database.breakAudit();
      const { status, body, text } = await call(id);
      expect([status, body.code]).toEqual([503, 'audit_unavailable']);
      expect(world.twin.control.calls({})).toEqual([]);
      expect(text).not.toMatch(/ya29\.|vk_agent_|accessToken|access_token|authorizationUri/);
      expect(await state()).toBe(unchanged);
    },
  );

  it('a token that was refreshed on the way is not given out when its read cannot be recorded', async () => {
    await expire();
    await world.database.breakAudit(`NEW.type = 'access_token.read'`);
    const { status, body, text } = await user.get('/my-account/identities/google/access-token');
    expect([status, body.code]).toEqual([503, 'audit_unavailable']);
    expect(text).not.toContain('ya29.');
  });

  it('works again at once when the log does', async () => {
    expect((await user.get('/my-account/identities/google/access-token')).status).toBe(200);
    expect((await agent.post(LIST, { userId: USER, input: {} })).status).toBe(200);
  });
});
