import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Caller, type TwinWorld } from '../platform/testing/index.js';
import { RunTask } from './run-task.js';
import {
  CALENDAR,
  createTaskWorld,
  eventsNamed,
  inDays,
  newEvent,
  queued,
  storyOf,
} from './testing/task-world.js';

const MAX_OPEN = 5;
const AGENTS = '/v1/operator/agents';

let world: TwinWorld;
let operator: Caller;
let agent: { id: string; keyId: string; caller: Caller };
beforeAll(async () => {
  world = await createTaskWorld('api', 2, { VALETKEY_MAX_OPEN_TASKS: String(MAX_OPEN) });
  operator = Caller.operator(world.apps[0].app);
  await (await world.user('ada')).connect('google', CALENDAR.write);
});
afterAll(() => world.close());
beforeEach(async () => {
  agent = await newAgent();
});

async function newAgent() {
  const { body } = await operator.post('/v1/agents', { name: 'Spec' });
  return { id: body.id, keyId: body.keys[0].id, caller: new Caller(world.apps[0].app, body.key) };
}
const run = (id: string, process = 0) => (world.apps[process] ?? world.apps[0]).get(RunTask).runTask(id);
const read = async (id: string) => (await operator.get(`/v1/operator/tasks/${id}`)).body;
const later = (caller: Caller, summary: string) =>
  queued(caller, { ...newEvent('ada', summary), runAt: inDays(30) });
const disable = () => operator.put(`${AGENTS}/${agent.id}`, { disabled: true });
const enable = () => operator.put(`${AGENTS}/${agent.id}`, { disabled: false });
const revoke = () => operator.delete(`${AGENTS}/${agent.id}/keys/${agent.keyId}`);
/** As a task is whose job is under way, which cannot be canceled any more. */
const begun = (id: string) =>
  world.database.query(`UPDATE tasks SET status = 'running', attempts = 1 WHERE id = $1`, [id]);
const canceledEvents = (id: string) =>
  world.database.query(
    `SELECT type, agent_id, user_id, detail FROM audit_events WHERE task_id = $1 AND type = 'task.canceled'`,
    [id],
  );

describe('what an agent has open', () => {
  it.each([
    ['is disabled', disable, 'agent_disabled', 'Canceled: The agent was disabled.'],
    ['loses the key that asked for it', revoke, 'agent_key_revoked', 'Canceled: The agent key was revoked.'],
  ])('is canceled in the transaction in which the agent %s', async (_, end, code, message) => {
    const waiting = await queued(agent.caller, { ...newEvent('nobody-connected', 'waits') });
    await run(waiting);
    const ids = [
      await later(agent.caller, 'later'),
      await queued(agent.caller, newEvent('ada', 'soon')),
      waiting,
    ];
    const other = (await newAgent()).caller;
    const kept = await later(other, 'of another');
    expect((await end()).status).toBeLessThan(300);
    for (const id of ids) {
      expect((await read(id)).status).toBe('canceled');
      expect(await canceledEvents(id)).toMatchObject([{ agent_id: agent.id, detail: { code } }]);
      expect(await run(id)).toBeUndefined();
    }
    expect((await read(kept)).status).toBe('scheduled');
    const [line] = await world.database.query(
      'SELECT message FROM task_events WHERE task_id = $1 ORDER BY seq DESC LIMIT 1',
      [ids[0]],
    );
    expect(line).toEqual({ message });
    expect(eventsNamed(world, 'soon')).toBe(0);
    await other.post(`/v1/tasks/${kept}/cancel`);
  });

  it('under another of its keys goes on when one key is revoked', async () => {
    const { body } = await operator.post(`${AGENTS}/${agent.id}/keys`);
    const id = await later(new Caller(world.apps[0].app, body.key), 'by the other key');
    await revoke();
    expect((await read(id)).status).toBe('scheduled');
  });

  it('is not canceled when that cannot be recorded, and the agent stays as it was', async () => {
    const id = await later(agent.caller, 'unrecorded');
    await world.database.breakAudit(`NEW.type = 'task.canceled'`);
    expect((await disable()).status).toBe(503);
    await world.database.mendAudit();
    expect((await read(id)).status).toBe('scheduled');
    expect((await agent.caller.get('/v1/tasks')).status).toBe(200);
  });
});

/** Changes that end the authority of a running task, by any process. */
const ENDS: readonly [string, () => Promise<unknown>, string][] = [
  ['agent is disabled', disable, 'agent_disabled'],
  ['key is revoked', revoke, 'agent_key_revoked'],
  [
    'agent is gone',
    () => world.database.query('DELETE FROM agents WHERE id = $1', [agent.id]),
    'agent_disabled',
  ],
  [
    'key is gone',
    () => world.database.query('DELETE FROM agent_keys WHERE id = $1', [agent.keyId]),
    'agent_key_revoked',
  ],
  [
    'rules have changed',
    () =>
      operator.post('/v1/operator/policies', {
        name: `Not this one ${agent.id}`,
        text: `forbid (principal == Agent::"${agent.id}", action, resource);`,
      }),
    'policy_denied',
  ],
];

