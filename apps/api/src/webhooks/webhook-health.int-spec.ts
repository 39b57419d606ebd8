import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { AuditErasures, RunErasures } from '../audit/index.js';
import { FAILING_MS } from './attempts.js';
import { DeliveryCleanup } from './delivery-cleanup.js';
import { Receiver } from './testing/receiver.js';
import { createWebhookWorld, type WebhookWorld } from './testing/webhook-world.js';

const DAY_MS = 86_400_000;
let world: WebhookWorld;
let receiver: Receiver;
let other: Receiver;
beforeAll(async () => {
  world = await createWebhookWorld();
  [receiver, other] = [await Receiver.start(), await Receiver.start()];
});
afterEach(async () => {
  await world.database.query('DELETE FROM webhook_endpoints');
  for (const each of [receiver, other]) each.clear();
});
afterAll(async () => {
  await world.close();
  await Promise.all([receiver.stop(), other.stop()]);
});

const told = async (over: object = {}) => {
  await world.record(over);
  await world.tell();
  await world.send();
};
const read = async (id: string) => (await world.operator().get(`/v1/webhooks/${id}`)).body;
const eventsOf = (id: string) =>
  world.database.query<{ type: string; percent: number | null; reason: string | null }>(
    `SELECT type, (detail->>'percent')::int AS percent, detail->>'reason' AS reason FROM audit_events
     WHERE detail->>'webhookId' = $1 AND type IN ('webhook.failed', 'webhook.disabled') ORDER BY seq`,
    [id],
  );
const kept = () => world.database.query<{ user_id: string | null }>('SELECT user_id FROM webhook_deliveries');

describe('an endpoint of which every attempt fails', () => {
  it('is warned of at 50, 70, 90 and 100 percent of three days, then disabled, and others are told', async () => {
    const { id } = await world.add({ url: receiver.url, eventTypes: ['task.succeeded'] });
    await world.add({ url: other.url, eventTypes: ['webhook.failing', 'webhook.disabled'] });
    receiver.reply = { status: 500 };
    for (const share of [0, 0.3, 0.51, 0.6, 0.71, 0.91, 1.01]) {
      const { failingSince } = await read(id);
      if (failingSince) {
        const until = Date.parse(failingSince) + share * FAILING_MS;
        world.clock.advance(until - world.clock.now());
      }
      await told({ taskId: `tsk_${share}` });
    }
    const warned = (percent: number) => ({ type: 'webhook.failed', percent, reason: null });
    expect(await eventsOf(id)).toEqual([
      ...[50, 70, 90, 100].map(warned),
      { type: 'webhook.disabled', percent: null, reason: 'failing' },
    ]);
    expect(await read(id)).toMatchObject({
      disabled: true,
      disabledReason: 'failing',
      lastError: 'status 500',
    });
    await told({ taskId: 'unheard' });
    expect(other.received.map(({ json }) => [json.type, json.data.percent ?? json.data.reason])).toEqual([
      ...[50, 70, 90, 100].map((percent) => ['webhook.failing', percent]),
      ['webhook.disabled', 'failing'],
    ]);
  });

  it('begins anew with the first message that it takes', async () => {
    const { id } = await world.add({ url: receiver.url, eventTypes: ['task.succeeded'] });
    receiver.replies = [{ status: 500 }, { status: 500 }];
    await told();
    world.clock.advance(0.6 * FAILING_MS);
    await world.send();
    expect(await eventsOf(id)).toHaveLength(1);
    await told({ taskId: 'tsk_2' });
    expect((await read(id)).failingSince).toBeUndefined();
    expect((await read(id)).deliveredAt).toEqual(expect.any(String));
  });

  it('goes on with what still waits once it is enabled', async () => {
    const { id } = await world.add({ url: receiver.url });
    receiver.replies = [{ status: 410 }];
    await world.record({ taskId: 'a' });
    await world.record({ taskId: 'a', type: 'task.retried' });
    await world.tell();
    await world.send();
    expect(await read(id)).toMatchObject({ disabled: true, disabledReason: 'gone' });
    expect(await eventsOf(id)).toEqual([{ type: 'webhook.disabled', percent: null, reason: 'gone' }]);
    await world.send();
    expect(receiver.types).toEqual(['task.succeeded']);
    await world.operator().patch(`/v1/webhooks/${id}`, { disabled: false });
    await world.send();
    expect(receiver.types).toEqual(['task.succeeded', 'task.retried']);
  });
});

describe('messages', () => {
  const cleanUp = () => world.apps[0].get(DeliveryCleanup).run();

  it('are let go of thirty days after they have ended', async () => {
    await world.add({ url: receiver.url, eventTypes: ['agent.disabled'] });
    await told({ type: 'agent.updated', userId: undefined, agentId: 'agt_1', detail: { disabled: true } });
    world.clock.advance(29 * DAY_MS);
    await cleanUp();
    expect(await kept()).toHaveLength(1);
    world.clock.advance(2 * DAY_MS);
    await cleanUp();
    expect(await kept()).toEqual([]);
  });

  it('to a disabled endpoint end after three days', async () => {
    const { id } = await world.add({ url: receiver.url });
    receiver.reply = { status: 500 };
    await told();
    await world.operator().patch(`/v1/webhooks/${id}`, { disabled: true });
    world.clock.advance(3.1 * DAY_MS);
    await world.database.query(`INSERT INTO users (id) VALUES ('ada')`);
    await cleanUp();
    const rows = await world.database.query('SELECT status FROM webhook_deliveries');
    expect(rows).toEqual([{ status: 'failed' }]);
  });

  it('about a user who is gone are deleted once they have ended', async () => {
    await world.add({ url: receiver.url });
    receiver.replies = [{ status: 500 }];
    await told({ userId: 'gone' });
    await cleanUp();
    expect(await kept()).toHaveLength(1);
    world.clock.advance(DAY_MS);
    await world.send();
    await cleanUp();
    expect(await kept()).toEqual([]);
  });

  it('about a user who is erased are sent, then deleted with the answers', async () => {
    await world.add({ url: receiver.url });
    receiver.replies = [{ status: 500, body: 'canary: no order of erased-user' }];
    await world.record({ userId: 'erased-user' });
    const erasures = world.apps[0].get(AuditErasures);
    const by = { actor: { type: 'system', id: 'spec' }, trace: {} } as never;
    const { id } = await erasures.start('erased-user', by);
    const run = async () => {
      await world.database.query('UPDATE audit_erasures SET next_at = now()');
      await world.apps[0].get(RunErasures).runDue();
    };
    await run();
    await world.tell();
    await world.send();
    await run();
    expect((await erasures.getErasure(id)).finishedAt ?? undefined).toBeUndefined();
    world.clock.advance(DAY_MS);
    await world.send();
    expect(receiver.received).toHaveLength(2);
    await run();
    expect((await erasures.getErasure(id)).finishedAt).toEqual(expect.any(Date));
    expect(await world.database.tablesWith('erased-user')).toEqual([]);
    expect(await world.database.tablesWith('canary')).toEqual([]);
  });
});
