import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Caller } from '../../platform/testing/index.js';
import {
  askingRule,
  createApprovalWorld,
  CREATE,
  eventInput,
  type ApprovalWorld,
} from '../testing/approval-world.js';
import { CALENDAR, eventsNamed } from '../testing/task-world.js';

let world: ApprovalWorld;
let other: Caller;
beforeAll(async () => {
  world = await createApprovalWorld();
  other = await world.world.agent();
});
afterAll(() => world.world.close());
beforeEach(() => world.setPolicy(askingRule()));

let count = 0;
/** A new call that waits, and its names. */
async function asked(more: object = {}) {
  const summary = `Attack ${++count}`;
  const { body, status } = await world.call(eventInput(summary), more);
  expect(status).toBe(202);
  return { summary, taskId: body.id as string, approvalId: body.approval.id as string };
}
const approve = { decision: 'approve' };
const change = (approvalId: string, column: string, value: unknown) =>
  world.world.database.query(`UPDATE approvals SET ${column} = $2 WHERE id = $1`, [approvalId, value]);
const denials = async (approvalId: string) =>
  (await world.logged(approvalId)).filter(
    ({ type, outcome }) => type === 'approval.used' && outcome === 'denied',
  );

/** Runs a task whose approval was given, and expects that nothing is sent and that the refusal is on record. */
async function expectRefused(
  { taskId, approvalId, summary }: Awaited<ReturnType<typeof asked>>,
  reason: string,
) {
  await world.run(taskId);
  const task = await world.task(taskId);
  expect([task.status, task.error?.code]).toEqual(['failed', 'approval_void']);
  expect(eventsNamed(world.world, summary)).toBe(0);
  expect(await denials(approvalId)).toMatchObject([{ detail: { code: reason } }]);
}

describe('what is sent after an approval', () => {
  it.each([
    [
      'one byte of a text',
      (input: Record<string, unknown>) => ({ ...input, summary: `${String(input['summary'])}.` }),
    ],
    ['a member more', (input: object) => ({ ...input, location: 'Elsewhere' })],
    ['the calendar', (input: object) => ({ ...input, calendarId: 'somebody@example.com' })],
    ['a guest more', (input: object) => ({ ...input, attendees: [{ email: 'eve@example.com' }] })],
    ['mail to the guests', (input: object) => ({ ...input, sendUpdates: 'all' })],
  ])('is refused when the stored arguments changed by %s', async (_, changed) => {
    const one = await asked();
    await world.decide(one.approvalId, approve);
    const { input } = await world.task(one.taskId);
    await world.world.database.query('UPDATE tasks SET input = $2 WHERE id = $1', [
      one.taskId,
      JSON.stringify(changed(input)),
    ]);
    await expectRefused(one, 'arguments_changed');
  });

  it('is the same when only the order of its members differs', async () => {
    const one = await asked();
    await world.decide(one.approvalId, approve);
    const { input } = await world.task(one.taskId);
    const turned = Object.fromEntries(Object.entries(input).reverse());
    await world.world.database.query('UPDATE tasks SET input = $2 WHERE id = $1', [
      one.taskId,
      JSON.stringify(turned),
    ]);
    await world.run(one.taskId);
    expect((await world.task(one.taskId)).status).toBe('succeeded');
  });

  it.each([
    ['another connection', 'connection_id', 'con_other', 'connection_changed'],
    ['another account', 'account_id', 'other', 'connection_changed'],
    ['another agent', 'caller_id', 'agt_other', 'not_in_force'],
    ['another kind of caller', 'caller_type', 'user', 'not_in_force'],
    ['another action', 'action', 'google-calendar.events.delete', 'arguments_changed'],
    ['another hash', 'pinned_hash', Buffer.alloc(32), 'arguments_changed'],
  ])('is refused when the approval is for %s', async (_, column, value, reason) => {
    const one = await asked();
    await world.decide(one.approvalId, approve);
    await change(one.approvalId, column, value);
    await expectRefused(one, reason);
  });

  it('is refused when the approval is for another user', async () => {
    const one = await asked();
    await world.decide(one.approvalId, approve);
    await world.world.database.query(`INSERT INTO users (id) VALUES ('eve') ON CONFLICT DO NOTHING`);
    await change(one.approvalId, 'user_id', 'eve');
    await expectRefused(one, 'not_in_force');
  });

  it('is refused when the approval has expired before it ran', async () => {
    const one = await asked();
    await world.decide(one.approvalId, approve);
    await change(one.approvalId, 'expires_at', new Date(0));
    await expectRefused(one, 'expired');
  });

  it('is refused when every use is spent by other effects', async () => {
    const one = await asked({ approval: { uses: 2 } });
    await world.decide(one.approvalId, approve);
    await change(one.approvalId, 'effect_id', 'somebody-elses-effect');
    await change(one.approvalId, 'used_effects', ['first', 'second']);
    await expectRefused(one, 'used');
  });

  it.each([
    ['now asks in other words', askingRule('sure')],
    ['now wants an operator', askingRule('operator')],
  ])('is refused when the policy %s', async (_, text) => {
    const one = await asked();
    await world.decide(one.approvalId, approve);
    await world.setPolicy(text);
    await expectRefused(one, 'policy_changed');
  });

  it('is refused when the policy forbids it now', async () => {
    const one = await asked();
    await world.decide(one.approvalId, approve);
    await world.setPolicy(askingRule().replace(/^@\S+ /, ''));
    await world.run(one.taskId);
    expect((await world.task(one.taskId)).error.code).toBe('policy_denied');
    expect(eventsNamed(world.world, one.summary)).toBe(0);
  });

  it('is refused when the agent was disabled meanwhile', async () => {
    const { body } = await world.operator.post('/v1/agents', { name: 'Short-lived' });
    const agent = new Caller(world.world.apps[0].app, body.key);
    const call = await agent.post(`/v1/actions/${CREATE}`, { userId: 'ada', input: eventInput('Disabled') });
    await world.operator.put(`/v1/operator/agents/${body.id}`, { disabled: true });
    const decided = await world.decide(call.body.approval.id, approve);
    expect([decided.status, decided.body.approvalStatus]).toEqual([409, 'withdrawn']);
    await world.run(call.body.id);
    expect(eventsNamed(world.world, 'Disabled')).toBe(0);
  });
});