describe('a task that is under way', () => {
  it.each(ENDS)('does nothing at its next attempt when its %s', async (name, end, code) => {
    const id = await queued(agent.caller, newEvent('ada', name));
    await begun(id);
    await end();
    // In the other process, too, which has not made the change.
    world.clock.advance(2_001);
    expect(await run(id, 1)).toBeUndefined();
    expect(await read(id)).toMatchObject({ status: 'failed', error: { code } });
    expect(eventsNamed(world, name)).toBe(0);
  });

  it('whose write may have been sent is of unknown outcome, and the provider is not asked', async () => {
    const id = await queued(agent.caller, newEvent('ada', 'maybe sent'));
    await begun(id);
    await world.database.query('UPDATE tasks SET sent_at = now() WHERE id = $1', [id]);
    await disable();
    world.twin.control.clearCalls();
    await run(id);
    expect((await read(id)).status).toBe('outcome_unknown');
    expect(world.twin.control.calls({ path: CALENDAR.path })).toEqual([]);
  });

  it('does nothing when its user is deleted', async () => {
    await (await world.user('leaver')).connect('google', CALENDAR.write);
    const id = await queued(agent.caller, newEvent('leaver', 'of a leaver'));
    await begun(id);
    expect((await operator.delete('/v1/users/leaver')).status).toBe(200);
    expect(await run(id)).toBeUndefined();
    expect([
      (await operator.get(`/v1/operator/tasks/${id}`)).status,
      eventsNamed(world, 'of a leaver'),
    ]).toEqual([404, 0]);
  });
});

describe('a task that is started again', () => {
  it('by an agent acts under the key that the agent uses now', async () => {
    const id = await later(agent.caller, 'with a new key');
    await revoke();
    const { body } = await operator.post(`${AGENTS}/${agent.id}/keys`);
    const again = await new Caller(world.apps[0].app, body.key).post(`/v1/tasks/${id}/retry`);
    expect(again.body.status).toBe('scheduled');
    await begun(id);
    await run(id);
    expect((await read(id)).status).toBe('succeeded');
  });

  it('by an operator does not act for a key that is revoked, nor for an agent that is disabled', async () => {
    for (const [end, code] of [
      [revoke, 'agent_key_revoked'],
      [disable, 'agent_disabled'],
    ] as const) {
      const id = await queued(agent.caller, newEvent('ada', code));
      await end();
      expect((await operator.post(`/v1/operator/tasks/${id}/retry`)).status).toBe(200);
      await run(id);
      expect([(await read(id)).error?.code, eventsNamed(world, code)]).toEqual([code, 0]);
      agent = await newAgent();
    }
  });

  it('keeps its time, and is queued at once when that has passed', async () => {
    const id = await later(agent.caller, 'keeps its time');
    const { runAt } = await read(id);
    await agent.caller.post(`/v1/tasks/${id}/cancel`);
    expect((await agent.caller.post(`/v1/tasks/${id}/retry`)).body).toMatchObject({
      status: 'scheduled',
      runAt,
    });
    expect(await storyOf(world, id)).toEqual(['scheduled', 'canceled', 'scheduled']);
    await agent.caller.post(`/v1/tasks/${id}/cancel`);
    await world.database.query(`UPDATE tasks SET run_at = now() - interval '1 day' WHERE id = $1`, [id]);
    expect((await agent.caller.post(`/v1/tasks/${id}/retry`)).body.status).toBe('queued');
    await enable();
  });
});

describe('what one caller may have open', () => {
  it('is capped, also for those who come at once, and room is made by what ends', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        agent.caller.post(
          '/v1/tasks',
          { ...newEvent('ada', `many ${n}`), runAt: inDays(1) },
          {
            'idempotency-key': `many-${n}`,
          },
        ),
      ),
    );
    const admitted = answers.filter(({ status }) => status === 202);
    const refused = answers.filter(({ status }) => status !== 202);
    expect([admitted.length, refused.length]).toEqual([MAX_OPEN, 20 - MAX_OPEN]);
    for (const { status, body, headers } of refused)
      expect([status, body.code, headers['retry-after']]).toEqual([429, 'too_many_open_tasks', '60']);
    const [first] = admitted;
    expect((await agent.caller.post(`/v1/tasks/${first?.body.id}/cancel`)).body.status).toBe('canceled');
    expect((await agent.caller.post('/v1/tasks', newEvent('ada', 'in its place'))).status).toBe(202);
    const retried = await agent.caller.post(`/v1/tasks/${first?.body.id}/retry`);
    expect([retried.status, retried.body.code]).toEqual([429, 'too_many_open_tasks']);
    expect((await read(first?.body.id)).status).toBe('canceled');
    const { caller } = await newAgent();
    expect((await caller.post('/v1/tasks', newEvent('ada', 'of another'))).status).toBe(202);
  });

  it.each([
    [365, 202],
    [366.1, 400],
    [3_650, 400],
    [-1, 202],
    [0, 202],
  ])('may be %s days ahead: %s', async (days, status) => {
    const answer = await agent.caller.post('/v1/tasks', {
      ...newEvent('ada', `in ${days}`),
      runAt: inDays(days),
    });
    expect(answer.status).toBe(status);
    if (status === 400) expect(answer.body.detail).toBe('runAt: must be at most a year ahead');
  });
});
