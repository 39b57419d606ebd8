import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createScheduleWorld, type ScheduleWorld } from './testing/schedule-world.js';

let of: ScheduleWorld;
beforeAll(async () => {
  of = await createScheduleWorld();
});
afterAll(() => of.world.close());

const total = async () =>
  Number(
    (await of.operator.get('/v1/operator/schedules')).headers['content-range']?.toString().split('/')[1],
  );

describe('a schedule', () => {
  it('says all that it was asked for, and its next five runs', async () => {
    const answer = await of.create({
      name: 'Week ahead',
      cron: ' 30 9 * * mon-fri ',
      timeZone: 'Europe/Berlin',
      missedRuns: 'none',
      input: { limit: 5 },
    });
    expect(answer.status).toBe(201);
    const { id, nextRunAt, nextRuns, createdAt, ...rest } = answer.body;
    expect(rest).toEqual({
      name: 'Week ahead',
      userId: 'ada',
      agentId: of.agentId,
      action: 'google-calendar.events.list',
      input: { limit: 5 },
      priority: 4,
      cron: '30 9 * * mon-fri',
      timeZone: 'Europe/Berlin',
      missedRuns: 'none',
      paused: false,
    });
    expect([nextRuns.length, nextRuns[0], Date.parse(createdAt) > 0]).toEqual([5, nextRunAt, true]);
    for (const run of nextRuns)
      expect(new Date(run).toLocaleTimeString('sv', { timeZone: 'Europe/Berlin' })).toBe('09:30:00');
    expect((await of.agent.get(`/v1/schedules/${id}`)).body).toEqual(answer.body);
    expect((await of.create()).body).toMatchObject({ timeZone: 'UTC', missedRuns: 'one' });
  });

  it.each([
    ['cron', { cron: 'every day' }, 'five fields'],
    ['cron', { cron: '61 * * * *' }, 'got value 61'],
    ['cron', { cron: '*/10 * * * * *' }, 'at most once a minute'],
    ['cron', { cron: '0 0 30 2 *' }, 'no cron expression'],
    ['cron', { cron: undefined }, ''],
    ['timeZone', { timeZone: 'Mars/Phobos' }, 'IANA'],
    ['timeZone', { timeZone: '+02:00' }, 'IANA'],
    ['missedRuns', { missedRuns: 'all' }, ''],
    ['input.limit', { input: { limit: 'many' } }, ''],
    ['input', { input: { text: 'x'.repeat(300 * 1024) } }, '256 KiB'],
    ['', { every: '5 minutes' }, 'every'],
    ['priority', { priority: 10 }, ''],
  ])('is refused for its %s (%#), and nothing is stored', async (path, members, why) => {
    const before = await total();
    const { status, body } = await of.create(members);
    expect([status, body.code, body.errors[0].path]).toEqual([400, 'invalid_input', path]);
    expect(body.errors[0].message).toContain(why);
    expect(await total()).toBe(before);
  });

  it('is refused as its task would be', async () => {
    const before = await total();
    const refusals = [
      await of.create({ action: 'no.such.action' }),
      await of.create({ connectionId: 'con_nobody' }),
      await of.create({ userId: 'grace' }, of.user),
      await of.create({}, of.operator),
    ];
    expect(refusals.map(({ status, body }) => [status, body.code])).toEqual([
      [404, 'unknown_action'],
      [404, 'not_found'],
      [403, 'other_user'],
      [403, 'wrong_credential_kind'],
    ]);
    expect(await total()).toBe(before);
  });

  it('is one for one idempotency key, however many ask at once', async () => {
    const key = { 'idempotency-key': 'weekly' };
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => of.create({ name: 'once' }, of.agent, key)),
    );
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(await of.create({ name: 'other' }, of.agent, key)).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    });
  });

  it('is one of 200 at most', async () => {
    const { body } = await of.operator.post('/v1/agents', { name: 'Busy' });
    await of.world.database.query(
      `INSERT INTO schedules (id, user_id, caller_type, caller_id, action, input, priority, cron, time_zone, missed_runs, request_hash)
       SELECT 'sch_' || n, 'ada', 'agent', $1, 'x', '{}', 4, '@daily', 'UTC', 'one', '' FROM generate_series(1, 200) n`,
      [of.agentId],
    );
    expect(await of.create()).toMatchObject({ status: 409, body: { code: 'too_many_schedules' } });
    await of.world.database.query(`DELETE FROM schedules WHERE action = 'x'`);
    expect([(await of.create()).status, body.name]).toEqual([201, 'Busy']);
  });
});

