import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Caller, OPERATOR_KEY, type TwinWorld } from '../platform/testing/index.js';
import { createConnectedWorld } from '../authorizations/testing/index.js';

const RATE = 5;
const BURST = 2 * RATE;

let world: TwinWorld;
/** Makes callers; operators have their own rate. */
let maker: Caller;
beforeAll(async () => {
  world = await createConnectedWorld(1, {
    VALETKEY_AGENT_RATE: String(RATE),
    VALETKEY_USER_RATE: String(RATE),
  });
  maker = Caller.operator(world.apps[0].app);
});
afterAll(() => world.close());

async function newAgent() {
  const { body } = await maker.post('/v1/agents', { name: 'Busy' });
  return { id: body.id as string, caller: new Caller(world.apps[0].app, body.key) };
}

/** Many at once: how many were let in, and the answers of the rest. */
async function flood(times: number, call: () => ReturnType<Caller['get']>) {
  const from = performance.now();
  const answers = await Promise.all(Array.from({ length: times }, call));
  const refused = answers.filter(({ body }) => body?.code === 'rate_limited');
  const refilled = Math.ceil(((performance.now() - from) / 1_000) * RATE);
  return { refused, admitted: answers.length - refused.length, most: BURST + refilled };
}

describe('requests of one caller', () => {
  it.each([
    [
      'an agent that lists',
      async () => (await newAgent()).caller,
      (who: Caller) => who.get('/v1/connections?userId=ada'),
    ],
    [
      'an agent that is refused',
      async () => (await newAgent()).caller,
      (who: Caller) => who.get('/v1/operator/users'),
    ],
    [
      'an agent that asks for what is not there',
      async () => (await newAgent()).caller,
      (who: Caller) => who.get('/v1/connections/con_0000000000'),
    ],
    [
      'an agent whose body is wrong',
      async () => (await newAgent()).caller,
      (who: Caller) => who.post('/v1/authorizations', { a: 1 }),
    ],
    [
      'a user of the Account API',
      () => world.user('busy-1'),
      (who: Caller) => who.get('/my-account/identities/google/access-token'),
    ],
    ['a user of the API', () => world.user('busy-2'), (who: Caller) => who.get('/v1/connections')],
  ])('are let in as far as their bucket goes: %s', async (_, make, call) => {
    const who = await make();
    const { refused, admitted, most } = await flood(60, () => call(who));
    expect(admitted).toBeGreaterThanOrEqual(BURST);
    expect(admitted).toBeLessThanOrEqual(most);
    expect(refused.length).toBeGreaterThan(0);
    for (const { status, body, headers } of refused) {
      expect([status, body.reason, body.retryable]).toEqual([429, 'caller', true]);
      expect(Number(headers['retry-after'])).toBe(Math.ceil(body.retryAfterMs / 1_000));
    }
    await sleep(Math.max(...refused.map(({ body }) => body.retryAfterMs as number)));
    expect((await call(who)).body?.code).not.toBe('rate_limited');
  });

  it('are counted together over all keys of an agent, and apart from those of others', async () => {
    const { id, caller } = await newAgent();
    const { body } = await maker.post(`/v1/operator/agents/${id}/keys`);
    const second = new Caller(world.apps[0].app, body.key);
    const from = performance.now();
    await flood(60, () => caller.get('/v1/connections?userId=ada'));
    const { admitted } = await flood(30, () => second.get('/v1/connections?userId=ada'));
    // No more than came back meanwhile: the first flood emptied the bucket of both.
    expect(admitted).toBeLessThanOrEqual(Math.ceil(((performance.now() - from) / 1_000) * RATE));
    const other = (await newAgent()).caller;
    expect((await other.get('/v1/connections?userId=ada')).status).toBe(200);
    expect((await maker.get('/v1/operator/agents')).status).toBe(200);
  });

  it('of nobody known empty no bucket', async () => {
    const stranger = new Caller(world.apps[0].app, `${OPERATOR_KEY}x`);
    await Promise.all(Array.from({ length: 50 }, () => stranger.get('/v1/operator/agents')));
    expect((await maker.get('/v1/operator/agents')).status).toBe(200);
  });

  it('leave no trace in the log when they are too many', async () => {
    const { id, caller } = await newAgent();
    await flood(60, () => caller.get('/v1/connections?userId=ada'));
    const rows = await world.database.query(
      `SELECT 1 FROM audit_events WHERE agent_id = $1 AND type = 'access.denied'`,
      [id],
    );
    expect(rows).toEqual([]);
  });
});
