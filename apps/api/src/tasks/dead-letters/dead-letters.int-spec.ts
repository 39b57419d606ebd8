import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Caller, type TwinWorld } from '../../platform/testing/index.js';
import { RunTask } from '../run-task.js';
import { MOST_STARTS } from '../task.js';
import { TaskMovesRepository } from '../task-moves.repository.js';
import { CALENDAR, createTaskWorld, eventsNamed, newEvent, queued } from '../testing/task-world.js';

const LETTERS = '/v1/operator/dead-letters';
const USERS = ['ada', 'bob', 'cora'];

let world: TwinWorld;
let operator: Caller;
let agent: Caller;
beforeAll(async () => {
  world = await createTaskWorld('api');
  operator = Caller.operator(world.apps[0].app);
  for (const user of USERS) await (await world.user(user)).connect('google', CALENDAR.write);
});
afterAll(() => world.close());
beforeEach(async () => {
  world.twin.control.clearFaults();
  await world.database.query('DELETE FROM tasks');
  agent = await world.agent();
});

const run = (id: string) => world.apps[0].get(RunTask).runTask(id);
const runOut = async (id: string) => {
  while (await run(id)) world.clock.advance(60_000);
};
const task = async (id: string) => (await operator.get(`/v1/operator/tasks/${id}`)).body;
const list = async (query = '') => (await operator.get(`${LETTERS}${query}`)).body;
const replay = (body: object) => operator.post(`${LETTERS}/replay`, body);
const retriedEvents = async () =>
  (
    await world.database.query<{ task_id: string }>(
      `SELECT task_id FROM audit_events WHERE type = 'task.retried'`,
    )
  ).length;

/** Tasks of these users that a rule forbade by the time they ran; the rule is gone again. */
async function refused(users: readonly string[], summary: string): Promise<string[]> {
  const ids: string[] = [];
  for (const user of users) ids.push(await queued(agent, newEvent(user, summary)));
  const text = 'forbid (principal, action == Action::"google-calendar.events.create", resource);';
  const { body: rule } = await operator.post('/v1/operator/policies', { name: summary, text, enabled: true });
  for (const id of ids) await runOut(id);
  await operator.delete(`/v1/operator/policies/${rule.id}`);
  return ids;
}

/** As a worker does that dies as soon as it has begun. */
const begin = (id: string) =>
  world.apps[0]
    .get(TaskMovesRepository)
    .move({ id, from: ['queued', 'running'], change: { status: 'running', startedAt: new Date() } });

