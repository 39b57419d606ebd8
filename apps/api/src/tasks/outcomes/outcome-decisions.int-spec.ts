import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Caller } from '../../platform/testing/index.js';
import { createApprovalWorld, type ApprovalWorld } from '../testing/approval-world.js';
import { CALENDAR, eventsNamed, newEvent, queued, storyOf } from '../testing/task-world.js';

const QUICK = 'google-calendar.events.quick-add';
const READ_BACK = { path: CALENDAR.path, method: 'GET' };

let world: ApprovalWorld;
beforeAll(async () => {
  world = await createApprovalWorld();
});
afterAll(() => world.world.close());
beforeEach(async () => {
  const { control } = world.world.twin;
  control.clearFaults();
  control.clearCalls();
  await world.setPolicy('');
});

const posts = () =>
  world.world.twin.control.calls({ path: CALENDAR.path }).filter(({ method }) => method === 'POST').length;
const fault = (match: object, name: string, times?: number) =>
  world.world.twin.control.addFault({
    provider: 'google',
    fault: name,
    match,
    ...(times === undefined ? {} : { times }),
  } as never);
const loseAnswer = () => fault({ path: CALENDAR.path, method: 'POST' }, 'answer_lost', 1);
const runOut = async (id: string) => {
  while (await world.run(id)) world.world.clock.advance(60_000);
};
const decide = (id: string, decision: string, by: Caller = world.agent, more: object = {}) =>
  by.post(`/v1/tasks/${id}/outcome`, { decision, ...more });
const asOperator = (id: string, decision: string, more: object = {}) =>
  world.operator.post(`/v1/operator/tasks/${id}/outcome`, { decision, ...more });
const sentEffects = async (id: string) => {
  const rows = await world.world.database.query<{ effect_id: string }>(
    'SELECT effect_id FROM tasks WHERE id = $1',
    [id],
  );
  return rows[0]?.effect_id;
};
const decisions = (id: string) =>
  world.world.database.query<{ actor_type: string; actor_id: string; detail: { decision: string } }>(
    `SELECT actor_type, actor_id, detail FROM audit_events WHERE task_id = $1 AND type = 'task.outcome_decided'
     ORDER BY seq`,
    [id],
  );

/** A task that the provider did, or did not, and that it offers no way to ask about. */
async function unknown(text: string): Promise<string> {
  const id = await queued(world.agent, { userId: 'ada', action: QUICK, input: { text } });
  loseAnswer();
  await runOut(id);
  expect((await world.task(id)).status).toBe('outcome_unknown');
  return id;
}

/** A task that has happened, while the provider answers no question about it. */
async function unasked(summary: string): Promise<string> {
  const id = await queued(world.agent, newEvent('ada', summary));
  loseAnswer();
  fault(READ_BACK, 'server_error');
  await runOut(id);
  world.world.twin.control.clearFaults();
  expect((await world.task(id)).status).toBe('outcome_unknown');
  return id;
}

describe('"it happened"', () => {
  it('ends the task well, by the word of an operator, with what they saw', async () => {
    const id = await unknown('Happened at noon');
    const { status, body } = await asOperator(id, 'happened', { note: 'It is in the calendar.' });
    expect([status, body.status, body.error]).toEqual([200, 'succeeded', undefined]);
    expect(body.outcomeDecision).toEqual({
      decision: 'happened',
      by: { type: 'operator', id: expect.any(String) },
      at: expect.any(String),
      note: 'It is in the calendar.',
    });
    expect(await storyOf(world.world, id)).toEqual(['queued', 'running', 'outcome_unknown', 'succeeded']);
    expect(await decisions(id)).toMatchObject([{ actor_type: 'operator', detail: { decision: 'happened' } }]);
    expect(await world.run(id)).toBeUndefined();
    expect(posts()).toBe(1);
  });
});

