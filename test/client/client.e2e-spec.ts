/** @valetkey/client against a real server whose providers are twins. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AuthorizationError, TaskError, Valetkey, type Task } from '@valetkey/client';
import { hostedConnect, inAMonth, startStack, type Stack } from '../kit/index.js';

const EVENTS = 'https://www.googleapis.com/auth/calendar.events';
const REPO = { owner: 'ada-lovelace', repo: 'engine' };
const CALENDAR = { calendarId: 'primary' };

let stack: Stack;
let valetkey: Valetkey;
let operator: Valetkey;
beforeAll(async () => {
  stack = await startStack();
  valetkey = new Valetkey({ url: stack.server.url, key: stack.agent.key });
  operator = new Valetkey({ url: stack.server.url, key: stack.server.operatorKey });
  await stack.connected('ada', { target: 'google', scope: EVENTS });
  await stack.connected('ada', { target: 'github', scope: 'repo' });
});
afterAll(() => stack.close());

/** The user opens the link, signs in at our page, and answers the provider. */
async function consents(link: string, userId: string, answer?: Parameters<typeof hostedConnect>[2]) {
  const { accessToken } = await valetkey.for(userId).token();
  return hostedConnect(link, accessToken, answer);
}

async function newEvent(summary: string): Promise<string> {
  const input = { ...CALENDAR, summary, start: { date: '2027-06-01' }, end: { date: '2027-06-02' } };
  const run = await valetkey.for('ada').act('google-calendar.events.create', input);
  if (!run.done) throw new Error('creating an event needs no approval');
  return run.output.id;
}

describe('an action', () => {
  it('throws the link, and works once the user has been there', async () => {
    const grace = valetkey.for('grace');
    const list = () => grace.act('github.issues.list', REPO);
    const error = await list().catch((failure: unknown) => failure);
    if (!(error instanceof AuthorizationError)) throw error;
    expect(error).toMatchObject({ code: 'authorization_required', status: 403 });
    const link = await valetkey.authorizations.get(error.authorizationId);
    expect(link.url).toBe(error.authorizationUri);
    const [connection] = await Promise.all([link.connected(), consents(error.authorizationUri, 'grace')]);
    expect(connection).toMatchObject({ userId: 'grace', target: 'github', status: 'active' });
    const run = await list();
    expect(run).toMatchObject({ done: true, connectionId: connection.id });
    expect(run.done && run.output.issues.length).toBeGreaterThan(0);
  });

  it('says which scopes are missing', async () => {
    await expect(
      valetkey.for('ada').act('gmail.messages.send', { to: ['a@example.com'], subject: 'a', text: 'b' }),
    ).rejects.toMatchObject({
      name: 'AuthorizationError',
      code: 'insufficient_scope',
      missingScopes: ['https://www.googleapis.com/auth/gmail.send'],
    });
  });

  it('throws what is wrong with the input, by its member', async () => {
    const input = { owner: 'ada-lovelace', repo: 'engine', title: 7 } as never;
    await expect(valetkey.for('ada').act('github.issues.create', input)).rejects.toMatchObject({
      code: 'invalid_input',
      problem: { errors: [expect.objectContaining({ path: expect.stringContaining('title') })] },
    });
    await expect(valetkey.for('ada').act('no.such.action', {})).rejects.toMatchObject({
      code: 'unknown_action',
    });
  });

  it('that needs a person answers its task, which runs when an operator agrees', async () => {
    const eventId = await newEvent('To be deleted');
    const ada = valetkey.for('ada');
    const run = await ada.act('google-calendar.events.delete', { ...CALENDAR, eventId });
    if (run.done) throw new Error('nobody was asked');
    expect(run.approval).toMatchObject({ status: 'pending', preview: expect.stringContaining(eventId) });
    const id = run.approval?.id ?? '';
    expect(await ada.approvals({ status: 'pending' }).take(10)).toEqual([expect.objectContaining({ id })]);
    await expect(valetkey.approvals.decide(id, { decision: 'approve' })).rejects.toMatchObject({
      status: 403,
    });
    const [output] = await Promise.all([
      run.task.result(),
      operator.approvals.decide(id, { decision: 'approve', reason: 'Fine.' }),
    ]);
    expect(output).toBeTruthy();
    expect((await valetkey.approvals.get(id)).status).toBe('used');
  });

  it('that a person declines is a TaskError, with the reason', async () => {
    const eventId = await newEvent('To be kept');
    const run = await valetkey.for('ada').act('google-calendar.events.delete', { ...CALENDAR, eventId });
    if (run.done) throw new Error('nobody was asked');
    await operator.approvals.decide(run.approval?.id ?? '', { decision: 'deny', reason: 'Not today.' });
    const error = await run.task.result().catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(TaskError);
    expect(error).toMatchObject({ code: 'approval_denied', task: { id: run.task.id } });
  });
});

describe('a link', () => {
  it('is waited for until the user has declined, or for so long', async () => {
    const heidi = valetkey.for('heidi');
    const link = await heidi.connect('google', { actions: ['google-calendar.events.list'] });
    await expect(link.connected({ timeoutMs: 50 })).rejects.toMatchObject({ code: 'timed_out' });
    const gone = new Error('gone');
    await expect(link.connected({ signal: AbortSignal.abort(gone) })).rejects.toBe(gone);
    const [outcome] = await Promise.allSettled([
      link.connected(),
      consents(link.url, 'heidi', { decision: 'deny' }),
    ]);
    expect(outcome).toMatchObject({ reason: { code: 'authorization_denied' } });
  });
});

