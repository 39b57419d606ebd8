import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createWorld,
  TestClock,
  verifyTree,
  type TestApp,
  type TestDatabase,
  type World,
} from '../platform/testing/index.js';
import { AuditModule } from './audit.module.js';
import { Denials } from './denials.js';

let world: World;
let database: TestDatabase;
let test: TestApp;
beforeAll(async () => {
  world = await createWorld({ rooms: [AuditModule] });
  ({
    database,
    apps: [test],
  } = world);
});
afterAll(() => world.close());
/** Nothing that one spec counted is counted on in the next. */
beforeEach(async () => {
  await test.close();
  test = await world.start({ clock: new TestClock() });
  before = (await events()).length;
});

type Change = Readonly<Record<string, unknown>> & { readonly detail?: object };

let before = 0;
const events = async () =>
  (
    await database.query<{ detail: { code?: string; count?: number; route?: string } }>(
      `SELECT detail FROM audit_events WHERE type = 'access.denied' ORDER BY seq`,
    )
  ).map(({ detail }) => detail);
const written = async () => (await events()).slice(before);
const denied = (change: Change = {}) => ({
  actor: { type: 'agent', id: 'agt_1' } as const,
  agentId: 'agt_1',
  userId: 'ada',
  ...change,
  detail: { code: 'policy_denied', method: 'GET', route: '/v1/tasks/:id', ...change.detail },
});
/** As the round after a minute does. */
const aMinuteLater = async () => {
  test.clock.advance(60_000);
  await test.get(Denials).writeCounts();
};
const record = async (times: number, change?: Change) => {
  await Promise.all(Array.from({ length: times }, () => test.get(Denials).record(denied(change))));
};

describe('a denial', () => {
  it('is written at once, and 700 of the same share one event when the minute is over', async () => {
    await record(701);
    expect(await written()).toEqual([denied().detail]);
    await aMinuteLater();
    expect((await written()).slice(1)).toEqual([{ ...denied().detail, count: 700 }]);
  });

  it('that goes on is one event a minute, and one that stopped is written at once the next time', async () => {
    for (let minute = 0; minute < 3; minute++) {
      await record(5);
      await aMinuteLater();
    }
    expect((await written()).map(({ count }) => count)).toEqual([undefined, 4, 5, 5]);
    await aMinuteLater();
    await record(1);
    expect((await written())[4]?.count).toBeUndefined();
  });

  it.each([
    ['another code', { detail: { code: 'other_user' } }],
    ['another route', { detail: { route: '/v1/connections/:id' } }],
    ['another method', { detail: { method: 'DELETE' } }],
    ['an action', { action: 'gmail.messages.send' }],
    ['another user', { userId: 'bob' }],
    ['another actor', { actor: { type: 'agent', id: 'agt_2' } }],
    ['an actor of another kind', { actor: { type: 'user', id: 'agt_1' } }],
    ['the rule of another name', { detail: { policies: ['No mail'] } }],
  ])('is no other: %s is written at once', async (_, change) => {
    await record(3);
    await record(3, change);
    expect(await written()).toHaveLength(2);
  });

  it.each([
    ['connections', { connectionId: 'con_0000000001' }],
    ['tasks', { taskId: 'tsk_0000000001' }],
    ['requests', { requestId: 'req_2' }],
    ['addresses', { ip: '192.0.2.7' }],
    ['keys', { keyId: 'key_2' }],
  ])(
    'is the same for other %s: ids are not gone through unseen, and do not fill the log',
    async (_, change) => {
      await record(1);
      await record(3, change);
      expect(await written()).toHaveLength(1);
    },
  );

  it('of an actor who varies what can be varied stays at two hundred a minute', async () => {
    for (let n = 0; n < 300; n++) await record(1, { userId: `user ${n}` });
    expect((await written()).length).toBeLessThanOrEqual(201);
    await aMinuteLater();
    expect((await written()).at(-1)).toEqual({ code: 'policy_denied', count: 99 });
  });

  it('that was counted is written when the process stops', async () => {
    await record(4);
    await test.close();
    expect((await written()).map(({ count }) => count)).toEqual([undefined, 3]);
    expect(await verifyTree(database)).toBeTruthy();
  });

  it('that could not be written is no reason to count the next', async () => {
    await database.breakAudit();
    await expect(record(1)).rejects.toMatchObject({ code: 'audit_unavailable' });
    await database.mendAudit();
    await record(1);
    expect(await written()).toHaveLength(1);
  });
});