describe('"it did not, send again"', () => {
  it('sends once more under a new effect where the provider cannot be asked', async () => {
    const id = await unknown('Sent again');
    const before = await sentEffects(id);
    const { body } = await decide(id, 'send_again');
    expect([body.status, body.outcomeDecision.by]).toEqual(['queued', { type: 'agent', id: world.agentId }]);
    await runOut(id);
    expect([(await world.task(id)).status, posts()]).toEqual(['succeeded', 2]);
    expect(await sentEffects(id)).not.toBe(before);
  });

  it('asks the provider first where it can, which knows better', async () => {
    const id = await unasked('Known better');
    const before = await sentEffects(id);
    await decide(id, 'send_again');
    await runOut(id);
    expect([(await world.task(id)).status, posts(), eventsNamed(world.world, 'Known better')]).toEqual([
      'succeeded',
      1,
      1,
    ]);
    expect(await sentEffects(id)).toBe(before);
  });

  it('counts for what was sent before it and not for what is sent then', async () => {
    const id = await unknown('Lost twice');
    await decide(id, 'send_again');
    loseAnswer();
    await runOut(id);
    const task = await world.task(id);
    expect([task.status, task.outcomeDecision, posts()]).toEqual(['outcome_unknown', undefined, 2]);
    expect(await world.run(id)).toBeUndefined();
    expect(posts()).toBe(2);
  });

  it('asks for a new approval, although one was given for what was sent before', async () => {
    await world.setPolicy(
      `@require_approval("operator") forbid (principal, action == Action::"${QUICK}", resource);`,
    );
    const input = { text: 'Approved twice' };
    const held = await world.agent.post(`/v1/actions/${QUICK}`, { userId: 'ada', input });
    const { id, approval: first } = held.body;
    await world.decide(first.id, { decision: 'approve' });
    loseAnswer();
    await runOut(id);
    await asOperator(id, 'send_again');
    await runOut(id);
    const waiting = await world.task(id);
    expect([waiting.status, waiting.approval.status, posts()]).toEqual([
      'waiting_for_approval',
      'pending',
      1,
    ]);
    expect(waiting.approval.id).not.toBe(first.id);
    await world.decide(waiting.approval.id, { decision: 'approve' });
    await runOut(id);
    expect([(await world.task(id)).status, posts()]).toEqual(['succeeded', 2]);
  });

  it('sends nothing that the policy forbids by now', async () => {
    const id = await unknown('Forbidden by now');
    await world.setPolicy(`forbid (principal, action == Action::"${QUICK}", resource);`);
    await asOperator(id, 'send_again');
    await runOut(id);
    const { status, error } = await world.task(id);
    expect([status, error.code, posts()]).toEqual(['failed', 'policy_denied', 1]);
  });
});

describe('"leave it"', () => {
  const counted = async () => (await world.operator.get('/v1/tasks/counts')).body.byStatus.outcome_unknown;

  it('keeps the status, is said once, and leaves the way to a better word', async () => {
    const id = await unknown('Left alone');
    const all = await counted();
    const left = await Promise.all(Array.from({ length: 5 }, () => asOperator(id, 'leave')));
    expect(left.map(({ status, body }) => [status, body.status])).toEqual(
      left.map(() => [200, 'outcome_unknown']),
    );
    expect([await counted(), (await decisions(id)).length]).toEqual([all, 1]);
    expect((await asOperator(id, 'happened')).body.status).toBe('succeeded');
    const late = await asOperator(id, 'leave');
    expect([late.status, late.body.code]).toEqual([409, 'task_outcome_decided']);
  });
});

describe('a decision', () => {
  it('is one of many at the same time', async () => {
    const id = await unknown('Raced');
    const words = Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? 'happened' : 'send_again'));
    const answers = await Promise.all(words.map((word) => asOperator(id, word)));
    const [{ detail } = { detail: { decision: '' } }, ...more] = await decisions(id);
    expect(more).toEqual([]);
    expect(answers.map(({ status }) => status)).toEqual(
      words.map((word) => (word === detail.decision ? 200 : 409)),
    );
    await runOut(id);
    expect(posts()).toBe(detail.decision === 'happened' ? 1 : 2);
  });

  it('is the same when it is sent again, and none when it is about an earlier end', async () => {
    const id = await unknown('Replayed');
    const { finishedAt } = await world.task(id);
    expect((await asOperator(id, 'send_again', { finishedAt })).status).toBe(200);
    expect((await asOperator(id, 'send_again', { finishedAt })).status).toBe(200);
    world.world.clock.advance(1_000);
    loseAnswer();
    await runOut(id);
    const replayed = await asOperator(id, 'send_again', { finishedAt });
    expect([replayed.status, replayed.body.code]).toEqual([409, 'task_outcome_decided']);
    expect((await world.task(id)).status).toBe('outcome_unknown');
  });

  it('is refused on a task whose outcome is known', async () => {
    const id = await queued(world.agent, newEvent('ada', 'Known'));
    const early = await decide(id, 'happened');
    await runOut(id);
    const late = await decide(id, 'send_again');
    expect([early, late].map(({ status, body }) => [status, body.code])).toEqual([
      [409, 'task_outcome_known'],
      [409, 'task_outcome_known'],
    ]);
    expect(posts()).toBe(1);
  });

  it("is for the task's own app and user, and operators who may change things", async () => {
    const id = await unknown('Not yours');
    const other = await world.world.agent();
    const stranger = await world.world.user('mallory');
    const answers = [await decide(id, 'happened', other), await decide(id, 'happened', stranger)];
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
    await world.setPolicy('forbid (principal, action == Action::"task.decide", resource);');
    expect((await decide(id, 'happened')).body.code).toBe('policy_denied');
    const { body } = await decide(id, 'happened', world.user);
    expect(body.outcomeDecision.by).toEqual({ type: 'user', id: 'ada' });
  });

  it.each([{ decision: 'maybe' }, {}, { decision: 'leave', note: '' }, { decision: 'leave', more: 1 }])(
    'of no form is refused: %j',
    async (body) => {
      const answer = await world.operator.post('/v1/operator/tasks/tsk_any/outcome', body);
      expect([answer.status, answer.body.code]).toEqual([400, 'invalid_input']);
    },
  );
});
