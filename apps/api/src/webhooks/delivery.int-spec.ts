import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import type { NewAuditEvent } from '../audit/index.js';
import { Outgoing } from '../platform/index.js';
import { MOST_ATTEMPTS } from './attempts.js';
import { Receiver, type Reply } from './testing/receiver.js';
import { createWebhookWorld, type WebhookWorld } from './testing/webhook-world.js';

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

const told = async (...events: Partial<NewAuditEvent>[]) => {
  await world.record(...events);
  await world.tell();
  await world.send();
};
const deliveries = (where = 'true') =>
  world.database.query<{ status: string; attempts: number; object_id: string }>(
    `SELECT status, attempts, object_id FROM webhook_deliveries WHERE ${where} ORDER BY seq, message_id`,
  );
const attempts = () =>
  world.database.query<{ status: number | null; error: string | null; answer: string | null }>(
    'SELECT status, error, answer FROM webhook_attempts ORDER BY at, id',
  );
const sendLater = async () => {
  world.clock.advance(7 * 3_600_000);
  await world.send();
};

describe('a message', () => {
  it('is posted once to each endpoint that wants its type, with ids and nothing else', async () => {
    await world.add({ url: receiver.url });
    await world.add({ url: other.url, eventTypes: ['task.failed'] });
    await told({ arguments: { hash: 'ff', fields: [], summary: { to: 'canary' } }, ip: '198.51.100.7' });
    await world.tell();
    await world.send(1);
    expect([receiver.received.length, other.received.length]).toEqual([1, 0]);
    const [{ headers, json, body } = { headers: {}, json: {}, body: '' }] = receiver.received;
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'valetkey' });
    expect(json).toEqual({
      type: 'task.succeeded',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      data: {
        sequence: expect.any(Number),
        taskId: 'tsk_1',
        userId: 'ada',
        action: 'github.issues.create',
      },
    });
    expect(body).not.toMatch(/canary|198\.51/);
  });

  it('is verified with both secrets while they overlap', async () => {
    const { id, secret: former } = await world.add({ url: receiver.url });
    const { body } = await world.operator().post(`/v1/webhooks/${id}/secrets`, { overlapHours: 1 });
    await told({});
    world.clock.advance(3_600_000);
    await told({});
    const [during, after] = receiver.received;
    const verify = (secret: string, message = during) => {
      const timestamp = Number(message?.headers['webhook-timestamp']) * 1_000;
      jest.useFakeTimers({ now: timestamp, doNotFake: ['setTimeout', 'setImmediate', 'nextTick'] });
      try {
        return new Webhook(secret).verify(message?.body ?? '', message?.headers ?? {});
      } finally {
        jest.useRealTimers();
      }
    };
    for (const secret of [former, body.secret]) expect(verify(secret)).toEqual(during?.json);
    expect(verify(body.secret, after)).toEqual(after?.json);
    expect(() => verify(former, after)).toThrow();
  });

  it('is sent by one of two processes', async () => {
    await world.add({ url: receiver.url });
    await world.record({ taskId: 'a' }, { taskId: 'b' }, { taskId: 'c' });
    await Promise.all([world.tell(0), world.tell(1)]);
    await Promise.all([world.send(0), world.send(1)]);
    expect(receiver.received.map(({ json }) => json.data.taskId as string).sort()).toEqual(['a', 'b', 'c']);
  });

  it('is for nobody while its endpoint is disabled', async () => {
    const { id } = await world.add({ url: receiver.url });
    await world.operator().patch(`/v1/webhooks/${id}`, { disabled: true });
    await told({});
    await world.operator().patch(`/v1/webhooks/${id}`, { disabled: false });
    await world.send();
    expect([receiver.received, await deliveries()]).toEqual([[], []]);
  });
});

describe('the messages of one object', () => {
  it('come in their order: a later one waits for an earlier one, and nothing else does', async () => {
    await world.add({ url: receiver.url });
    receiver.replies = [{ status: 500 }];
    await told({ type: 'task.queued' });
    await told({}, { taskId: 'tsk_2' });
    expect(receiver.received.map(({ json }) => [json.type, json.data.taskId])).toEqual([
      ['task.queued', 'tsk_1'],
      ['task.succeeded', 'tsk_2'],
    ]);
    await sendLater();
    const ofFirst = receiver.received.filter(({ json }) => json.data.taskId === 'tsk_1');
    expect(ofFirst.map(({ json }) => json.type)).toEqual(['task.queued', 'task.queued', 'task.succeeded']);
    const [before, again, later] = ofFirst.map(({ json }) => json.data.sequence as number);
    expect(again).toBe(before);
    expect(later).toBeGreaterThan(before ?? Infinity);
  });
});

