import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Caller, type TwinWorld } from '../../platform/testing/index.js';
import { createGatewayWorld } from '../testing/gateway-world.js';

const READ = 'https://www.googleapis.com/auth/calendar.events.readonly';
const WRITE = 'https://www.googleapis.com/auth/calendar.events';
const LIST = 'google-calendar.events.list';

let world: TwinWorld;
let agent: Caller;
let operator: Caller;
beforeAll(async () => {
  world = await createGatewayWorld();
  agent = await world.agent();
  operator = Caller.operator(world.apps[0].app);
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.database.query('DELETE FROM policies');
  await world.database.query(
    `UPDATE connectors SET disabled_at = NULL, options = options || '{"storeTokens": true}'`,
  );
  world.clock.advance(3_000);
});

type Listed = { id: string; readiness: string; reason?: string; connectionIds?: string[] };

async function listed(query: string, caller = agent): Promise<Listed[]> {
  const { status, body } = await caller.get(`/v1/actions?${query}`);
  expect(status).toBe(200);
  return body.data;
}
const ids = async (query: string) => (await listed(query)).map(({ id }) => id);
const sql = (text: string, ...values: unknown[]) => world.database.query(text, values);

async function readinessOf(userId: string, action: string, caller = agent): Promise<Listed> {
  const found = (await listed(`userId=${userId}`, caller)).find(({ id }) => id === action);
  if (!found) throw new Error(`${action} is not listed`);
  return found;
}

/** The answer of a run: 200, or the code of its problem. */
async function answerOf(userId: string, action: string, input: object, more: object = {}, caller = agent) {
  const { status, body } = await caller.post(`/v1/actions/${action}`, { userId, input, ...more });
  return status === 200 ? 200 : body.code;
}

describe('the catalogue', () => {
  it('is searched by words and narrowed by provider, effect and scope', async () => {
    expect((await ids('q=send%20an%20email'))[0]).toBe('gmail.messages.send');
    expect(await ids('q=create&provider=github&effect=write&limit=1')).toHaveLength(1);
    const merges = await listed('effect=destructive&provider=github');
    expect(merges.map(({ id }) => id)).toContain('github.pulls.merge');
    expect(await ids(`scope=${encodeURIComponent(READ)}`)).toContain(LIST);
    expect(await ids('scope=nothing.needs.this')).toEqual([]);
    expect(await ids('q=xyzzyx')).toEqual([]);
    expect((await ids('')).length).toBeGreaterThan(80);
  });

  it.each([
    ['provider=acme', 'provider'],
    ['effect=harmless', 'effect'],
    [`q=${'x'.repeat(201)}`, 'q'],
    ['q=%20', 'q'],
    ['limit=0', 'limit'],
    ['readiness=perhaps', 'readiness'],
    ['readiness=callable', 'userId'],
  ])('refuses %s in words about %s', async (query, word) => {
    for (const path of ['actions', 'tools']) {
      const { status, body } = await agent.get(`/v1/${path}?${query}`);
      expect([status, body.code]).toEqual([400, 'invalid_input']);
      expect(body.detail).toContain(word);
    }
  });

  it('gives tools as a model takes them, with their readiness beside them by name', async () => {
    await (await world.user('tools')).connect('google', READ);
    const { body } = await agent.get('/v1/tools?format=openai&userId=tools');
    expect(Object.keys(body).sort()).toEqual(['data', 'readiness']);
    expect(body.data.every((tool: object) => Object.keys(tool).join() === 'type,function')).toBe(true);
    expect(body.readiness['google-calendar__events__list'].readiness).toBe('callable');
    expect(body.readiness['google-calendar__events__create'].readiness).toBe('needs_authorization');
    expect(body.readiness['github__pulls__merge'].readiness).toBe('not_allowed');

    const ready = await agent.get('/v1/tools?format=anthropic&userId=tools&readiness=callable&q=events');
    const names = ready.body.data.map(({ name }: { name: string }) => name);
    expect(names).toContain('google-calendar__events__list');
    expect(names).not.toContain('google-calendar__events__create');
    expect((await agent.get('/v1/tools?q=events')).body).not.toHaveProperty('readiness');
  });
});

