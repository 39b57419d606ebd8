import { hostedConnect, startStack, until, untilTask, type Client, type Stack } from './kit/index.js';

const EVENTS = 'https://www.googleapis.com/auth/calendar.events';
const LIST = 'google-calendar.events.list';
const CREATE = 'google-calendar.events.create';
const POST_EVENT = { path: '/calendar/v3', method: 'POST' };

let stack: Stack;
let agent: Client;
beforeAll(async () => {
  stack = await startStack({ targets: ['google', 'github'] });
  agent = stack.agent.client;
  await stack.connected('tasks', {
    target: 'google',
    scope: `${EVENTS} https://www.googleapis.com/auth/gmail.send`,
  });
  await stack.connected('tasks', { target: 'github', scope: 'repo' });
});
afterAll(() => stack.close());
afterEach(() => stack.twin.control.clearFaults());

const newEvent = (summary: string) => ({
  summary,
  start: { date: '2027-06-01' },
  end: { date: '2027-06-02' },
});
const createTask = (members: object, key?: string) =>
  agent.post(
    '/v1/tasks',
    { userId: 'tasks', action: LIST, input: {}, ...members },
    key === undefined ? {} : { 'idempotency-key': key },
  );
const eventsNamed = (summary: string) =>
  stack.twin.control.state().google.events.filter((stored) => JSON.stringify(stored).includes(summary));

async function story(id: string): Promise<{ status: string; message: string }[]> {
  return (await stack.operator.get(`/v1/operator/tasks/${id}/events`)).body.data;
}

describe('Idempotency-Key', () => {
  it('answers the same task for the same body, however many ask at once', async () => {
    const body = { action: CREATE, input: newEvent('Once only') };
    const answers = await Promise.all(Array.from({ length: 5 }, () => createTask(body, 'same-key')));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    await untilTask(agent, answers[0]?.body.id);
    expect((await createTask(body, 'same-key')).body).toMatchObject({
      id: answers[0]?.body.id,
      status: 'succeeded',
    });
    const reordered = { input: Object.fromEntries(Object.entries(body.input).reverse()), action: CREATE };
    expect((await createTask(reordered, 'same-key')).body.id).toBe(answers[0]?.body.id);
    expect(eventsNamed('Once only')).toHaveLength(1);
  });

  it('refuses the same key for another body, keeps callers apart, and refuses what is no key', async () => {
    const first = await createTask({}, 'one-key');
    expect(await createTask({ input: { limit: 3 } }, 'one-key')).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    });
    const other = await stack.createAgent('another agent');
    const theirs = await other.client.post(
      '/v1/tasks',
      { userId: 'tasks', action: LIST, input: {} },
      { 'idempotency-key': 'one-key' },
    );
    expect(theirs.status).toBe(202);
    expect(theirs.body.id).not.toBe(first.body.id);
    expect(await createTask({}, 'k'.repeat(256))).toMatchObject({
      status: 400,
      body: { code: 'invalid_input' },
    });
  });
});

