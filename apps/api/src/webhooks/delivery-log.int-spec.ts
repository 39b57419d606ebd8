import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { Receiver } from './testing/receiver.js';
import { createWebhookWorld, type WebhookWorld } from './testing/webhook-world.js';

let world: WebhookWorld;
let receiver: Receiver;
beforeAll(async () => {
  world = await createWebhookWorld();
  receiver = await Receiver.start();
});
afterEach(async () => {
  await world.database.query('DELETE FROM webhook_endpoints');
  receiver.clear();
});
afterAll(async () => {
  await world.close();
  await receiver.stop();
});

const PATH = '/v1/webhook-deliveries';
const told = async (over: object = {}) => {
  await world.record(over);
  await world.tell();
  await world.send();
};
const newest = async (query = '') => (await world.operator().get(`${PATH}?limit=1${query}`)).body.data[0];
const read = async (id: string) => (await world.operator().get(`${PATH}/${id}`)).body;
const events = (type: string, id: string) =>
  world.database.query(`SELECT 1 FROM audit_events WHERE type = $1 AND detail->>'webhookId' = $2`, [
    type,
    id,
  ]);

describe('the log of deliveries', () => {
  it('shows each attempt: what was sent, and the beginning of the answer', async () => {
    const { id: webhookId } = await world.add({ url: receiver.url });
    receiver.replies = [{ status: 500, body: 'no such table' }];
    await told();
    const { id } = await newest(`&webhookId=${webhookId}&status=pending`);
    world.clock.advance(60_000);
    await world.send();
    const delivery = await read(id);
    expect(delivery).toMatchObject({
      webhookId,
      messageId: receiver.received[0]?.headers['webhook-id'],
      type: 'task.succeeded',
      objectId: 'tsk_1',
      userId: 'ada',
      status: 'succeeded',
      attempts: 2,
      body: receiver.received[0]?.body,
      log: [
        { url: receiver.url, status: 204 },
        { status: 500, error: 'status 500', answer: 'no such table' },
      ],
    });
  });

  it('is paged by cursor, filtered, and listed for the dashboard', async () => {
    const { id: webhookId } = await world.add({ url: receiver.url });
    for (const taskId of ['tsk_a', 'tsk_b', 'tsk_c']) await told({ taskId });
    const { body: first } = await world.operator().get(`${PATH}?limit=2`);
    const { body: second } = await world.operator().get(`${PATH}?limit=2&cursor=${first.nextCursor}`);
    const objects = [...first.data, ...second.data].map(({ objectId }) => objectId as string);
    expect(objects).toEqual(['tsk_c', 'tsk_b', 'tsk_a']);
    expect((await world.operator().get(`${PATH}?status=failed`)).body.data).toEqual([]);
    expect((await world.operator().get(`${PATH}?webhookId=other`)).body.data).toEqual([]);
    const filter = encodeURIComponent(JSON.stringify({ webhookId, q: 'tsk_b' }));
    const { body, headers } = await world.operator().get(`/v1/operator/webhook-deliveries?filter=${filter}`);
    expect([body.length, body[0].objectId, headers['content-range']]).toEqual([
      1,
      'tsk_b',
      'webhook-deliveries 0-0/1',
    ]);
  });
});

describe('a message that is replayed', () => {
  it('is sent again under its id, and has all attempts before it again', async () => {
    const { id: webhookId } = await world.add({ url: receiver.url });
    await told();
    const { id } = await newest();
    const answer = await world.operator().post(`${PATH}/${id}/replay`);
    expect([answer.status, answer.body.status, answer.body.attempts]).toEqual([202, 'pending', 0]);
    await world.send();
    const [first, second] = receiver.received;
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(await read(id)).toMatchObject({ status: 'succeeded', attempts: 1, log: [{}, {}] });
    expect(await events('webhook.replayed', webhookId)).toHaveLength(1);
  });

  it('is refused while its endpoint is disabled, and where there is none', async () => {
    const { id: webhookId } = await world.add({ url: receiver.url });
    await told();
    const { id } = await newest();
    await world.operator().patch(`/v1/webhooks/${webhookId}`, { disabled: true });
    const refused = await world.operator().post(`${PATH}/${id}/replay`);
    expect([refused.status, refused.body.code]).toEqual([409, 'webhook_is_disabled']);
    expect((await world.operator().post(`${PATH}/none/replay`)).status).toBe(404);
  });
});

describe('a test message', () => {
  it('is sent at once and once, signed, to an endpoint of whatever types, also a disabled one', async () => {
    const { id, secret } = await world.add({ url: receiver.url, eventTypes: ['task.failed'] });
    await world.operator().patch(`/v1/webhooks/${id}`, { disabled: true });
    const { status, body } = await world.operator().post(`/v1/webhooks/${id}/test`);
    expect([status, body.status, body.log.length]).toEqual([200, 'succeeded', 1]);
    const [{ headers, body: sent } = { headers: {}, body: '' }] = receiver.received;
    expect(new Webhook(secret).verify(sent, headers)).toMatchObject({
      type: 'webhook.test',
      data: { webhookId: id },
    });
    expect(await events('webhook.tested', id)).toHaveLength(1);
  });

  it('says what was wrong, and is not tried again', async () => {
    const { id } = await world.add({ url: receiver.url });
    receiver.reply = { status: 401, body: 'who are you' };
    const { body } = await world.operator().post(`/v1/webhooks/${id}/test`);
    expect(body).toMatchObject({ status: 'failed', log: [{ status: 401, answer: 'who are you' }] });
    world.clock.advance(3_600_000);
    await world.send();
    expect(receiver.received).toHaveLength(1);
  });
});
