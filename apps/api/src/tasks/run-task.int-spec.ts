import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Caller, TwinWorld } from '../platform/testing/index.js';
import { RunTask } from './run-task.js';
import { CALENDAR, createTaskWorld, eventsNamed, newEvent, queued, storyOf } from './testing/task-world.js';

let world: TwinWorld;
let agent: Caller;
beforeAll(async () => {
  world = await createTaskWorld('api');
  agent = await world.agent();
  await (await world.user('ada')).connect('google', CALENDAR.write);
});
afterAll(() => world.close());
beforeEach(() => {
  world.twin.control.clearFaults();
  world.twin.control.clearCalls();
});

const run = (id: string) => world.apps[0].get(RunTask).runTask(id);
const get = async (id: string) => (await agent.get(`/v1/tasks/${id}`)).body;
const posts = () =>
  world.twin.control.calls({ path: CALENDAR.path }).filter(({ method }) => method === 'POST').length;
const fault = (more: object) =>
  world.twin.control.addFault({
    provider: 'google',
    match: { path: CALENDAR.path, method: 'POST' },
    times: 1,
    ...more,
  } as never);

/** As a process leaves a task that dies while it waits for the provider. */
const crashed = (id: string) =>
  world.database.query(`UPDATE tasks SET status = 'running', attempts = 1, sent_at = now() WHERE id = $1`, [
    id,
  ]);

