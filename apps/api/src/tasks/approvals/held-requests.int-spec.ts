import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Caller, type Answer } from '../../platform/testing/index.js';
import { createApprovalWorld, type ApprovalWorld } from '../testing/approval-world.js';
import { CALENDAR, eventsNamed, newEvent } from '../testing/task-world.js';

const EVENTS = '/v1/proxy/google-calendar/calendars/primary/events';
const ADA = { 'valetkey-user': 'ada' };
const PROXY = 'google-calendar.proxy';
const ASKS = `@require_approval("operator") forbid (principal, action == Action::"${PROXY}", resource)
  when { context.method == "POST" };`;

let world: ApprovalWorld;
beforeAll(async () => {
  world = await createApprovalWorld();
});
afterAll(() => world.world.close());
beforeEach(async () => {
  const { control } = world.world.twin;
  control.clearFaults();
  control.clearCalls();
  await world.setPolicy(ASKS);
});

const event = (summary: string) => newEvent('ada', summary).input;
const send = (summary: string, headers: Record<string, string> = {}, by = world.agent) =>
  by.post(EVENTS, event(summary), { ...ADA, ...headers });
const calls = (method: string) =>
  world.world.twin.control.calls({ path: CALENDAR.path }).filter((one) => one.method === method).length;
const sql = (text: string, values: unknown[] = []) => world.world.database.query(text, values);

/** A request that waits, approved. */
async function approved(summary: string): Promise<{ id: string; approvalId: string }> {
  const { body } = await send(summary);
  expect((await world.decide(body.approval.id, { decision: 'approve' })).status).toBe(200);
  return { id: body.id, approvalId: body.approval.id };
}