describe('dead letters', () => {
  it('are listed in groups by action, connector and problem, with their users', async () => {
    const [first] = await refused([...USERS, 'ada'], 'Refused');
    await queued(agent, newEvent('ada', 'Alive'));
    const { code } = (await task(String(first))).error;
    const unknown = await queued(agent, newEvent('bob', 'Unknown'));
    await world.database.query(
      `UPDATE tasks SET status = 'outcome_unknown', finished_at = now(), sent_at = now(),
         error = '{"code":"outcome_unknown","detail":"?"}' WHERE id = $1`,
      [unknown],
    );
    expect(await list()).toMatchObject({
      tasks: 5,
      users: 3,
      isCut: false,
      groups: [
        { status: 'failed', action: 'google-calendar.events.create', code, tasks: 4, users: 3 },
        { status: 'outcome_unknown', code: 'outcome_unknown', tasks: 1, users: 1 },
      ],
    });
    expect(await list('?userId=bob&status=failed')).toMatchObject({ tasks: 1, users: 1 });
    expect(await list('?target=google')).toMatchObject({ tasks: 0, groups: [] });
    await world.database.query(
      `UPDATE tasks SET connection_id = (SELECT id FROM connections WHERE user_id = 'ada' LIMIT 1)
       WHERE user_id = 'ada' AND status = 'failed'`,
    );
    expect(await list('?target=google')).toMatchObject({ tasks: 2, groups: [{ target: 'google' }] });
    expect((await replay({ dryRun: true, target: '' })).body).toMatchObject({ tasks: 3, users: 2 });
    await operator.post(`/v1/operator/tasks/${unknown}/outcome`, { decision: 'leave' });
    expect(await list('?status=outcome_unknown')).toMatchObject({ tasks: 0 });
    const listed = await operator.get(
      `/v1/operator/tasks?filter=${encodeURIComponent(JSON.stringify({ code, userId: 'bob' }))}`,
    );
    expect(listed.body).toHaveLength(1);
  });

  it('are counted before they are replayed, in batches, each on record, and none that died later', async () => {
    const ids = await refused(['ada', 'bob', 'bob', 'cora', 'cora'], 'Replayed');
    const before = await retriedEvents();
    const dry = await replay({ dryRun: true });
    expect(dry.body).toEqual({ tasks: 5, users: 3, asOf: expect.any(String) });
    expect(await retriedEvents()).toBe(before);
    world.clock.advance(1_000);
    const [late] = await refused(['ada'], 'Later');

    const { asOf } = dry.body;
    const retried: string[] = [];
    let cursor: string | undefined;
    do {
      const { body } = await replay({ asOf, limit: 2, ...(cursor ? { cursor } : {}) });
      expect(body.refused).toEqual([]);
      retried.push(...body.retried);
      cursor = body.nextCursor;
    } while (cursor);
    expect(retried.sort()).toEqual([...ids].sort());
    expect(await retriedEvents()).toBe(before + 5);
    expect((await task(String(late))).status).toBe('failed');
    for (const id of ids) await runOut(id);
    expect(eventsNamed(world, 'Replayed')).toBe(5);
    expect(await list()).toMatchObject({ tasks: 1 });
  });

  it('that cannot be retried are told and hold no other up', async () => {
    const [over, good] = await refused(['ada', 'bob'], 'Over');
    await world.database.query(
      `UPDATE tasks SET deadline_at = now() - interval '1 hour', sent_at = NULL WHERE id = $1`,
      [over],
    );
    const { body: dry } = await replay({ dryRun: true });
    const { body } = await replay({ asOf: dry.asOf });
    expect(body).toMatchObject({
      retried: [good],
      refused: [{ taskId: over, code: 'task_not_retryable' }],
    });
  });

  it('are replayed once by two at the same time', async () => {
    const ids = await refused(['ada', 'bob', 'cora'], 'Twice');
    const before = await retriedEvents();
    const { body: dry } = await replay({ dryRun: true, code: (await task(String(ids[0]))).error.code });
    const answers = await Promise.all([replay({ asOf: dry.asOf }), replay({ asOf: dry.asOf })]);
    const all = answers.flatMap(({ body }) => body.retried as string[]);
    expect([all.length, new Set(all).size, (await retriedEvents()) - before]).toEqual([3, 3, 3]);
  });

  it.each([
    [{}, 'asOf'],
    [{ asOf: 'yesterday' }, 'asOf'],
    [{ dryRun: true, status: 'canceled' }, 'status'],
    [{ dryRun: true, limit: 101 }, 'limit'],
    [{ dryRun: true, user: 'ada' }, 'user'],
  ])('refuse a replay that makes no sense: %j', async (body, member) => {
    const answer = await replay(body);
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_input']);
    expect(JSON.stringify(answer.body)).toContain(member);
  });

  it('are for operators alone', async () => {
    const user = await world.user('ada');
    for (const caller of [agent, user]) {
      expect((await caller.get(LETTERS)).status).toBe(403);
      expect((await caller.post(`${LETTERS}/replay`, { dryRun: true })).status).toBe(403);
    }
  });
});

describe('a task that ends its worker each time', () => {
  it('is started a bounded number of times, then lies with the dead letters, unsent', async () => {
    const id = await queued(agent, newEvent('ada', 'Poison'));
    for (let start = 0; start < MOST_STARTS; start++) expect(await begin(id)).toBeDefined();
    expect(await run(id)).toBeUndefined();
    const { status, error } = await task(id);
    expect([status, error.code, eventsNamed(world, 'Poison')]).toEqual(['failed', 'worker_lost', 0]);
    expect(await begin(id)).toBeUndefined();
    expect(await list('?code=worker_lost')).toMatchObject({ tasks: 1 });
    const { body: dry } = await replay({ dryRun: true, code: 'worker_lost' });
    await replay({ code: 'worker_lost', asOf: dry.asOf });
    await runOut(id);
    expect([(await task(id)).status, eventsNamed(world, 'Poison')]).toEqual(['succeeded', 1]);
  });

  it('is not called failed where it may have sent something', async () => {
    const id = await queued(agent, newEvent('ada', 'Poison sent'));
    for (let start = 0; start < MOST_STARTS; start++) await begin(id);
    await world.database.query('UPDATE tasks SET sent_at = now() WHERE id = $1', [id]);
    await run(id);
    expect((await task(id)).status).toBe('outcome_unknown');
  });
});