describe('when a task runs', () => {
  it('waits for its time', async () => {
    const runAt = new Date(Date.now() + 1_500);
    const { body } = await createTask({ runAt: runAt.toISOString() });
    expect(body).toMatchObject({ status: 'scheduled', runAt: runAt.toISOString() });
    const done = await untilTask(agent, body.id);
    expect(done.status).toBe('succeeded');
    expect(Date.parse(done.startedAt)).toBeGreaterThanOrEqual(runAt.getTime() - 50);
  });

  it('is called off before its time, never after, and keeps that time when it is started again', async () => {
    const runAt = new Date(Date.now() + 5_000);
    const { body } = await createTask({ runAt: runAt.toISOString() });
    expect(await agent.post(`/v1/tasks/${body.id}/cancel`)).toMatchObject({
      status: 200,
      body: { status: 'canceled' },
    });
    expect(await agent.post(`/v1/tasks/${body.id}/cancel`)).toMatchObject({
      status: 409,
      body: { code: 'task_not_cancelable' },
    });
    expect((await agent.post(`/v1/tasks/${body.id}/retry`)).status).toBe(200);
    const done = await untilTask(agent, body.id);
    expect(done.status).toBe('succeeded');
    expect(Date.parse(done.startedAt)).toBeGreaterThanOrEqual(runAt.getTime() - 50);
    expect(await agent.post(`/v1/tasks/${body.id}/retry`)).toMatchObject({
      status: 409,
      body: { code: 'task_not_retryable' },
    });
    const { body: audit } = await agent.get(`/v1/audit-events?taskId=${body.id}`);
    const types = audit.data.map(({ type }: { type: string }) => type);
    expect(types).toEqual(
      expect.arrayContaining(['task.queued', 'task.canceled', 'task.retried', 'task.finished']),
    );
  });

  it('waits for a user who has to connect, and goes on by itself', async () => {
    const { body } = await createTask({
      userId: 'tasks-waits',
      action: CREATE,
      input: newEvent('After consent'),
    });
    const waiting = await untilTask(agent, body.id, ['waiting_for_authorization']);
    expect(waiting.error).toMatchObject({ code: 'authorization_required', missingScopes: [EVENTS] });
    const user = await stack.user('tasks-waits');
    await hostedConnect(waiting.error.authorizationUri, user.credential as string);
    expect(await untilTask(agent, body.id)).toMatchObject({
      status: 'succeeded',
      output: { summary: 'After consent' },
    });
    expect(eventsNamed('After consent')).toHaveLength(1);
  });

  it('waits for a scope that is missing, and goes on by itself', async () => {
    const user = await stack.connected('tasks-scope', { target: 'google', scope: `${EVENTS}.readonly` });
    const { body } = await createTask({
      userId: 'tasks-scope',
      action: CREATE,
      input: newEvent('After upgrade'),
    });
    const waiting = await untilTask(agent, body.id, ['waiting_for_authorization']);
    expect(waiting.error).toMatchObject({ code: 'insufficient_scope', missingScopes: [EVENTS] });
    await hostedConnect(waiting.error.authorizationUri, user.credential as string);
    expect(await untilTask(agent, body.id)).toMatchObject({ status: 'succeeded' });
  });
});

describe('what fails', () => {
  it('tries again after a failure that passes', async () => {
    stack.twin.control.addFault({
      provider: 'google',
      fault: 'server_error',
      match: { path: '/calendar/v3' },
      times: 2,
    });
    const { body } = await createTask({});
    expect(await untilTask(agent, body.id)).toMatchObject({ status: 'succeeded', attempts: 3 });
  });

  it('ends at once after a failure that does not pass', async () => {
    const { body } = await createTask({ input: { calendarId: 'no-such-calendar@example.com' } });
    expect(await untilTask(agent, body.id)).toMatchObject({
      status: 'failed',
      attempts: 1,
      error: { code: 'not_found' },
    });
  });

  it('does not create a calendar event twice when the answer was lost', async () => {
    stack.twin.control.addFault({ provider: 'google', fault: 'answer_lost', match: POST_EVENT, times: 1 });
    const { body } = await createTask({ action: CREATE, input: newEvent('Answer lost') });
    expect(await untilTask(agent, body.id)).toMatchObject({
      status: 'succeeded',
      attempts: 2,
      output: { summary: 'Answer lost' },
    });
    expect(eventsNamed('Answer lost')).toHaveLength(1);
    expect((await story(body.id)).at(-1)).toMatchObject({
      status: 'succeeded',
      message: 'The provider had acted already.',
    });
  });

  it('does not open a GitHub issue twice when the answer was lost', async () => {
    const { issues } = stack.twin.control.state().github;
    const [owner, repo] = issues[0]?.repository.split('/') ?? [];
    stack.twin.control.addFault({
      provider: 'github',
      fault: 'answer_lost',
      match: { path: '/api/repos', method: 'POST' },
      times: 1,
    });
    const { body } = await createTask({
      action: 'github.issues.create',
      input: { owner, repo, title: 'Answer lost' },
    });
    expect(await untilTask(agent, body.id, undefined, 45_000)).toMatchObject({
      status: 'succeeded',
      output: { title: 'Answer lost' },
    });
    expect(
      stack.twin.control.state().github.issues.filter(({ title }) => title === 'Answer lost'),
    ).toHaveLength(1);
  });

  it('parks what it cannot know, when the provider does not say whether it acted', async () => {
    stack.twin.control.addFault({ provider: 'google', fault: 'answer_lost', match: POST_EVENT, times: 1 });
    stack.twin.control.addFault({
      provider: 'google',
      fault: 'html',
      match: { path: '/calendar/v3', method: 'GET' },
    });
    const { body } = await createTask({ action: CREATE, input: newEvent('Nobody knows') });
    const parked = await untilTask(agent, body.id, undefined, 100_000);
    expect(parked).toMatchObject({ status: 'outcome_unknown', error: { code: 'outcome_unknown' } });

    // A person asks again once the provider answers: nothing is sent twice.
    stack.twin.control.clearFaults();
    expect((await agent.post(`/v1/tasks/${body.id}/retry`)).status).toBe(200);
    expect(await untilTask(agent, body.id)).toMatchObject({ status: 'succeeded' });
    expect(eventsNamed('Nobody knows')).toHaveLength(1);
  });
});