describe('a request of the proxy that needs a person', () => {
  it('becomes a task that says what will be sent, and is sent once somebody agrees', async () => {
    const held = await send('Proxied tea');
    expect([held.status, held.body.status, held.body.action]).toEqual([202, 'waiting_for_approval', PROXY]);
    expect(held.headers['valetkey-error']).toBe('approval_required');
    expect(held.body.approval.preview).toMatch(
      /^Send POST \/calendars\/primary\/events to .* body of \d+ bytes/,
    );
    expect(held.body.input).toMatchObject({ method: 'POST', target: '/calendars/primary/events' });
    expect(JSON.parse(held.body.input.body)).toEqual(event('Proxied tea'));
    await world.run(held.body.id);
    expect(calls('POST')).toBe(0);

    await world.decide(held.body.approval.id, { decision: 'approve' });
    await world.run(held.body.id);
    const task = await world.task(held.body.id);
    expect([task.status, task.output.status, task.approval.status]).toEqual(['succeeded', 200, 'used']);
    expect(JSON.parse(task.output.body).summary).toBe('Proxied tea');
    await world.run(held.body.id);
    expect([calls('POST'), eventsNamed(world.world, 'Proxied tea')]).toEqual([1, 1]);
  });

  it('leaves a log that shows that what was approved is what was sent', async () => {
    const { id, approvalId } = await approved('Logged');
    await world.run(id);
    const seen = await world.logged(approvalId);
    const shown = seen.map(({ type, outcome }) => `${type} ${outcome}`);
    expect(shown).toEqual(
      expect.arrayContaining([
        'approval.requested succeeded',
        'approval.decided succeeded',
        'request.forwarded intended',
        'approval.used succeeded',
      ]),
    );
    expect(new Set(seen.map(({ hash }) => hash)).size).toBe(1);
  });

  it('is one that the built-in policy would not let an agent send', async () => {
    await world.setPolicy('');
    const { body: made } = await world.user.post(EVENTS, event('To be deleted'));
    const held = await world.agent.delete(`${EVENTS}/${made.id}?sendUpdates=none`, ADA);
    expect([held.status, held.body.input.target]).toEqual([
      202,
      `/calendars/primary/events/${made.id}?sendUpdates=none`,
    ]);
    await world.decide(held.body.approval.id, { decision: 'approve' }, world.user);
    await world.run(held.body.id);
    expect([(await world.task(held.body.id)).output.status, calls('DELETE')]).toEqual([204, 1]);
  });

  it("answers with the provider's own answer when somebody agrees while it is held", async () => {
    const answer = send('Held', { prefer: 'wait=20' });
    let approval: { id: string; taskId: string } | undefined;
    while (!approval)
      approval = (await world.operator.get('/v1/approvals?status=pending')).body.data.find(
        ({ arguments: sent }: { arguments: { body?: string } }) => sent.body?.includes('"Held"'),
      );
    await world.decide(approval.id, { decision: 'approve' });
    await world.run(approval.taskId);
    const { status, body } = await answer;
    expect([status, body.summary]).toEqual([200, 'Held']);
  });

  it('is joined by the same request while it waits, and by no other', async () => {
    const first = await send('Joined');
    expect((await send('Joined')).body.id).toBe(first.body.id);
    expect((await send('Not joined')).body.id).not.toBe(first.body.id);
    expect((await send('Joined', { 'if-match': '"1"' })).body.id).not.toBe(first.body.id);
  });

  it('is refused with the reason once it was declined, and nobody is asked again', async () => {
    const { body } = await send('Declined');
    await world.decide(body.approval.id, { decision: 'deny', reason: 'No tea.' });
    expect((await world.task(body.id)).error.code).toBe('approval_denied');
    const again = await send('Declined');
    expect([again.status, again.body.code, calls('POST')]).toEqual([403, 'approval_denied', 0]);
  });

  it('is sent as the approver edited it', async () => {
    const { body } = await send('Before the edit');
    const edit = { ...body.input, body: JSON.stringify(event('After the edit')) };
    const decided = await world.decide(body.approval.id, { decision: 'approve', edit });
    expect([decided.status, decided.body.changed]).toEqual([200, ['body']]);
    await world.run(body.id);
    expect([eventsNamed(world.world, 'Before the edit'), eventsNamed(world.world, 'After the edit')]).toEqual(
      [0, 1],
    );
  });

  it('may have happened where its answer was lost, and is not sent again by itself', async () => {
    const { id } = await approved('Lost');
    world.world.twin.control.addFault({
      provider: 'google',
      fault: 'answer_lost',
      match: { path: CALENDAR.path, method: 'POST' },
      times: 1,
    });
    while (await world.run(id));
    expect([(await world.task(id)).status, calls('POST')]).toEqual(['outcome_unknown', 1]);
    await world.operator.post(`/v1/operator/tasks/${id}/outcome`, { decision: 'send_again' });
    while (await world.run(id));
    expect([(await world.task(id)).status, calls('POST')]).toEqual(['waiting_for_approval', 1]);
  });

  it("ends as failed with the provider's refusal", async () => {
    const held = await world.agent.delete(`${EVENTS}/no-such-event`, ADA);
    await world.decide(held.body.approval.id, { decision: 'approve' });
    await world.run(held.body.id);
    const { status, error } = await world.task(held.body.id);
    expect([status, error.code]).toEqual(['failed', 'not_found']);
  });

  it('waits for no person where the user has not connected', async () => {
    const answer = await world.agent.post(EVENTS, event('x'), { 'valetkey-user': 'stranger' });
    expect([answer.status, answer.body.code]).toEqual([403, 'authorization_required']);
  });
});

