import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OperatorsService } from '../operators/index.js';
import { Caller, signedInOperator, type TwinWorld } from '../platform/testing/index.js';
import { RunTask } from './run-task.js';
import { CALENDAR, createTaskWorld, inDays, newEvent, queued } from './testing/task-world.js';

const [EMAIL, PASSWORD] = ['grace@example.com', 'correct horse battery staple'];
const PATIENCE_MS = 10_000;

let world: TwinWorld;
let address: string;
let operator: Caller;
let elsewhere: Caller;
const open = new Set<AbortController>();
beforeAll(async () => {
  const env = { VALETKEY_OPERATOR_EMAIL: EMAIL, VALETKEY_OPERATOR_PASSWORD: PASSWORD };
  world = await createTaskWorld('api', 2, env);
  const [first, second = first] = world.apps;
  address = await first.app.listen(0, '127.0.0.1').then(() => first.app.getUrl());
  operator = Caller.operator(first.app);
  elsewhere = Caller.operator(second.app);
  await first.get(OperatorsService).ensureFirstOwner();
  await (await world.user('ada')).connect('google', CALENDAR.write);
});
afterAll(() => world.close());
afterEach(() => {
  for (const each of open) each.abort();
  open.clear();
});

let agent: { id: string; keyId: string; caller: Caller };
let task: string;
beforeEach(async () => {
  const { body } = await operator.post('/v1/agents', { name: 'Spec' });
  agent = { id: body.id, keyId: body.keys[0].id, caller: new Caller(world.apps[0].app, body.key) };
  task = await queued(agent.caller, { ...newEvent('ada'), runAt: inDays(1) });
});

/** A stream over a socket, as it comes. */
async function listen(headers: Record<string, string>, id = task) {
  const leaving = new AbortController();
  open.add(leaving);
  const answer = await fetch(`${address}/v1/tasks/${id}/events`, { headers, signal: leaving.signal });
  let text = '';
  let isOver = false;
  const reading = (async () => {
    for await (const chunk of answer.body ?? []) text += Buffer.from(chunk).toString();
  })()
    .catch(() => undefined)
    .finally(() => (isOver = true));
  const until = async (holds: () => boolean) => {
    for (const end = Date.now() + PATIENCE_MS; !holds() && Date.now() < end;) await sleep(20);
    return holds();
  };
  return {
    status: answer.status,
    headers: answer.headers,
    statuses: () => [...text.matchAll(/"status":"(\w+)"/g)].map(([, status]) => status),
    hears: (word: string) => until(() => text.includes(`"status":"${word}"`)),
    ends: () => until(() => isOver),
    isOver: () => isOver,
    body: async () => (await reading, JSON.parse(text) as { code: string }),
    leave: async () => (leaving.abort(), reading),
  };
}
const bearing = ({ key }: { key: string }) => ({ authorization: `Bearer ${key}` });
const operatorKey = async () =>
  (await operator.post('/v1/operator/operator-keys', { name: 'watcher', role: 'auditor' })).body as {
    id: string;
    key: string;
  };
const withKey = () => ({ authorization: `Bearer ${agent.caller.bearer}` });

describe('a stream of a story', () => {
  it('tells what is, and what becomes of it in another process, until the task ends', async () => {
    const stream = await listen(withKey());
    expect(await stream.hears('scheduled')).toBe(true);
    await world.database.query(`UPDATE tasks SET status = 'queued' WHERE id = $1`, [task]);
    await (world.apps[1] ?? world.apps[0]).get(RunTask).runTask(task);
    expect(await stream.ends()).toBe(true);
    expect(stream.statuses()).toEqual(['scheduled', 'running', 'succeeded']);
  });

  it('asks the database nothing while nothing happens', async () => {
    const streams = await Promise.all(Array.from({ length: 10 }, () => listen(withKey())));
    for (const stream of streams) await stream.hears('scheduled');
    await sleep(1_500);
    const reads = async () => {
      const [row] = await world.database.query<{ n: number }>(
        `SELECT (seq_scan + idx_scan)::int AS n FROM pg_stat_user_tables WHERE relname = 'task_events'`,
      );
      return row?.n ?? 0;
    };
    const before = await reads();
    await sleep(2_500);
    expect((await reads()) - before).toBeLessThan(10);
  });

  it('goes on when the connection over which changes are heard is lost', async () => {
    const stream = await listen(withKey());
    await stream.hears('scheduled');
    const [row] = await world.database.query<{ n: number }>(
      `SELECT count(pg_terminate_backend(pid))::int AS n FROM pg_stat_activity
       WHERE datname = current_database() AND query LIKE 'LISTEN %'`,
    );
    expect(row?.n).toBeGreaterThan(0);
    await operator.post(`/v1/operator/tasks/${task}/cancel`);
    expect(await stream.ends()).toBe(true);
    expect(stream.statuses()).toEqual(['scheduled', 'canceled']);
  });
});

