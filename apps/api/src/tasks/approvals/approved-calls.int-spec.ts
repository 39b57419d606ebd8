import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApprovalExpiry } from '../../approvals/index.js';
import {
  askingRule,
  createApprovalWorld,
  CREATE,
  eventInput,
  type ApprovalWorld,
} from '../testing/approval-world.js';
import { eventsNamed, storyOf } from '../testing/task-world.js';

let world: ApprovalWorld;
beforeAll(async () => {
  world = await createApprovalWorld();
});
afterAll(() => world.world.close());
beforeEach(() => world.setPolicy(askingRule()));

describe('a direct call that needs a person', () => {
  it('becomes a task that waits, with an approval that says what will be done, and runs once a person agrees', async () => {
    const input = eventInput('Approved tea');
    const answer = await world.call(input);
    expect(answer.status).toBe(202);
    const { id, approval } = answer.body;
    expect(answer.body).toMatchObject({ status: 'waiting_for_approval', action: CREATE, userId: 'ada' });
    expect(approval).toMatchObject({ status: 'pending', changed: [] });
    expect(approval.preview).toContain('Approved tea');
    expect(await world.run(id)).toBeUndefined();
    expect(eventsNamed(world.world, 'Approved tea')).toBe(0);

    const decided = await world.decide(approval.id, { decision: 'approve', reason: 'Fine.' });
    expect(decided.status).toBe(200);
    expect(decided.body).toMatchObject({ status: 'approved', arguments: input, usesLeft: 1 });
    await world.run(id);
    const task = await world.task(id);
    expect(task).toMatchObject({ status: 'succeeded', approval: { status: 'used', reason: 'Fine.' } });
    expect(task.approval.decidedBy.type).toBe('operator');
    expect(eventsNamed(world.world, 'Approved tea')).toBe(1);
    expect(await storyOf(world.world, id)).toEqual([
      'waiting_for_approval',
      'queued',
      'running',
      'succeeded',
    ]);
  });

  it('leaves a log that shows that what was approved is what was sent', async () => {
    const { body } = await world.call(eventInput('Logged tea'));
    await world.decide(body.approval.id, { decision: 'approve' });
    await world.run(body.id);
    const events = await world.logged(body.approval.id);
    expect(events.map(({ type, outcome }) => `${type} ${outcome}`)).toEqual([
      'approval.requested succeeded',
      'approval.decided succeeded',
      'action.run intended',
      'approval.used succeeded',
      'action.run succeeded',
    ]);
    expect(new Set(events.map(({ hash }) => hash)).size).toBe(1);
    expect(events[0]?.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('answers with the output when a person agrees while the answer is held', async () => {
    const held = world.call(eventInput('Held tea'), {}, { prefer: 'wait=20' });
    const waiting = async () => (await world.operator.get('/v1/approvals?status=pending')).body.data;
    let pending = await waiting();
    while (pending.length === 0) pending = await waiting();
    await world.decide(pending[0].id, { decision: 'approve' });
    await world.run(pending[0].taskId);
    const answer = await held;
    expect(answer.status).toBe(200);
    expect(answer.body.output.summary).toBe('Held tea');
  });

  it('joins the same call that waits, whatever the order of its members', async () => {
    const { summary, start, end } = eventInput('Joined tea');
    const first = await world.call({ summary, start, end });
    const second = await world.call({ end, start, summary });
    expect([second.status, second.body.id]).toEqual([202, first.body.id]);
    expect(second.body.approval.id).toBe(first.body.approval.id);
    await world.decide(first.body.approval.id, { decision: 'deny' });
  });

  it('is one task when it comes twenty times at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => world.call(eventInput('Crowded tea'))),
    );
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    await world.decide(answers[0]?.body.approval.id, { decision: 'deny' });
  });

  it('is refused with the reason of a decline, and asks no second time', async () => {
    const { body } = await world.call(eventInput('Declined tea'));
    await world.decide(body.approval.id, { decision: 'deny', reason: 'Not today.' });
    expect(await world.task(body.id)).toMatchObject({
      status: 'failed',
      error: { code: 'approval_denied', detail: 'A person declined this call: Not today.' },
    });
    const again = await world.call(eventInput('Declined tea'));
    expect([again.status, again.body.code]).toEqual([403, 'approval_denied']);
    await world.agent.post(`/v1/tasks/${body.id}/retry`);
    await world.run(body.id);
    expect((await world.task(body.id)).error.code).toBe('approval_denied');
    expect(eventsNamed(world.world, 'Declined tea')).toBe(0);
  });

  it('asks for consent first where no connection could run it', async () => {
    const answer = await world.agent.post(`/v1/actions/${CREATE}`, {
      userId: 'nobody',
      input: eventInput('Unconnected tea'),
    });
    expect([answer.status, answer.body.code]).toEqual([403, 'authorization_required']);
  });

  it.each([
    ['no number of uses', { uses: 0 }, 'approval.uses'],
    ['a path that is none', { pins: { vary: ['..'] } }, 'approval.pins.vary.0'],
    ['an unknown member', { forever: true }, 'approval'],
  ])('is refused with %s', async (_, approval, member) => {
    const answer = await world.call(eventInput('Wrong tea'), { approval });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(member);
  });
});

describe('an edit', () => {
  it('is what runs, and the agent is told which members were changed', async () => {
    const { body } = await world.call(eventInput('Original tea'));
    const edit = eventInput('Edited tea');
    const decided = await world.decide(body.approval.id, { decision: 'approve', edit });
    expect(decided.body).toMatchObject({ changed: ['summary'], arguments: { summary: 'Edited tea' } });
    expect(decided.body.hash).not.toBe(undefined);
    await world.run(body.id);
    const task = (await world.agent.get(`/v1/tasks/${body.id}`)).body;
    expect(task).toMatchObject({ status: 'succeeded', approval: { changed: ['summary'] } });
    expect(eventsNamed(world.world, 'Edited tea')).toBe(1);
    expect(eventsNamed(world.world, 'Original tea')).toBe(0);
  });

  it('is refused when the action would not take it', async () => {
    const { body } = await world.call(eventInput('Badly edited tea'));
    const decided = await world.decide(body.approval.id, { decision: 'approve', edit: { summary: 7 } });
    expect(decided.status).toBe(400);
    expect((await world.task(body.id)).status).toBe('waiting_for_approval');
    await world.decide(body.approval.id, { decision: 'deny' });
  });
});

describe('an approval of several uses', () => {
  it('lets calls within its pins run at once, and no more than it has uses', async () => {
    const approval = { uses: 2, pins: { vary: ['summary'] } };
    const { body } = await world.call(eventInput('Series one'), { approval });
    await world.decide(body.approval.id, { decision: 'approve' });
    const second = await world.call(eventInput('Series two'));
    expect(second.status).toBe(200);
    const third = await world.call(eventInput('Series three'));
    expect(third.status).toBe(202);
    await world.run(body.id);
    expect((await world.task(body.id)).status).toBe('succeeded');
    await world.decide(third.body.approval.id, { decision: 'deny' });
  });
});

describe('an approval that nobody decides on', () => {
  it('expires, and ends its task with a reason', async () => {
    const { body } = await world.call(eventInput('Late tea'), { approval: { expiresIn: 60 } });
    world.world.clock.advance(61_000);
    await world.world.apps[0].get(ApprovalExpiry).run();
    expect(await world.task(body.id)).toMatchObject({
      status: 'failed',
      error: { code: 'approval_expired' },
      approval: { status: 'expired' },
    });
    expect((await world.logged(body.approval.id)).map(({ type }) => type)).toEqual([
      'approval.requested',
      'approval.expired',
    ]);
  });
});