describe('who sees what', () => {
  it('streams the story to the end', async () => {
    stack.twin.control.addFault({
      provider: 'google',
      fault: 'slow',
      delayMs: 700,
      match: { path: '/calendar/v3' },
    });
    const { body } = await createTask({});
    const stream = await agent.get(`/v1/tasks/${body.id}/events`);
    expect(stream.headers.get('content-type')).toBe('text/event-stream');
    const events = [...stream.text.matchAll(/^id: (\d+)\nevent: status\ndata: (.+)$/gm)];
    expect(events.map(([, , data]) => JSON.parse(data as string).status)).toEqual([
      'queued',
      'running',
      'succeeded',
    ]);
    const rest = await agent.get(`/v1/tasks/${body.id}/events`, {
      'last-event-id': events[1]?.[1] as string,
    });
    expect([...rest.text.matchAll(/^data: /gm)]).toHaveLength(1);
  });

  it('pages by cursor, newest first, without gaps or repeats', async () => {
    const pager = await stack.createAgent('pager');
    const ids: string[] = [];
    for (let count = 0; count < 5; count++) {
      ids.unshift((await pager.client.post('/v1/tasks', { userId: 'tasks', action: LIST })).body.id);
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { body } = await pager.client.get(`/v1/tasks?limit=2${cursor ? `&cursor=${cursor}` : ''}`);
      seen.push(...body.data.map(({ id }: { id: string }) => id));
      cursor = body.nextCursor;
    } while (cursor);
    expect(seen).toEqual(ids);
    expect((await pager.client.get('/v1/tasks?cursor=not!one')).status).toBe(400);
    await until(
      'all to end',
      async () => (await pager.client.get('/v1/tasks?status=succeeded')).body.data.length === 5,
    );
  });

  it("hides an agent's tasks from other agents and other users, and shows them to the user and the operator", async () => {
    const { body } = await createTask({});
    const path = `/v1/tasks/${body.id}`;
    const stranger = await stack.createAgent('stranger');
    const other = await stack.user('tasks-other');
    for (const client of [stranger.client, other]) {
      for (const answer of [
        client.get(path),
        client.get(`${path}/events`),
        client.post(`${path}/cancel`),
        client.post(`${path}/retry`),
      ]) {
        expect((await answer).status).toBe(404);
      }
    }
    expect((await stranger.client.get('/v1/tasks?userId=tasks')).body.data).toEqual([]);
    expect((await other.get('/v1/tasks')).body.data).toEqual([]);
    expect((await other.get('/v1/tasks?userId=tasks')).body.code).toBe('other_user');
    const user = await stack.user('tasks');
    for (const client of [user, stack.operator, agent]) expect((await client.get(path)).status).toBe(200);
  });
});
