import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgentsModule } from '../agents/index.js';
import { createConnectedWorld, GOOGLE } from '../authorizations/testing/index.js';
import { GatewayModule } from '../gateway/index.js';
import { Caller, TestClock, type TestApp, type TwinWorld } from '../platform/testing/index.js';
import { SchedulesModule } from '../schedules/index.js';
import { WebhooksModule } from '../webhooks/index.js';

const HOUR_MS = 3_600_000;
/** Longer than any kind of work waits until it is looked for again. */
const HELD_MS = 8_000;
const TAKEN_UP_WITHIN_MS = 15_000;

let world: TwinWorld;
beforeAll(async () => {
  world = await createConnectedWorld(1, {}, [WebhooksModule, SchedulesModule, GatewayModule, AgentsModule]);
});
afterAll(() => world.close());

/** Work that waits, each piece of it held by another process for some seconds. */
async function workInHand(userId: string) {
  const { app } = world.apps[0];
  const { query } = world.database;
  const [operator, agent] = [Caller.operator(app), await Caller.agent(app)];
  const hourly = { userId, action: 'google-calendar.events.list', cron: '0 * * * *', timeZone: 'UTC' };
  const [schedule, endpoint, link] = await Promise.all([
    agent.post('/v1/schedules', hourly),
    // Nothing listens there: an attempt fails, and is counted.
    operator.post('/v1/webhooks', { url: 'http://127.0.0.1:9/', eventTypes: ['task.succeeded'] }),
    agent.post('/v1/authorizations', { userId, target: 'github', scopes: ['repo'] }),
  ]);
  const end = `now() + ${HELD_MS} * interval '1 millisecond'`;
  const held = `holder = 'another', lease_until = ${end}`;
  await query(`UPDATE audit_tree SET ${held}`);
  await query(`UPDATE schedules SET next_run_at = now() - interval '2 hours', ${held} WHERE id = $1`, [
    schedule.body.id,
  ]);
  await query(
    `INSERT INTO webhook_deliveries (id, endpoint_id, message_id, seq, type, object_id, body, status, next_at, created_at)
     VALUES ($1, $2, $1, 0, 'task.succeeded', 'tsk_1', '{}', 'pending', now() - interval '2 hours', now())`,
    [`whd_${userId}`, endpoint.body.id],
  );
  await query(`UPDATE webhook_endpoints SET ${held} WHERE id = $1`, [endpoint.body.id]);
  await query(`UPDATE authorizations SET status = 'exchanging', held_until = ${end} WHERE id = $1`, [
    link.body.id,
  ]);
  return [schedule, endpoint, link].map(({ body }) => body.id as string);
}

/** Which of it was taken up: the run of the schedule, the message, the consent. */
async function takenUp([scheduleId, endpointId, linkId]: readonly string[]) {
  const [row] = await world.database.query<{ run: boolean; message: boolean; consent: boolean }>(
    `SELECT (SELECT last_run_at IS NOT NULL FROM schedules WHERE id = $1) AS run,
       (SELECT attempts > 0 FROM webhook_deliveries WHERE endpoint_id = $2) AS message,
       (SELECT status <> 'exchanging' FROM authorizations WHERE id = $3) AS consent`,
    [scheduleId, endpointId, linkId],
  );
  return row;
}

describe.each([
  ['ahead', HOUR_MS],
  ['behind', -HOUR_MS],
])('a process whose clock is an hour %s', (direction, offMs) => {
  let off: TestApp;
  let work: string[];
  let heldSince: number;
  beforeAll(async () => {
    work = await workInHand(`worked-${direction}`);
    heldSince = performance.now();
    const clock = new TestClock();
    clock.advance(offMs);
    off = await world.start({ clock, env: { VALETKEY_ROLE: 'all' } });
  });
  afterAll(() => off.close());

  it('leaves work to the process that holds it, and takes it up once that lease has ended', async () => {
    const none = { run: false, message: false, consent: false };
    while (performance.now() < heldSince + HELD_MS - 1_000) {
      const found = await takenUp(work);
      if (performance.now() < heldSince + HELD_MS) expect(found).toEqual(none);
      await sleep(500);
    }
    const all = { run: true, message: true, consent: true };
    const giveUpAt = performance.now() + TAKEN_UP_WITHIN_MS;
    while (performance.now() < giveUpAt) {
      if (Object.values((await takenUp(work)) ?? none).every(Boolean)) break;
      await sleep(500);
    }
    expect(await takenUp(work)).toEqual(all);
  });

  it('waits for the refresh of another process, and refreshes when that one has died', async () => {
    const userId = `reads-${direction}`;
    const id = await (await world.user(userId)).connect('google', GOOGLE.readEvents);
    await world.database.query(
      `UPDATE token_sets SET expires_at = now() - interval '2 hours', lease_holder = 'another',
         lease_until = now() + interval '3 seconds' WHERE connection_id = $1`,
      [id],
    );
    world.twin.control.clearCalls();
    const startedAt = performance.now();
    const user = await Caller.user(off.app, userId);
    const answer = await user.get('/my-account/identities/google/access-token');
    expect(answer.status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThan(2_000);
    expect(world.twin.control.calls({ grantType: 'refresh_token' })).toHaveLength(1);
  });
});
