import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TWIN_CLIENT_IDS } from '@valetkey/twin';
import { Audit, type NewAuditEvent } from '../audit/index.js';
import { Sql } from '../platform/index.js';
import { Caller, verifyChain, type TestApp, type TwinWorld } from '../platform/testing/index.js';
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
  userId = `memory-${++count}`;
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
const events = () =>
  world.database.query(`SELECT seq FROM audit_events WHERE connection_id = '${id}' ORDER BY seq`);
const reads = () =>
  world.database.query(
    `SELECT 1 FROM audit_events WHERE type = 'access_token.read' AND connection_id = '${id}'`,
  );

describe.each(Object.keys(USES) as (keyof typeof USES)[])('%s', (name) => {
  const use = () => USES[name]();

  it('needs no look at the rows of a connection that was read a moment ago', async () => {
    await use();
    run.mockClear();
    expect((await use()).status).toBe(200);
    expect(lookups()).toEqual([]);
    world.clock.advance(61_000);
    expect((await use()).status).toBe(200);
    expect(lookups()).toHaveLength(1);
  });

  it('is refused at once when another process has ended the connection', async () => {
    expect((await use()).status).toBe(200);
    const before = await reads();
    expect(
      (await inSecondProcess(Caller.operator((world.apps[1] as TestApp).app)).delete(`/v1/connections/${id}`))
        .status,
    ).toBeLessThan(300);
    world.twin.control.clearCalls();
    const refused = await use();
    expect([403, 404]).toContain(refused.status);
    expect(refused.text).not.toContain('ya29');
    expect(providerCalls()).toEqual([]);
    expect(await reads()).toEqual(before);
  });

  it('is refused when the connection ends between the look at its rows and the record', async () => {
    world.clock.advance(61_000);
    const audit = world.apps[0].get(Audit);
    const recordIf = jest.spyOn(audit, 'recordIf').mockImplementationOnce(async (precondition, event) => {
      await inSecondProcess(Caller.operator((world.apps[1] as TestApp).app)).delete(`/v1/connections/${id}`);
      world.twin.control.clearCalls();
      return audit.recordIf(precondition, event);
    });
    const before = await reads();
    const refused = await use();
    recordIf.mockRestore();
    expect([403, 404]).toContain(refused.status);
    expect(refused.text).not.toContain('ya29');
    expect(providerCalls()).toEqual([]);
    expect(await reads()).toEqual(before);
  });

  it('is told to come back when the connection changes each time that it is looked at, and leaves no trace', async () => {
    const audit = world.apps[0].get(Audit);
    const recordIf = jest.spyOn(audit, 'recordIf');
    const { recordIf: record } = Audit.prototype;
    recordIf.mockImplementation(async (precondition, event) => {
      await world.database.query(`UPDATE token_sets SET failures = failures WHERE connection_id = '${id}'`);
      return record.call(audit, precondition, event);
    });
    world.twin.control.clearCalls();
    const before = await events();
    const refused = await use();
    const tries = recordIf.mock.calls.length;
    recordIf.mockRestore();
    expect([refused.status, refused.headers['retry-after'], tries]).toEqual([503, '1', 4]);
    expect(refused.body).toMatchObject({ code: 'unavailable', retryable: true });
    expect(refused.text).not.toContain('ya29');
    expect(providerCalls()).toEqual([]);
    expect(await events()).toEqual(before);
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
    const audit = world.apps[0].get(Audit);
    const { record, recordIf } = Audit.prototype;
    const end = () =>
      inSecondProcess(Caller.operator((world.apps[1] as TestApp).app)).delete(`/v1/connections/${id}`);
    const spies = [
      jest.spyOn(audit, 'recordIf').mockImplementationOnce(async (...given) => {
        await end();
        return recordIf.apply(audit, given);
      }),
      jest.spyOn(audit, 'record').mockImplementation(async (...given: NewAuditEvent[]) => {
        if (given[0]?.type === 'access_token.read') await end();
        return record.apply(audit, given);
      }),
    ];
    const before = await reads();
    const refused = await USES[name]();
    for (const spy of spies) spy.mockRestore();
    expect([403, 404]).toContain(refused.status);
    expect(refused.text).not.toContain('ya29');
    expect(await reads()).toEqual(before);
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

describe('a connection that was read a moment ago', () => {
  it('is not taken for the only one when another process has stored a second', async () => {
    const unnamed = [USES['the token by its target'], USES['a proxied call'], USES['an action']];
    for (const use of unnamed) expect((await use()).status).toBe(200);
    await inSecondProcess(user).connect('google', EVENTS, { account: SECOND_ACCOUNT });
    for (const use of unnamed) expect((await use()).status).toBe(409);
    expect((await USES['the token by its connection']()).status).toBe(200);
    // That read has learnt how both stand; it makes neither the only one.
    for (const use of unnamed) expect((await use()).status).toBe(409);
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
    await inSecondProcess(Caller.operator((world.apps[1] as TestApp).app)).delete(`/v1/connections/${id}`);
    run.mockClear();
    expect((await all()).map(({ status }) => status)).toEqual([404, 200, 200, 200]);
    expect([...new Set(lookups().flatMap(({ values }) => values.flat()))]).toEqual([id]);
  });

  it("is another user's secret all the same", async () => {
    await USES['the token by its connection']();
    const stranger = await world.user(`${userId}-stranger`);
    expect((await stranger.get(`/v1/connections/${id}/access-token`)).status).toBe(404);
    const named = { userId: `${userId}-stranger`, connectionId: id, input: {} };
    expect((await agent.post('/v1/actions/google-calendar.events.list', named)).status).toBe(404);
  });

  it('is forgotten when it has changed, so that the next use does not try it again', async () => {
    await USES['the token by its target']();
    await inSecondProcess(Caller.operator((world.apps[1] as TestApp).app)).delete(`/v1/connections/${id}`);
    await USES['the token by its target']();
    const recordIf = jest.spyOn(world.apps[0].get(Audit), 'recordIf');
    expect((await USES['the token by its target']()).status).toBe(404);
    expect(recordIf).not.toHaveBeenCalled();
    recordIf.mockRestore();
  });

  it('leaves one verified chain', () => verifyChain(world.database));
});
