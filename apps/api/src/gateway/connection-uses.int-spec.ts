import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TWIN_CLIENT_IDS } from '@valetkey/twin';
import { Sql } from '../platform/index.js';
import { Caller, verifyTree, type TestApp, type TwinWorld } from '../platform/testing/index.js';
import { createGatewayWorld } from './testing/gateway-world.js';

const EVENTS = 'https://www.googleapis.com/auth/calendar.events';
const LIST = '/v1/proxy/google-calendar/calendars/primary/events';
const GUIDE = '/my-account/identities/google/access-token';
const SECOND_ACCOUNT = 'alan@example.com';

let world: TwinWorld;
let agent: Caller;
let user: Caller;
let userId: string;
let id: string;
let run: jest.SpiedFunction<Sql['run']>;
let count = 0;
beforeAll(async () => {
  world = await createGatewayWorld(2);
  agent = await world.agent(true);
  run = jest.spyOn(world.apps[0].get(Sql), 'run');
});
afterAll(() => world.close());
beforeEach(async () => {
  userId = `uses-${++count}`;
  user = await world.user(userId);
  id = await user.connect('google', EVENTS);
});

/** The ways to use the connection in the first process, by name, with what each answers when all is well. */
const USES = {
  'the token by its connection': () => agent.get(`/v1/connections/${id}/access-token`),
  'the token by its target': () => user.get(`/api${GUIDE}`),
  'a proxied call': () => agent.get(LIST, { 'valetkey-user': userId }),
  'an action': () => agent.post('/v1/actions/google-calendar.events.list', { userId, input: {} }),
} as const;
/** The first process's lookups of connections. */
const lookups = () =>
  run.mock.calls
    .map(([{ name }, values]) => ({ name, values }))
    .filter(({ name }) => name.startsWith('connections_'));
const inSecondProcess = (caller: Caller) => new Caller((world.apps[1] as TestApp).app, caller.bearer);
const providerCalls = () => world.twin.control.calls({ path: '/google/calendar/v3' });
/** Ids of the connection's events; one statement sees each of them once. */
const events = (condition = 'true') =>
  world.database.query(`
    SELECT id FROM (
      SELECT id, type, outcome, connection_id FROM audit_inbox UNION ALL
      SELECT id, type, outcome, connection_id FROM audit_events) e
    WHERE connection_id = '${id}' AND ${condition} ORDER BY id`);
/** Recorded before anything is given out or sent. */
const uses = () =>
  events(
    `(type = 'access_token.read' OR type IN ('action.run', 'request.forwarded') AND outcome = 'intended')`,
  );
const endIt = () => {
  const { app } = world.apps[1] as TestApp;
  return inSecondProcess(Caller.operator(app)).delete(`/v1/connections/${id}`);
};

/** A connection that no statement uses by itself: its token's life is short, and a second connection is over. */
async function makeDoubtful(): Promise<void> {
  const other = await user.connect('google', EVENTS, { account: SECOND_ACCOUNT });
  const now = world.clock.now();
  const at = (ms: number) => new Date(now + ms).toISOString();
  await world.database.query(`UPDATE connections SET reason = 'revoked' WHERE id = '${other}'`);
  await world.database.query(`UPDATE token_sets SET refreshable = false WHERE connection_id = '${other}'`);
  await world.database.query(
    `UPDATE token_sets SET obtained_at = '${at(-1_000)}', expires_at = '${at(8_000)}' WHERE connection_id = '${id}'`,
  );
}

/** Runs before the use is recorded that was judged; gives how often that was. */
function beforeJudgedUse(change: () => Promise<unknown>): () => number {
  const { run: send } = Sql.prototype;
  let times = 0;
  run.mockImplementation(async function (this: Sql, statement, values) {
    if (statement.name === 'connections_used' && String(values[0]).includes('"version":')) {
      times++;
      await change();
    }
    return send.call(this, statement, values) as Promise<never>;
  });
  return () => {
    run.mockRestore();
    run = jest.spyOn(world.apps[0].get(Sql), 'run');
    return times;
  };
}

