import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Caller } from '../platform/testing/index.js';
import { createScheduleWorld, type ScheduleWorld } from './testing/schedule-world.js';

let of: ScheduleWorld;
beforeAll(async () => {
  of = await createScheduleWorld();
});
afterAll(() => of.world.close());
beforeEach(async () => {
  for (const { id } of (await of.operator.get('/v1/schedules?limit=200')).body.data)
    await of.operator.delete(`/v1/operator/schedules/${id}`);
});

const logged = (id: string, type: string) =>
  of.world.database.query<{ detail: Record<string, unknown>; outcome: string; actor_id: string }>(
    `SELECT detail, outcome, actor_id FROM audit_events WHERE type = $2 AND detail->>'scheduleId' = $1 ORDER BY seq`,
    [id, type],
  );
const rule = async (text: string) => {
  const { body } = await of.operator.post('/v1/operator/policies', { name: 'Rule', text, enabled: true });
  of.world.clock.advance(2_001);
  return () => of.operator.delete(`/v1/operator/policies/${body.id}`);
};
const newAgent = async () => {
  const { body } = await of.operator.post('/v1/agents', { name: 'Spec' });
  return { id: body.id, keyId: body.keys[0].id, caller: new Caller(of.world.apps[0].app, body.key) };
};

describe('a run that is due', () => {
  it('becomes one task in the name of its caller, however many workers come, and the next is set', async () => {
    const id = await of.made({ input: { limit: 3 }, priority: 7 });
    const { nextRuns } = await of.read(id);
    await of.round();
    expect(await of.runsOf(id)).toEqual([]);
    of.world.clock.advance(Date.parse(nextRuns[0]) - of.world.clock.now());
    await Promise.all([of.round(0), of.round(1), of.round(0)]);
    const [task, ...others] = await of.runsOf(id);
    expect(others).toEqual([]);
    expect(task).toMatchObject({
      status: 'queued',
      agentId: of.agentId,
      action: of.hourly.action,
      input: { limit: 3 },
      priority: 7,
      runAt: nextRuns[0],
      scheduleId: id,
    });
    expect(await of.read(id)).toMatchObject({
      nextRunAt: nextRuns[1],
      lastRun: { scheduledFor: nextRuns[0], outcome: 'queued', taskId: task.id },
    });
    const queued = await of.world.database.query(
      `SELECT actor_id, agent_id FROM audit_events WHERE task_id = $1 AND type = 'task.queued'`,
      [task.id],
    );
    expect(queued).toEqual([{ actor_id: 'schedules', agent_id: of.agentId }]);
    await of.endTasks();
  });

  it('is the same task when the process died before it noted that, also after a change', async () => {
    const id = await of.made();
    const before = await of.world.database.query('SELECT next_run_at FROM schedules WHERE id = $1', [id]);
    await of.pass(id);
    const [first] = await of.runsOf(id);
    await of.world.database.query(
      `UPDATE schedules SET next_run_at = $2, last_run_at = NULL, last_task_id = NULL, holder = 'dead',
         lease_until = now() + interval '1 hour' WHERE id = $1`,
      [id, (before[0] as { next_run_at: Date }).next_run_at],
    );
    await of.round(1);
    expect((await of.read(id)).lastRun).toBeUndefined();
    await of.world.database.query('UPDATE schedules SET lease_until = now() WHERE id = $1', [id]);
    await of.round(1);
    expect((await of.read(id)).lastRun).toMatchObject({ outcome: 'queued', taskId: first.id });
    expect(await of.runsOf(id)).toHaveLength(1);
    await of.endTasks();
  });

  it('is skipped while the task of the one before has not ended', async () => {
    const id = await of.made();
    await of.pass(id);
    await of.pass(id);
    const [first] = await of.runsOf(id);
    expect((await of.read(id)).lastRun).toMatchObject({ outcome: 'skipped', taskId: first.id });
    await of.endTasks();
    await of.pass(id);
    expect(await of.runsOf(id)).toHaveLength(2);
    await of.endTasks();
  });
});

describe('runs that were missed', () => {
  it('are made up for by one, or by none', async () => {
    const [one, none] = [await of.made(), await of.made({ missedRuns: 'none' })];
    const missed = (await of.read(none)).nextRunAt;
    await of.pass(one, 5 * 60 + 30);
    await of.round();
    expect(await of.runsOf(one)).toMatchObject([{ runAt: missed }]);
    expect(await of.runsOf(none)).toEqual([]);
    const now = of.world.clock.now();
    for (const id of [one, none]) {
      const { nextRunAt } = await of.read(id);
      expect(Math.round((Date.parse(nextRunAt) - now) / 60_000)).toBe(30);
    }
    expect((await of.read(none)).lastRun).toEqual({ scheduledFor: missed, outcome: 'missed' });
    expect(await logged(none, 'schedule.run_missed')).toMatchObject([{ detail: { scheduledFor: missed } }]);
    await of.endTasks();
    await of.pass(none);
    expect(await of.runsOf(none)).toHaveLength(1);
    await of.endTasks();
  });

  it('are not those that are due just when the server is back', async () => {
    const id = await of.made({ missedRuns: 'none' });
    await of.pass(id, 3 * 60 + 0.5);
    await of.round();
    const now = of.world.clock.now();
    const [run, ...others] = await of.runsOf(id);
    expect([Math.round((now - Date.parse(run.runAt)) / 10_000), others]).toEqual([3, []]);
    await of.endTasks();
  });
});