describe('a message that is not taken', () => {
  it('is sent again later, under the same id and signed anew', async () => {
    await world.add({ url: receiver.url });
    receiver.replies = [{ status: 503 }];
    await told({});
    await world.send();
    expect(receiver.received).toHaveLength(1);
    await sendLater();
    const [first, second] = receiver.received;
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.headers['webhook-signature']).not.toBe(first?.headers['webhook-signature']);
    expect(await deliveries()).toMatchObject([{ status: 'succeeded', attempts: 2 }]);
  });

  it('waits as long as its receiver asks for', async () => {
    await world.add({ url: receiver.url });
    receiver.replies = [{ status: 429, headers: { 'retry-after': '600' } }];
    await told({});
    world.clock.advance(590_000);
    await world.send();
    expect(receiver.received).toHaveLength(1);
    world.clock.advance(11_000);
    await world.send();
    expect(receiver.received).toHaveLength(2);
  });

  it('has failed after the last attempt', async () => {
    await world.add({ url: receiver.url });
    receiver.reply = { status: 500 };
    await told({});
    await world.database.query('UPDATE webhook_deliveries SET attempts = $1', [MOST_ATTEMPTS - 1]);
    await sendLater();
    expect(await deliveries()).toMatchObject([{ status: 'failed', attempts: MOST_ATTEMPTS }]);
    await sendLater();
    expect(receiver.received).toHaveLength(2);
  });

  it.each<[string, Exclude<Reply, 'never'>, string]>([
    ['a redirect, which is not followed', { status: 302, headers: { location: '/elsewhere' } }, 'status 302'],
    ['an error', { status: 500, body: 'no such table' }, 'status 500'],
  ])('is one for %s', async (_, reply, error) => {
    await world.add({ url: receiver.url });
    receiver.replies = [reply];
    await told({});
    expect(receiver.received).toHaveLength(1);
    expect(await attempts()).toEqual([{ status: reply.status, error, answer: reply.body ?? null }]);
  });

  it('is one where nothing listens', async () => {
    const gone = await Receiver.start();
    const { id } = await world.add({ url: gone.url });
    await gone.stop();
    await told({});
    expect(await attempts()).toEqual([{ status: null, error: 'ECONNREFUSED', answer: null }]);
    const { body } = await world.operator().get(`/v1/webhooks/${id}`);
    expect(body).toMatchObject({ lastError: 'ECONNREFUSED', failingSince: expect.any(String) });
  });
});

describe('a receiver', () => {
  it('that answers at length has the beginning of its answer kept', async () => {
    await world.add({ url: receiver.url });
    receiver.replies = [{ status: 200, body: `\0${'a'.repeat(5_000_000)}` }];
    await told({});
    const [{ answer } = { answer: '' }] = await attempts();
    expect(answer).toBe(`\ufffd${'a'.repeat(1_999)}`);
    expect(await deliveries()).toMatchObject([{ status: 'succeeded' }]);
  });

  it('that never answers keeps no other waiting', async () => {
    await world.add({ url: receiver.url });
    await world.add({ url: other.url });
    receiver.reply = 'never';
    await world.record(...Array.from({ length: 30 }, (_, n) => ({ taskId: `tsk_${n}` })));
    await world.tell();
    const sending = world.send();
    const taken = () => deliveries(`status = 'succeeded'`);
    for (let n = 0; (await taken()).length < 30 && n < 200; n++) await sleep(25);
    expect([other.received.length, (await taken()).length]).toEqual([30, 30]);
    expect(receiver.received).toHaveLength(8);
    await world.database.query('DELETE FROM webhook_endpoints');
    receiver.drop();
    await sending;
  });

  it('whose name has come to lead to the metadata service of the machine is not connected to', async () => {
    const outgoing = world.apps[0].get(Outgoing);
    const { resolve } = outgoing;
    outgoing.resolve = (_hostname, _options, callback) =>
      callback(null, [{ address: '169.254.169.254', family: 4 }]);
    await world.add({ url: 'https://rebind.example/hooks' });
    await told({});
    outgoing.resolve = resolve;
    expect(await attempts()).toEqual([{ status: null, error: 'ERR_PRIVATE_ADDRESS', answer: null }]);
  });
});