describe.each(Object.keys(USES) as (keyof typeof USES)[])('%s', (name) => {
  const use = () => USES[name]();

  it('is looked up and recorded by one statement', async () => {
    await use();
    run.mockClear();
    expect((await use()).status).toBe(200);
    expect(lookups().map(({ name: statement }) => statement)).toEqual(['connections_used']);
  });

  it('is refused at once when another process has ended the connection', async () => {
    expect((await use()).status).toBe(200);
    const before = await uses();
    expect((await endIt()).status).toBeLessThan(300);
    world.twin.control.clearCalls();
    const refused = await use();
    expect([403, 404]).toContain(refused.status);
    expect(refused.text).not.toContain('ya29');
    expect(providerCalls()).toEqual([]);
    expect(await uses()).toEqual(before);
  });

  it('is refused when the connection ends between the look at its rows and the record', async () => {
    await makeDoubtful();
    const before = await uses();
    const restore = beforeJudgedUse(async () => {
      await endIt();
      world.twin.control.clearCalls();
    });
    const refused = await use();
    expect(restore()).toBe(1);
    expect([403, 404]).toContain(refused.status);
    expect(refused.text).not.toContain('ya29');
    expect(providerCalls()).toEqual([]);
    expect(await uses()).toEqual(before);
  });

  it('is told to come back when the token set changes each time that it is judged, and leaves no trace', async () => {
    await makeDoubtful();
    const before = await events();
    const restore = beforeJudgedUse(() =>
      world.database.query(`UPDATE token_sets SET version = version + 1 WHERE connection_id = '${id}'`),
    );
    world.twin.control.clearCalls();
    const refused = await use();
    expect([refused.status, refused.headers['retry-after'], restore()]).toEqual([503, '1', 3]);
    expect(refused.body).toMatchObject({ code: 'unavailable', retryable: true });
    expect(refused.text).not.toContain('ya29');
    expect(providerCalls()).toEqual([]);
    expect(await events()).toEqual(before);
    expect((await use()).status).toBe(200);
  });

  it('is refused when the log takes nothing', async () => {
    world.twin.control.clearCalls();
    await world.database.breakAudit();
    const refused = await use();
    await world.database.mendAudit();
    expect([refused.status, refused.body.code]).toEqual([503, 'audit_unavailable']);
    expect(refused.text).not.toContain('ya29');
    expect(providerCalls()).toEqual([]);
    expect((await use()).status).toBe(200);
  });

  it('has the token that another process has refreshed', async () => {
    await use();
    const second = inSecondProcess(agent);
    expect((await second.post(`/v1/connections/${id}/refresh`)).status).toBeLessThan(300);
    const { accessToken } = (await second.get(`/v1/connections/${id}/access-token`)).body;
    run.mockClear();
    const answer = await use();
    expect(answer.status).toBe(200);
    expect(lookups()).toHaveLength(1);
    if (name.startsWith('the token')) expect(answer.text).toContain(accessToken);
  });
});

describe.each(['the token by its connection', 'the token by its target'] as const)('%s', (name) => {
  it('is refused when the connection ends between its refresh and the record', async () => {
    world.clock.advance(3_600_000);
    const before = await uses();
    const restore = beforeJudgedUse(endIt);
    const refused = await USES[name]();
    expect(restore()).toBe(1);
    expect([403, 404]).toContain(refused.status);
    expect(refused.text).not.toContain('ya29');
    expect(await uses()).toEqual(before);
    expect(world.twin.control.calls({ grantType: 'refresh_token' }).length).toBeGreaterThan(0);
  });
});

it('gives a token out after one refresh though the provider says that its time is over', async () => {
  world.twin.control.updateClient(TWIN_CLIENT_IDS.google, { accessTokenLifetimeS: 0 });
  world.clock.advance(3_600_000);
  const refreshes = () => world.twin.control.calls({ grantType: 'refresh_token' }).length;
  const before = refreshes();
  const { status } = await USES['the token by its connection']();
  world.twin.control.updateClient(TWIN_CLIENT_IDS.google, { accessTokenLifetimeS: 3_600 });
  expect([status, refreshes() - before]).toEqual([200, 1]);
});

describe('a connection that was used a moment ago', () => {
  it('is not taken for the only one when another process has stored a second', async () => {
    const unnamed = [USES['the token by its target'], USES['a proxied call'], USES['an action']];
    for (const use of unnamed) expect((await use()).status).toBe(200);
    await inSecondProcess(user).connect('google', EVENTS, { account: SECOND_ACCOUNT });
    for (const use of unnamed) expect((await use()).status).toBe(409);
    expect((await USES['the token by its connection']()).status).toBe(200);
  });

  it('holds up no other when it has changed', async () => {
    const others = await Promise.all(
      ['a', 'b', 'c'].map(async (name) => {
        // Of another account: its grant does not end with the one that is disconnected.
        return (await world.user(`${userId}-${name}`)).connect('google', EVENTS, { account: SECOND_ACCOUNT });
      }),
    );
    const all = () =>
      Promise.all([id, ...others].map((one) => agent.get(`/v1/connections/${one}/access-token`)));
    expect((await all()).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    await endIt();
    expect((await all()).map(({ status }) => status)).toEqual([404, 200, 200, 200]);
  });

  it('is read though others ask at the same time for ids that no database takes', async () => {
    const impossible = Array.from({ length: 3 }, () =>
      agent.get(`/v1/connections/con_%00${'a'.repeat(20)}/access-token`),
    );
    const answers = await Promise.all([...impossible, USES['the token by its connection']()]);
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 200]);
  });

  it("is another user's secret all the same", async () => {
    await USES['the token by its connection']();
    const stranger = await world.user(`${userId}-stranger`);
    expect((await stranger.get(`/v1/connections/${id}/access-token`)).status).toBe(404);
    const named = { userId: `${userId}-stranger`, connectionId: id, input: {} };
    expect((await agent.post('/v1/actions/google-calendar.events.list', named)).status).toBe(404);
  });

  it('leaves one verified chain', () => verifyTree(world.database));
});