describe('a run is judged when it is due', () => {
  it('and refused, on record, by a rule that has come since', async () => {
    const id = await of.made();
    const remove = await rule(
      `forbid (principal == Agent::"${of.agentId}", action == Action::"task.create", resource);`,
    );
    await of.pass(id);
    await remove();
    expect(await of.runsOf(id)).toEqual([]);
    expect((await of.read(id)).lastRun).toMatchObject({
      outcome: 'refused',
      problem: { code: 'policy_denied' },
    });
    expect(await logged(id, 'schedule.run_refused')).toMatchObject([
      { outcome: 'failed', actor_id: 'schedules', detail: { code: 'policy_denied' } },
    ]);
    of.world.clock.advance(2_001);
    await of.pass(id);
    expect(await of.runsOf(id)).toHaveLength(1);
    await of.endTasks();
  });

  it('and tried again, not refused, while it cannot be recorded', async () => {
    const id = await of.made();
    await of.world.database.breakAudit(`NEW.type = 'task.queued'`);
    await expect(of.pass(id)).rejects.toThrow();
    await of.world.database.mendAudit();
    expect((await of.read(id)).lastRun).toBeUndefined();
    await of.world.database.query('UPDATE schedules SET lease_until = now() WHERE id = $1', [id]);
    await of.round();
    expect(await of.runsOf(id)).toHaveLength(1);
    await of.endTasks();
  });
});

describe('the runs end', () => {
  it.each(['agent_disabled', 'agent_key_revoked'])('with their agent or its key: %s', async (reason) => {
    const { id: agentId, keyId, caller } = await newAgent();
    const [id, others] = [await of.made({}, caller), await of.made()];
    const disable = (disabled: boolean) => of.operator.patch(`/v1/operator/agents/${agentId}`, { disabled });
    if (reason === 'agent_disabled') await disable(true);
    else await of.operator.delete(`/v1/operator/agents/${agentId}/keys/${keyId}`);
    const paused = await of.read(id);
    expect(paused).toMatchObject({ paused: true, pausedReason: reason, nextRuns: [] });
    expect(paused.nextRunAt).toBeUndefined();
    expect(await logged(id, 'schedule.paused')).toMatchObject([{ detail: { code: reason } }]);
    // An operator's resumption gives no authority back.
    expect((await of.operator.patch(`/v1/operator/schedules/${id}`, { paused: false })).body.paused).toBe(
      false,
    );
    await of.pass(id);
    expect((await of.read(id)).lastRun).toMatchObject({ outcome: 'refused', problem: { code: reason } });
    expect([(await of.runsOf(id)).length, (await of.runsOf(others)).length]).toEqual([0, 1]);
    if (reason === 'agent_key_revoked') {
      const { body } = await of.operator.post(`/v1/operator/agents/${agentId}/keys`);
      const again = new Caller(of.world.apps[0].app, body.key);
      await again.patch(`/v1/schedules/${id}`, { paused: false });
      await of.pass(id);
      expect(await of.runsOf(id)).toHaveLength(1);
    }
    await of.endTasks();
  });

  it('with the agent that minted the token of the user who made it', async () => {
    const { id: agentId, caller } = await newAgent();
    const { body } = await caller.post('/v1/users/grace/tokens', {});
    const id = await of.made({ userId: 'grace' }, new Caller(of.world.apps[0].app, body.accessToken));
    await of.operator.patch(`/v1/operator/agents/${agentId}`, { disabled: true });
    expect(await of.read(id)).toMatchObject({ paused: true, pausedReason: 'agent_disabled' });
  });

  it('with their user, and with their deletion', async () => {
    const [gone, deleted] = [await of.made({ userId: 'leaver' }), await of.made()];
    expect((await of.operator.delete('/v1/users/leaver')).status).toBe(200);
    expect((await of.agent.delete(`/v1/schedules/${deleted}`)).status).toBe(204);
    for (const id of [gone, deleted]) expect((await of.agent.get(`/v1/schedules/${id}`)).status).toBe(404);
    of.world.clock.advance(2 * 3_600_000);
    await of.round();
    expect([await of.runsOf(gone), await of.runsOf(deleted)]).toEqual([[], []]);
  });

  it('while it is paused, and go on with the next when it is resumed', async () => {
    const id = await of.made();
    expect((await of.agent.patch(`/v1/schedules/${id}`, { paused: true })).body).toMatchObject({
      paused: true,
      pausedReason: 'requested',
      nextRuns: [],
    });
    of.world.clock.advance(5 * 3_600_000);
    await of.round();
    const { body } = await of.agent.patch(`/v1/schedules/${id}`, { paused: false });
    expect(body.paused).toBe(false);
    expect(Date.parse(body.nextRunAt)).toBeGreaterThan(of.world.clock.now());
    await of.round();
    expect(await of.runsOf(id)).toEqual([]);
    await of.pass(id);
    expect(await of.runsOf(id)).toHaveLength(1);
    await of.endTasks();
  });
});
