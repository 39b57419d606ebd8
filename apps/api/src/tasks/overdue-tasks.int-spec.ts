import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { QueueEngine } from '../platform/queue/index.js';
import type { Answer } from '../platform/testing/index.js';
import { OverdueTasks } from './overdue-tasks.js';
import { QUEUE_NAME } from './task-queue.js';
import { askingRule, createApprovalWorld, eventInput, type ApprovalWorld } from './testing/approval-world.js';
import { eventsNamed, newEvent, queued, storyOf } from './testing/task-world.js';

let of: ApprovalWorld;
beforeAll(async () => {
  of = await createApprovalWorld();
});
afterAll(() => of.world.close());

const HOUR_MS = 3_600_000;
const inMs = (ms: number) => new Date(of.world.clock.now() + ms).toISOString();
const create = (summary: string, members: object = {}): Promise<string> =>
  queued(of.agent, { ...newEvent('ada', summary), deadlineAt: inMs(HOUR_MS), ...members });
const endOverdue = () => of.world.apps[0].get(OverdueTasks).run();
const pass = () => of.world.clock.advance(HOUR_MS);

/** The task has failed for its deadline, and says so everywhere. */
async function expectEnded(id: string, story: readonly string[]): Promise<void> {
  expect(await of.task(id)).toMatchObject({ status: 'failed', error: { code: 'deadline_passed' } });
  expect(await storyOf(of.world, id)).toEqual(story);
  const events = await of.world.database.query(
    `SELECT outcome, agent_id, detail FROM audit_events WHERE task_id = $1 AND type = 'task.finished'`,
    [id],
  );
  expect(events).toMatchObject([
    { outcome: 'failed', agent_id: of.agentId, detail: { status: 'failed', code: 'deadline_passed' } },
  ]);
}

describe('a task whose deadline passes', () => {
  it('fails while it is queued or scheduled, and is never started', async () => {
    const waiting = await create('queued too long');
    const scheduled = await create('scheduled too late', { runAt: inMs(HOUR_MS - 1_000) });
    const patient = await create('has time', { deadlineAt: inMs(2 * HOUR_MS) });
    await endOverdue();
    expect((await of.task(waiting)).status).toBe('queued');
    pass();
    await endOverdue();
    await expectEnded(waiting, ['queued', 'failed']);
    await expectEnded(scheduled, ['scheduled', 'failed']);
    expect((await of.task(patient)).status).toBe('queued');
    expect(await of.run(waiting)).toBeUndefined();
    expect([eventsNamed(of.world, 'queued too long'), (await of.task(waiting)).startedAt]).toEqual([
      0,
      undefined,
    ]);
  });

  it('is not begun by a worker that comes before the round does', async () => {
    const id = await create('a worker comes first');
    pass();
    await of.run(id);
    await expectEnded(id, ['queued', 'failed']);
    expect(eventsNamed(of.world, 'a worker comes first')).toBe(0);
  });

  it('fails while it waits for its user, and for a person, who cannot agree to it any more', async () => {
    const consent = await create('no consent', { userId: 'not-connected' });
    await of.run(consent);
    await of.setPolicy(askingRule());
    const { body } = await of.agent.post('/v1/tasks', {
      ...newEvent('ada', 'nobody agreed'),
      deadlineAt: inMs(HOUR_MS),
    });
    expect(body.status).toBe('waiting_for_approval');
    pass();
    await endOverdue();
    await expectEnded(consent, ['queued', 'running', 'waiting_for_authorization', 'failed']);
    await expectEnded(body.id, ['waiting_for_approval', 'failed']);
    expect((await of.decide(body.approvalId, { decision: 'approve' })).status).toBe(409);
    await of.setPolicy('');
  });

  it('is still asked about when something may have been sent, and not sent again', async () => {
    const [found, absent] = [await create('was sent'), await create('was not sent')];
    await of.world.database.query(`UPDATE tasks SET sent_at = $2 WHERE id = ANY ($1)`, [
      [found, absent],
      of.world.clock.date(),
    ]);
    const { input } = newEvent('ada', 'was sent');
    await of.world.database.query(`UPDATE tasks SET effect_id = 'spec0effect0of0the0task' WHERE id = $1`, [
      found,
    ]);
    const { body: direct } = await of.agent.post('/v1/tasks', { ...newEvent('ada', 'was sent'), input });
    await of.world.database.query(`UPDATE tasks SET effect_id = 'spec0effect0of0the0task' WHERE id = $1`, [
      direct.id,
    ]);
    await of.run(direct.id);
    pass();
    await endOverdue();
    expect((await of.task(found)).status).toBe('queued');
    await of.run(found);
    expect((await of.task(found)).status).toBe('succeeded');
    await of.run(absent);
    await expectEnded(absent, ['queued', 'running', 'failed']);
    expect([eventsNamed(of.world, 'was sent'), eventsNamed(of.world, 'was not sent')]).toEqual([1, 0]);
  });

  it('is not retried: that needs a new task', async () => {
    const id = await create('once more');
    pass();
    await endOverdue();
    expect(await of.agent.post(`/v1/tasks/${id}/retry`)).toMatchObject({
      status: 409,
      body: { code: 'task_not_retryable', detail: 'The deadline of this task has passed; queue a new one.' },
    });
  });
});