describe('a task', () => {
  it('runs, keeps its output and tells its story', async () => {
    const id = await queued(agent, newEvent('ada', 'plain'));
    expect(await run(id)).toBeUndefined();
    const task = await get(id);
    expect([task.status, task.output.summary, task.attempts]).toEqual(['succeeded', 'plain', 1]);
    expect(await storyOf(world, id)).toEqual(['queued', 'running', 'succeeded']);
    expect(await run(id)).toBeUndefined();
    expect(posts()).toBe(1);
  });

  it('waits as long as a provider wants that is too busy, and the effect happens once', async () => {
    const id = await queued(agent, newEvent('ada', 'busy'));
    fault({ fault: 'rate_limited', retryAfterS: 40 });
    expect(await run(id)).toEqual({ retryInMs: 40_000 });
    world.clock.advance(40_000);
    expect((await get(id)).status).toBe('queued');
    expect(await run(id)).toBeUndefined();
    expect(eventsNamed(world, 'busy')).toBe(1);
  });

  it('gives up after five attempts, each later than the one before', async () => {
    const id = await queued(agent, { userId: 'ada', action: 'google-calendar.events.list', input: {} });
    world.twin.control.addFault({
      provider: 'google',
      fault: 'server_error',
      match: { path: CALENDAR.path },
    });
    const waits: number[] = [];
    for (let next = await run(id); next; next = await run(id)) waits.push(next.retryInMs);
    expect(waits).toHaveLength(4);
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    const { status, error, attempts } = await get(id);
    expect([status, error.code, attempts]).toEqual(['failed', 'unavailable', 5]);
  });

  it('does not act again when the answer was lost, but finds what it did', async () => {
    const id = await queued(agent, newEvent('ada', 'lost'));
    fault({ fault: 'answer_lost' });
    expect(await run(id)).toEqual({ retryInMs: expect.any(Number) });
    expect(await run(id)).toBeUndefined();
    expect([(await get(id)).status, eventsNamed(world, 'lost'), posts()]).toEqual(['succeeded', 1, 1]);
    expect((await get(id)).output.summary).toBe('lost');
  });

  it('asks after a crash and finds what was done', async () => {
    const id = await queued(agent, newEvent('ada', 'crash-after'));
    fault({ fault: 'answer_lost' });
    await run(id);
    await crashed(id);
    expect(await run(id)).toBeUndefined();
    expect([(await get(id)).status, eventsNamed(world, 'crash-after'), posts()]).toEqual(['succeeded', 1, 1]);
  });

  it('asks after a crash and acts when nothing was done', async () => {
    const id = await queued(agent, newEvent('ada', 'crash-before'));
    await crashed(id);
    expect(await run(id)).toBeUndefined();
    expect([(await get(id)).status, eventsNamed(world, 'crash-before'), posts()]).toEqual([
      'succeeded',
      1,
      1,
    ]);
  });

  it('does not act when the provider cannot be asked, and says in the end that nobody knows', async () => {
    const id = await queued(agent, newEvent('ada', 'silent'));
    await crashed(id);
    world.twin.control.addFault({
      provider: 'google',
      fault: 'server_error',
      match: { path: CALENDAR.path, method: 'GET' },
    });
    while (await run(id));
    expect([(await get(id)).status, posts()]).toEqual(['outcome_unknown', 0]);
  });

  it('is parked when the provider offers no way to ask, and is not sent again', async () => {
    await (await world.user('mailer')).connect('google', 'https://www.googleapis.com/auth/gmail.send');
    const input = { to: ['alan@example.com'], subject: 'Tea?', text: 'At four.' };
    const id = await queued(agent, { userId: 'mailer', action: 'gmail.messages.send', input });
    world.twin.control.addFault({
      provider: 'google',
      fault: 'answer_lost',
      match: { path: '/google/gmail/v1' },
      times: 1,
    });
    while (await run(id));
    const sent = world.twin.control.state().google.mailsSent.filter(({ text }) => text.includes('Tea?'));
    expect([(await get(id)).status, sent.length]).toEqual(['outcome_unknown', 1]);
    expect(await run(id)).toBeUndefined();
  });

  it('does not open a GitHub issue twice, however often the log loses the outcome', async () => {
    await (await world.user('coder')).connect('github', 'repo');
    const input = { owner: 'ada-lovelace', repo: 'engine', title: 'Once only' };
    const id = await queued(agent, { userId: 'coder', action: 'github.issues.create', input });
    await world.database.breakAudit(`NEW.outcome <> 'intended'`);
    await run(id).catch(() => undefined);
    await world.database.mendAudit();
    world.clock.advance(60_000);
    while (await run(id));
    const issues = world.twin.control.state().github.issues.filter(({ title }) => title === 'Once only');
    expect([(await get(id)).status, issues.length]).toEqual(['succeeded', 1]);
  });

  it('waits for the user when there is no connection, and that is no attempt', async () => {
    const id = await queued(agent, newEvent('stranger'));
    expect(await run(id)).toBeUndefined();
    const { status, error, attempts } = await get(id);
    expect([status, error.code, attempts]).toEqual([
      'waiting_for_authorization',
      'authorization_required',
      0,
    ]);
    expect(error.authorizationUri).toContain('/connect/aut_');
    const events = await world.database.query(
      `SELECT type, user_id, action, detail FROM audit_inbox WHERE task_id = $1 AND type LIKE 'task.w%'
       UNION ALL SELECT type, user_id, action, detail FROM audit_events WHERE task_id = $1 AND type LIKE 'task.w%'`,
      [id],
    );
    expect(events).toEqual([
      {
        type: 'task.waiting_for_authorization',
        user_id: 'stranger',
        action: 'google-calendar.events.create',
        detail: { code: 'authorization_required', missingScopes: [CALENDAR.write] },
      },
    ]);
  });

  it('ends at once for what no retry mends', async () => {
    const id = await queued(agent, newEvent('ada', 'gone'));
    await world.database.query(`UPDATE tasks SET connection_id = 'con_that_is_gone' WHERE id = $1`, [id]);
    expect(await run(id)).toBeUndefined();
    expect((await get(id)).error.code).toBe('not_found');
    expect(posts()).toBe(0);
  });

  it('is not run any more once it was canceled', async () => {
    const id = await queued(agent, newEvent('ada', 'canceled'));
    expect((await agent.post(`/v1/tasks/${id}/cancel`)).body.status).toBe('canceled');
    expect(await run(id)).toBeUndefined();
    expect(posts()).toBe(0);
  });
});