describe('readiness is what a run then answers', () => {
  const states: [
    state: string,
    readiness: string,
    reason: string | undefined,
    make: (user: string) => Promise<unknown>,
  ][] = [
    ['no connection', 'needs_authorization', 'authorization_required', async () => undefined],
    ['a connection with the scope', 'callable', undefined, (user) => connect(user, READ)],
    ['a wider scope', 'callable', undefined, (user) => connect(user, WRITE)],
    ['another scope', 'needs_authorization', 'insufficient_scope', (user) => connect(user, 'openid')],
    [
      'an expired token that can be refreshed',
      'callable',
      undefined,
      async (user) => {
        await connect(user, READ);
        await tokens(user, `expires_at = now() - interval '1 year'`);
      },
    ],
    [
      'an expired token that cannot be refreshed',
      'needs_authorization',
      'authorization_required',
      async (user) => {
        await connect(user, READ);
        await tokens(user, `expires_at = '2020-01-01', refreshable = false`);
      },
    ],
    [
      'a connection that was ended',
      'needs_authorization',
      'authorization_required',
      async (user) => {
        const id = await connect(user, READ);
        await (await world.user(user)).delete(`/my-account/connections/${id}`);
      },
    ],
    [
      'two connections, of which one has the scope',
      'callable',
      undefined,
      async (user) => {
        await connect(user, READ);
        await connect(user, 'https://www.googleapis.com/auth/gmail.send', 'alan@example.com');
      },
    ],
    [
      'two connections with the scope',
      'callable',
      'ambiguous_connection',
      async (user) => {
        await connect(user, READ);
        await connect(user, READ, 'alan@example.com');
      },
    ],
    [
      'two connections of which one is over',
      'callable',
      undefined,
      async (user) => {
        await connect(user, READ);
        await tokens(user, `expires_at = '2020-01-01', refreshable = false`);
        await connect(user, READ, 'alan@example.com');
      },
    ],
    [
      'a connector that is disabled',
      'not_allowed',
      'connector_disabled',
      async (user) => {
        await connect(user, READ);
        await sql(`UPDATE connectors SET disabled_at = now() WHERE target = 'google'`);
        world.clock.advance(3_000);
      },
    ],
    [
      'a connector that stores no tokens',
      'not_allowed',
      'token_storage_disabled',
      async () => {
        await sql(
          `UPDATE connectors SET options = options || '{"storeTokens": false}' WHERE target = 'google'`,
        );
        world.clock.advance(3_000);
      },
    ],
    [
      'a policy that refuses',
      'not_allowed',
      'policy_denied',
      async (user) => {
        await connect(user, READ);
        await policy('forbid (principal is Agent, action in Action::"google-calendar", resource);');
      },
    ],
    [
      'a policy that wants approval',
      'not_allowed',
      'approval_required',
      async (user) => {
        await connect(user, READ);
        await policy(
          '@require_approval("yes") forbid (principal is Agent, action == Action::"google-calendar.events.list", resource);',
        );
      },
    ],
  ];

  async function connect(userId: string, scope: string, account?: string) {
    return (await world.user(userId)).connect('google', scope, account ? { account } : {});
  }
  const tokens = (userId: string, change: string) =>
    sql(
      `UPDATE token_sets SET ${change} WHERE connection_id IN (SELECT id FROM connections WHERE user_id = $1)`,
      userId,
    );
  async function policy(text: string) {
    expect((await operator.post('/v1/operator/policies', { name: 'Rule', text })).status).toBe(201);
  }

  it.each(states.map((state, index) => [...state, `state-${index}`] as const))(
    'with %s: %s',
    async (_, readiness, reason, make, user) => {
      await make(user);
      const found = await readinessOf(user, LIST);
      expect([found.readiness, found.reason]).toEqual([readiness, reason]);
      expect(await answerOf(user, LIST, {})).toBe(reason ?? 200);
      if (reason === 'ambiguous_connection') {
        expect(found.connectionIds).toHaveLength(2);
        const [connectionId] = found.connectionIds ?? [];
        expect(await answerOf(user, LIST, {}, { connectionId })).toBe(200);
      }
    },
  );

  it('with a provider that no connector serves', async () => {
    await sql(`UPDATE connectors SET target = target || '-old', preset = 'oauth2' WHERE target = 'dropbox'`);
    world.clock.advance(3_000);
    const found = await readinessOf('nobody', 'dropbox.account.get');
    expect([found.readiness, found.reason]).toEqual(['not_allowed', 'connector_missing']);
    expect(await answerOf('nobody', 'dropbox.account.get', {})).toBe('connector_missing');
    await sql(`UPDATE connectors SET target = 'dropbox', preset = 'dropbox' WHERE target = 'dropbox-old'`);
  });

  it('of what cannot be undone: allowed to the user in person, not to an agent', async () => {
    const user = await world.user('in-person');
    await user.connect('google', WRITE);
    const action = 'google-calendar.events.delete';
    expect(await readinessOf('in-person', action)).toMatchObject({
      readiness: 'not_allowed',
      reason: 'approval_required',
    });
    expect(await readinessOf('in-person', action, user)).toMatchObject({ readiness: 'callable' });
  });

  it('is told to a user of themselves alone, named or not, and not to operators', async () => {
    const user = await world.user('curious');
    await user.connect('google', READ);
    expect((await user.get('/v1/actions?userId=victim')).body.code).toBe('other_user');
    const own = await user.get(`/v1/actions?q=${LIST}`);
    expect(own.body.data[0]).toMatchObject({ id: LIST, readiness: 'callable' });
    expect((await operator.get('/v1/actions?readiness=callable&userId=curious')).body.code).toBe(
      'invalid_input',
    );
    expect((await listed('userId=curious', operator))[0]).not.toHaveProperty('readiness');
  });
});