describe('the request of a task', () => {
  const asked = (members: object): Promise<Answer> =>
    of.agent.post('/v1/tasks', {
      userId: 'ada',
      action: 'google-calendar.events.create',
      input: eventInput('?'),
      ...members,
    });

  it.each([
    ['deadlineAt', () => ({ deadlineAt: inMs(-1) }), 'must not have passed'],
    ['deadlineAt', () => ({ deadlineAt: inMs(HOUR_MS), runAt: inMs(HOUR_MS) }), 'must be later than runAt'],
    ['deadlineAt', () => ({ deadlineAt: inMs(367 * 24 * HOUR_MS) }), 'must be at most a year ahead'],
    ['priority', () => ({ priority: 10 }), 'Too big: expected number to be <=9'],
    ['priority', () => ({ priority: -1 }), 'Too small: expected number to be >=0'],
    ['priority', () => ({ priority: 1.5 }), 'Invalid input: expected int, received number'],
  ])('is refused for its %s (%#), and nothing is kept', async (path, members, message) => {
    const before = await of.operator.get('/v1/tasks/counts');
    expect(await asked(members())).toMatchObject({ status: 400, body: { errors: [{ path, message }] } });
    expect((await of.operator.get('/v1/tasks/counts')).body).toEqual(before.body);
  });

  it('says which of those that are due begin first', async () => {
    const ids = new Map<string, string>();
    for (const [name, priority] of [
      ['late', 0],
      ['usual', undefined],
      ['soon', 9],
      ['usual too', 4],
    ] as const) {
      const { body } = await asked({ priority });
      expect(body.priority).toBe(priority ?? 4);
      ids.set(body.id, name);
    }
    const begun: string[] = [];
    const worker = await of.world.apps[0].get(QueueEngine).worker(
      QUEUE_NAME,
      async (job) => {
        const name = ids.get((job.data as { taskId: string }).taskId);
        if (name !== undefined) begun.push(name);
      },
      1,
    );
    const patience = Date.now() + 20_000;
    while (begun.length < ids.size && Date.now() < patience) await new Promise((go) => setTimeout(go, 20));
    await worker.close();
    expect(begun).toEqual(['soon', 'usual', 'usual too', 'late']);
  });
});

describe('the list and the counts of tasks', () => {
  it('take status, user, agent, action and time, each caller of their own', async () => {
    of.world.clock.advance(24 * HOUR_MS);
    const { body: other } = await of.operator.post('/v1/agents', { name: 'Other' });
    const mine = await create('mine');
    const others = await queued(of.agent, { userId: 'grace', action: 'google-calendar.events.list' });
    await of.agent.post(`/v1/tasks/${others}/cancel`);
    const ask = async (by: ApprovalWorld['agent'], query: string) => {
      const [list, counts] = [await by.get(`/v1/tasks?${query}`), await by.get(`/v1/tasks/counts?${query}`)];
      expect(counts.body.total).toBe(list.body.data.length);
      return { ids: list.body.data.map(({ id }: { id: string }) => id), counts: counts.body.byStatus };
    };
    const { createdAt } = await of.task(mine);
    const since = `from=${encodeURIComponent(createdAt)}`;
    expect(await ask(of.agent, since)).toMatchObject({
      ids: [others, mine],
      counts: { queued: 1, canceled: 1 },
    });
    expect((await ask(of.agent, `${since}&userId=grace`)).ids).toEqual([others]);
    expect((await ask(of.agent, `${since}&action=google-calendar.events.create`)).ids).toEqual([mine]);
    expect((await ask(of.operator, `${since}&agentId=${of.agentId}`)).ids).toEqual([others, mine]);
    expect((await ask(of.operator, `${since}&agentId=${other.id}`)).ids).toEqual([]);
    expect((await ask(of.agent, `${since}&to=${encodeURIComponent(createdAt)}`)).ids).toEqual([]);
    expect((await ask(of.user, since)).ids).toEqual([mine]);
    expect((await of.agent.get(`/v1/tasks?${since}&status=canceled`)).body.data).toMatchObject([
      { id: others },
    ]);
    const filter = encodeURIComponent(JSON.stringify({ from: createdAt, agentId: of.agentId }));
    expect((await of.operator.get(`/v1/operator/tasks?filter=${filter}`)).body).toHaveLength(2);
    for (const [path, member] of [
      ['tasks?from=today', 'from'],
      ['tasks/counts?to=never', 'to'],
      ['operator/tasks?filter={"from":"noon"}', 'filter.from'],
    ] as const) {
      const { status, body } = await of.operator.get(`/v1/${path}`);
      expect([status, body.errors[0].path]).toEqual([400, member]);
    }
  });

  it('count for an agent only the users that the policy lets it see', async () => {
    await of.setPolicy('forbid (principal, action == Action::"task.read", resource == User::"grace");');
    of.world.clock.advance(3_000);
    const [counted, listed] = [
      await of.agent.get('/v1/tasks/counts'),
      await of.agent.get('/v1/tasks?limit=200'),
    ];
    expect(counted.body.total).toBe(listed.body.data.length);
    expect((await of.operator.get(`/v1/tasks/counts?agentId=${of.agentId}`)).body.total).toBeGreaterThan(
      counted.body.total,
    );
    expect((await of.agent.get('/v1/tasks/counts?userId=grace')).body.total).toBe(0);
    await of.setPolicy('');
  });
});