describe('the output of a task', () => {
  it('is kept although the provider’s text holds what the database cannot', async () => {
    await (await world.user('odd')).connect('google', CALENDAR.write);
    // An action takes no such text; the provider's own API does.
    const { input } = newEvent('odd', 'nul \0 here');
    const events = '/v1/proxy/google-calendar/calendars/primary/events';
    expect((await agent.post(events, input, { 'valetkey-user': 'odd' })).status).toBe(200);
    const id = await queued(agent, {
      userId: 'odd',
      action: 'google-calendar.events.list',
      input: { timeMin: '2027-03-01T00:00:00Z', timeMax: '2027-03-02T00:00:00Z' },
    });
    await run(id);
    const task = await get(id);
    expect([task.status, JSON.stringify(task.output)]).toEqual([
      'succeeded',
      expect.stringContaining('nul \ufffd here'),
    ]);
  });
});

describe('cancel and retry', () => {
  it('refuse a task that has succeeded', async () => {
    const id = await queued(agent, newEvent('ada', 'done'));
    await run(id);
    expect((await agent.post(`/v1/tasks/${id}/cancel`)).body.code).toBe('task_not_cancelable');
    expect((await agent.post(`/v1/tasks/${id}/retry`)).body.code).toBe('task_not_retryable');
  });

  it('take up a canceled task again under the same effect', async () => {
    const id = await queued(agent, newEvent('ada', 'again'));
    await agent.post(`/v1/tasks/${id}/cancel`);
    expect((await agent.post(`/v1/tasks/${id}/retry`)).body.status).toBe('queued');
    await run(id);
    expect([(await get(id)).status, eventsNamed(world, 'again')]).toEqual(['succeeded', 1]);
  });

  it("do not find another agent's task", async () => {
    const id = await queued(agent, newEvent('ada', 'mine'));
    const other = await world.agent();
    const answers = [
      await other.get(`/v1/tasks/${id}`),
      await other.post(`/v1/tasks/${id}/cancel`),
      await other.post(`/v1/tasks/${id}/retry`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
  });
});

describe('queueing a task', () => {
  it('makes one task of 50 identical requests at once', async () => {
    const input = newEvent('ada', 'fifty');
    const ids = await Promise.all(Array.from({ length: 50 }, () => queued(agent, input, 'key-50')));
    expect(new Set(ids).size).toBe(1);
    const rows = await world.database.query(`SELECT 1 FROM tasks WHERE idempotency_key = 'key-50'`);
    const events = await world.database.query(
      `SELECT 1 FROM audit_events WHERE type = 'task.queued' AND task_id = $1`,
      [ids[0]],
    );
    expect([rows.length, events.length]).toEqual([1, 1]);
  });

  it('refuses the same key for another body, and lets another agent use it', async () => {
    await queued(agent, newEvent('ada', 'one'), 'key-1');
    const other = await agent.post('/v1/tasks', newEvent('ada', 'two'), { 'idempotency-key': 'key-1' });
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
    await queued(await world.agent(), newEvent('ada', 'two'), 'key-1');
  });

  it.each([
    ['a NUL character in the input', { input: { ...newEvent('ada').input, summary: 'a\0b' } }],
    ['a NUL character in the connection', { connectionId: 'con_\0' }],
    ['a user id of half a character', { userId: '\ud800' }],
  ])('answers 400 to %s', async (_, change) => {
    const answer = await agent.post('/v1/tasks', { ...newEvent('ada'), ...change });
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_input']);
  });

  it('queues nothing when the audit log cannot be written', async () => {
    await world.database.breakAudit();
    const answer = await agent.post('/v1/tasks', newEvent('ada', 'unlogged'), {
      'idempotency-key': 'unlogged',
    });
    await world.database.mendAudit();
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(await world.database.query(`SELECT 1 FROM tasks WHERE idempotency_key = 'unlogged'`)).toEqual([]);
  });
});