describe('a change', () => {
  it('sets the next run anew where it moves it, and is judged like a new one', async () => {
    const id = await of.made({ name: 'old' });
    const patch = (change: object) => of.agent.patch(`/v1/schedules/${id}`, change);
    const changed = await patch({
      cron: '15 6 1 * *',
      timeZone: 'Asia/Tokyo',
      name: null,
      missedRuns: 'none',
    });
    expect(changed.body).toMatchObject({ cron: '15 6 1 * *', timeZone: 'Asia/Tokyo', missedRuns: 'none' });
    expect([changed.body.nextRunAt.slice(11), changed.body.name]).toEqual(['21:15:00.000Z', undefined]);
    const before = await of.read(id);
    for (const [change, path] of [
      [{ cron: '* * *' }, 'cron'],
      [{ timeZone: 'Nowhere' }, 'timeZone'],
      [{ input: { limit: 'x' } }, 'input.limit'],
      [{ userId: 'grace' }, ''],
    ] as const) {
      const { status, body } = await patch(change);
      expect([status, body.errors[0].path]).toEqual([400, path]);
    }
    expect((await patch({ connectionId: 'con_nobody' })).status).toBe(404);
    expect(await of.read(id)).toEqual(before);
    expect((await patch({ input: { limit: 9 }, priority: 1 })).body).toMatchObject({
      input: { limit: 9 },
      priority: 1,
      nextRunAt: before.nextRunAt,
    });
    const events = await of.world.database.query(
      `SELECT detail->'changed' AS changed FROM audit_events WHERE type = 'schedule.updated' AND detail->>'scheduleId' = $1 ORDER BY seq`,
      [id],
    );
    expect(events).toEqual([
      { changed: ['name', 'cron', 'timeZone', 'missedRuns'] },
      { changed: ['input', 'priority'] },
    ]);
  });

  it('of what it does is for the one who made it; its user and operators pause, resume and delete', async () => {
    const id = await of.made();
    for (const by of [of.user, of.operator]) {
      const path = by === of.operator ? `/v1/operator/schedules/${id}` : `/v1/schedules/${id}`;
      expect(await by.patch(path, { input: { limit: 1 } })).toMatchObject({
        status: 403,
        body: { code: 'not_your_schedule' },
      });
      expect((await by.patch(path, { paused: true })).body.paused).toBe(true);
      expect((await by.patch(path, { paused: false })).body.paused).toBe(false);
    }
    expect((await of.user.delete(`/v1/schedules/${id}`)).status).toBe(204);
  });
});

describe('the list', () => {
  it("has an agent's own, a user's own, and all for operators; others find nothing", async () => {
    const { body: stranger } = await of.operator.post('/v1/agents', { name: 'Stranger' });
    const other = await of.world.agent();
    const [mine, grace] = [await of.made({ name: 'listed' }), await of.made({ userId: 'grace' })];
    await of.agent.patch(`/v1/schedules/${grace}`, { paused: true });
    const ids = async (by: typeof of.agent, query = '') =>
      (await by.get(`/v1/schedules?limit=200${query}`)).body.data.map(({ id }: { id: string }) => id);
    expect(await ids(of.agent)).toEqual(expect.arrayContaining([mine, grace]));
    expect(await ids(of.agent, '&userId=grace')).toEqual([grace]);
    expect(await ids(of.agent, '&paused=true')).toContain(grace);
    expect(await ids(of.agent, '&paused=false')).not.toContain(grace);
    expect(await ids(of.user)).toContain(mine);
    expect(await ids(of.user)).not.toContain(grace);
    expect(await ids(other)).toEqual([]);
    expect(await ids(of.operator, `&agentId=${of.agentId}`)).toEqual(expect.arrayContaining([mine, grace]));
    for (const method of ['get', 'delete'] as const)
      expect((await other[method](`/v1/schedules/${mine}`)).status).toBe(404);
    expect((await other.patch(`/v1/schedules/${mine}`, { paused: true })).status).toBe(404);
    expect(stranger.id).not.toBe(of.agentId);
    const found = await of.operator.get(`/v1/operator/schedules?filter={"q":"listed"}`);
    expect([found.body.length, found.headers['content-range']]).toEqual([1, 'schedules 0-0/1']);
  });
});