describe('a task', () => {
  const create = (title: string) =>
    valetkey.for('ada').tasks.create('github.issues.create', { ...REPO, title });

  it('gives its output, typed, and is in the list', async () => {
    const task = await create('By a task');
    const { number } = await task.result();
    expect(number).toEqual(expect.any(Number));
    expect(task.status).toBe('succeeded');
    const [newest] = await valetkey.for('ada').tasks.list({ action: 'github.issues.create' }).take(1);
    expect(newest?.id).toBe(task.id);
    expect((await valetkey.tasks.get(task.id)).data.output).toMatchObject({ number });
  });

  it('says when it waits for a consent, and goes on by itself', async () => {
    const task = await valetkey.for('ivan').tasks.create('github.issues.list', REPO);
    const waits: string[] = [];
    const onWaiting = async ({ status, data }: Task<unknown>) => {
      waits.push(status);
      await consents(data.error?.authorizationUri ?? '', 'ivan');
    };
    const { issues } = await task.result({ onWaiting });
    expect(issues.length).toBeGreaterThan(0);
    expect(waits).toEqual(['waiting_for_authorization']);
  });

  it('is followed over connections that break, from where they broke', async () => {
    const lastIds: (string | null)[] = [];
    const breaking: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      if (!String(input).endsWith('/events')) return response;
      lastIds.push(new Headers(init?.headers).get('last-event-id'));
      if (lastIds.length === 2) throw new TypeError('the network is gone');
      const reader = response.body!.getReader();
      const first = await reader.read();
      await reader.cancel();
      return new Response(first.value, response);
    };
    const client = new Valetkey({
      url: stack.server.url,
      key: stack.agent.key,
      fetch: breaking,
      maxRetries: 0,
    });
    const runAt = new Date(Date.now() + 1_500);
    const task = await client.for('ada').tasks.create('github.issues.list', REPO, { runAt });
    const seen: string[] = [];
    for await (const { status } of task.events()) seen.push(status);
    expect(seen[0]).toBe('scheduled');
    expect(seen.at(-1)).toBe('succeeded');
    expect(seen.filter((status) => status === 'scheduled')).toHaveLength(1);
    expect(lastIds[0]).toBeNull();
    expect(lastIds.slice(1).every((id) => /^\d+$/.test(id ?? ''))).toBe(true);
    expect(lastIds.length).toBeGreaterThan(2);
  });

  it('is canceled and tried again; waiting ends with the signal or the time', async () => {
    const deadlineAt = new Date(Date.now() + 60 * 86_400_000);
    const options = { runAt: inAMonth(), deadlineAt, priority: 7, idempotencyKey: 'once-a-month' };
    const task = await valetkey.for('ada').tasks.create('github.issues.list', REPO, options);
    expect(task.data).toMatchObject({ priority: 7, deadlineAt: deadlineAt.toISOString() });
    const same = await valetkey.for('ada').tasks.create('github.issues.list', REPO, options);
    expect(same.id).toBe(task.id);
    await expect(task.result({ timeoutMs: 100 })).rejects.toMatchObject({ code: 'timed_out' });
    const controller = new AbortController();
    const waiting = task.result({ signal: controller.signal });
    await sleep(200);
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    expect((await valetkey.tasks.cancel(task.id)).status).toBe('canceled');
    await expect(task.reload().then(() => task.result())).rejects.toMatchObject({ code: 'canceled' });
    await expect(valetkey.tasks.cancel(task.id)).rejects.toMatchObject({ code: 'task_not_cancelable' });
    expect((await valetkey.tasks.retry(task.id)).status).not.toBe('canceled');
    await valetkey.tasks.cancel(task.id);
  });
});

describe('connections', () => {
  it('are listed page by page, named, checked, refreshed and ended', async () => {
    const judy = valetkey.for('judy');
    // An account of her own at Google, where the grant of an account ends as a whole.
    const answer = { account: 'alan@example.com' };
    await stack.connected('judy', { target: 'google', scope: EVENTS, answer });
    await stack.connected('judy', { target: 'github', scope: 'repo' });
    const targets: string[] = [];
    for await (const { target } of judy.connections({ limit: 1 })) targets.push(target);
    expect(targets.sort()).toEqual(['github', 'google']);
    const [google] = await judy.connections({ target: 'google' }).take(1);
    const id = google?.id ?? '';
    expect((await valetkey.connections.rename(id, 'work')).alias).toBe('work');
    expect((await valetkey.connections.check(id)).result).toBe('alive');
    expect((await valetkey.connections.refresh(id)).lastRefreshedAt).toBeTruthy();
    await expect(valetkey.connections.accessToken(id)).rejects.toMatchObject({ code: 'raw_tokens_denied' });
    await expect(valetkey.connections.disconnect(id)).rejects.toMatchObject({ code: 'approval_required' });
    expect((await operator.connections.disconnect(id)).status).toBe('inactive');
    expect((await valetkey.connections.get(id)).reason).toBe('disconnected');
  });
});