describe('a stream ends, though its task does not, when', () => {
  it.each([
    ['its key is revoked', () => elsewhere.delete(`/v1/operator/agents/${agent.id}/keys/${agent.keyId}`)],
    ['its agent is disabled', () => elsewhere.put(`/v1/operator/agents/${agent.id}`, { disabled: true })],
    ['its key is deleted', () => world.database.query('DELETE FROM agent_keys WHERE id = $1', [agent.keyId])],
    ['its task is gone with its user', () => elsewhere.delete('/v1/users/leaver')],
  ])('%s, by another process', async (name, end) => {
    const id = await queued(agent.caller, { ...newEvent('leaver', name), runAt: inDays(1) });
    const stream = await listen(withKey(), id);
    await stream.hears('scheduled');
    await end();
    expect(await stream.ends()).toBe(true);
  });

  it('its user is deleted by another process', async () => {
    const user = await world.user('leaves-too');
    const id = await queued(user, { ...newEvent('leaves-too'), runAt: inDays(1) });
    const stream = await listen({ authorization: `Bearer ${user.bearer}` }, id);
    await stream.hears('scheduled');
    await elsewhere.delete('/v1/users/leaves-too');
    expect(await stream.ends()).toBe(true);
    const again = await listen({ authorization: `Bearer ${user.bearer}` }, id);
    expect(again.status).toBe(401);
  });

  it('its operator signs out', async () => {
    const { cookie, csrfToken } = await signedInOperator(world.apps[0].app, EMAIL, PASSWORD);
    const stream = await listen({ cookie });
    await stream.hears('scheduled');
    const second = world.apps[1] ?? world.apps[0];
    await new Caller(second.app).delete('/v1/operator/session', { cookie, 'valetkey-csrf': csrfToken });
    expect(await stream.ends()).toBe(true);
  });

  it('the operator key that reads it is revoked or deleted by another process', async () => {
    const [revoked, left] = [await operatorKey(), await operatorKey()];
    const streams = await Promise.all([revoked, left].map((key) => listen(bearing(key))));
    for (const stream of streams) await stream.hears('scheduled');
    await elsewhere.delete(`/v1/operator/operator-keys/${revoked.id}`);
    expect(await streams[0]?.ends()).toBe(true);
    expect(streams[1]?.isOver()).toBe(false);
    await world.database.query('DELETE FROM operator_keys WHERE id = $1', [left.id]);
    expect(await streams[1]?.ends()).toBe(true);
  });

  it('none of this: what becomes of others does not end it', async () => {
    const stream = await listen(withKey());
    await stream.hears('scheduled');
    const other = await operator.post('/v1/agents', { name: 'Other' });
    await elsewhere.put(`/v1/operator/agents/${other.body.id}`, { disabled: true });
    await elsewhere.delete('/v1/users/nobody-here');
    await operator.post(`/v1/operator/tasks/${task}/cancel`);
    expect(await stream.ends()).toBe(true);
    expect(stream.statuses().at(-1)).toBe('canceled');
  });
});

describe('of streams one caller has', () => {
  it('ten at most, and another when one is closed', async () => {
    const streams = await Promise.all(Array.from({ length: 10 }, () => listen(withKey())));
    expect(streams.map(({ status }) => status)).toEqual(Array(10).fill(200));
    const refused = await listen(withKey());
    expect([refused.status, refused.headers.get('retry-after'), (await refused.body()).code]).toEqual([
      429,
      expect.stringMatching(/^\d+$/),
      'rate_limited',
    ]);
    expect((await listen({ authorization: `Bearer ${operator.bearer}` })).status).toBe(200);
    await streams[0]?.leave();
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(50))
      if ((await listen(withKey())).status === 200) return;
    throw new Error('no room was made');
  });
});