describe('a replay', () => {
  it('of the same call after its only use asks again', async () => {
    const one = await asked();
    await world.decide(one.approvalId, approve);
    await world.run(one.taskId);
    const again = await world.call(eventInput(one.summary));
    expect(again.status).toBe(202);
    expect(again.body.approval.id).not.toBe(one.approvalId);
    expect(eventsNamed(world.world, one.summary)).toBe(1);
  });

  it('of the same call before its task has run does not spend its use', async () => {
    const one = await asked();
    await world.decide(one.approvalId, approve);
    expect((await world.call(eventInput(one.summary))).status).toBe(202);
    expect(eventsNamed(world.world, one.summary)).toBe(0);
  });

  it('of the task runs nothing', async () => {
    const one = await asked();
    await world.decide(one.approvalId, approve);
    await Promise.all([world.run(one.taskId), world.run(one.taskId), world.run(one.taskId)]);
    await world.run(one.taskId);
    expect(eventsNamed(world.world, one.summary)).toBe(1);
  });

  it('of a call of several uses, ten at once, runs no more often than it has uses', async () => {
    const one = await asked({ approval: { uses: 3 } });
    await world.decide(one.approvalId, approve);
    const answers = await Promise.all(Array.from({ length: 10 }, () => world.call(eventInput(one.summary))));
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(2);
    expect(eventsNamed(world.world, one.summary)).toBeLessThanOrEqual(2);
    await world.run(one.taskId);
    expect(eventsNamed(world.world, one.summary)).toBeLessThanOrEqual(3);
  });

  it('by another agent of the same call asks for an approval of its own', async () => {
    const one = await asked({ approval: { uses: 5 } });
    await world.decide(one.approvalId, approve);
    const answer = await other.post(`/v1/actions/${CREATE}`, {
      userId: 'ada',
      input: eventInput(one.summary),
    });
    expect(answer.status).toBe(202);
    expect(answer.body.approval.id).not.toBe(one.approvalId);
  });

  it('for another user asks for an approval of its own', async () => {
    await (
      await world.world.user('bob')
    ).connect('google', CALENDAR.write, { account: 'bob@example.com' } as never);
    const one = await asked({ approval: { uses: 5 } });
    await world.decide(one.approvalId, approve);
    const answer = await world.agent.post(`/v1/actions/${CREATE}`, {
      userId: 'bob',
      input: eventInput(one.summary),
    });
    expect(answer.status).toBe(202);
    expect(answer.body.approval.id).not.toBe(one.approvalId);
  });

  it('of a decision changes nothing', async () => {
    const one = await asked();
    await world.decide(one.approvalId, { decision: 'deny' });
    const again = await world.decide(one.approvalId, approve);
    expect([again.status, again.body.code]).toEqual([409, 'approval_not_pending']);
    await world.run(one.taskId);
    expect(eventsNamed(world.world, one.summary)).toBe(0);
  });
});