describe('attacks on a request that was approved', () => {
  const change = (path: string, value: string) => async (id: string) => {
    await sql(`UPDATE tasks SET input = jsonb_set(input, '{${path}}', $2::jsonb) WHERE id = $1`, [id, value]);
  };

  it.each<[string, (id: string, approvalId: string) => Promise<unknown>, string]>([
    ['its body by one byte', change('body', '"{\\"summary\\":\\"Bad tea\\"}"'), 'approval_void'],
    ['its method', change('method', '"PUT"'), 'approval_void'],
    ['its path', change('target', '"/calendars/other/events"'), 'approval_void'],
    ['its query', change('target', '"/calendars/primary/events?sendUpdates=all"'), 'approval_void'],
    ['its headers', change('headers', '{"if-match":"x"}'), 'approval_void'],
    ['the type of its body', change('contentType', '"text/plain"'), 'approval_void'],
    [
      'what the approval holds',
      (_, approvalId) =>
        sql(`UPDATE approvals SET arguments = jsonb_set(arguments, '{method}', '"PUT"') WHERE id = $1`, [
          approvalId,
        ]),
      'approval_void',
    ],
    [
      'the account',
      (_, approvalId) => sql(`UPDATE approvals SET account_id = 'another' WHERE id = $1`, [approvalId]),
      'approval_void',
    ],
    [
      'the time: it has expired',
      (_, approvalId) =>
        sql(`UPDATE approvals SET expires_at = now() - interval '1 day' WHERE id = $1`, [approvalId]),
      'approval_void',
    ],
    ['the rule that asked', () => world.setPolicy(ASKS.replace('when {', 'when { true &&')), 'approval_void'],
    [
      'the policy, which forbids it now',
      () => world.setPolicy(`forbid (principal, action == Action::"${PROXY}", resource);`),
      'policy_denied',
    ],
  ])('that change %s are refused, and nothing is sent', async (_, attack, code) => {
    const { id, approvalId } = await approved(`Attacked ${_}`);
    await attack(id, approvalId);
    while (await world.run(id));
    const task = await world.task(id);
    expect([task.status, task.error?.code]).toEqual(['failed', code]);
    expect([calls('POST'), calls('PUT')]).toEqual([0, 0]);
  });

  it('by its agent, by another, by who asked, or twice, decide nothing', async () => {
    const { body } = await send('Decided by whom');
    const other = await world.world.agent();
    const mallory = await world.world.user('mallory');
    const yes = { decision: 'approve' };
    const answers: Answer[] = [];
    for (const by of [world.agent, other, mallory])
      answers.push(await world.decide(body.approval.id, yes, by));
    answers.push(await world.decide(body.approval.id, yes, world.user));
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 404, 403]);
    const both = await Promise.all([
      world.decide(body.approval.id, yes),
      world.decide(body.approval.id, { decision: 'deny' }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('by an agent that was disabled since are sent by nobody', async () => {
    const { body: made } = await world.operator.post('/v1/agents', { name: 'Short-lived' });
    const { app } = world.world.apps[0];
    const held = await send('Of the disabled', {}, new Caller(app, made.key));
    await world.operator.patch(`/v1/operator/agents/${made.id}`, { disabled: true });
    expect((await world.decide(held.body.approval.id, { decision: 'approve' })).status).toBe(409);
    await world.run(held.body.id);
    expect(calls('POST')).toBe(0);
  });

  it('that name such a task themselves find no such action', async () => {
    const input = { method: 'GET', target: '/users/me/calendarList', headers: {} };
    const answers = [
      await world.agent.post('/v1/tasks', { userId: 'ada', action: PROXY, input }),
      await world.agent.post(`/v1/actions/${PROXY}`, { userId: 'ada', input }),
    ];
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      [404, 'unknown_action'],
      [404, 'unknown_action'],
    ]);
  });

  it('with a body that is too long to be shown are told so, and nothing waits', async () => {
    const before = await sql('SELECT count(*)::int AS n FROM tasks');
    const long = { ...event('Long'), description: 'x'.repeat(128 * 1024) };
    const answer = await world.agent.post(EVENTS, long, ADA);
    expect([answer.status, answer.body.code, calls('POST')]).toEqual([413, 'payload_too_large', 0]);
    expect(await sql('SELECT count(*)::int AS n FROM tasks')).toEqual(before);
  });
});
