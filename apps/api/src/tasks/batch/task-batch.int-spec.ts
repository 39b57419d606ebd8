import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Answer } from '../../platform/testing/index.js';
import { askingRule, createApprovalWorld, type ApprovalWorld } from '../testing/approval-world.js';
import { eventsNamed, newEvent } from '../testing/task-world.js';

let of: ApprovalWorld;
beforeAll(async () => {
  of = await createApprovalWorld();
});
afterAll(() => of.world.close());
beforeEach(() => of.setPolicy(''));

const send = (tasks: unknown, by = of.agent, headers: Record<string, string> = {}): Promise<Answer> =>
  by.post('/v1/tasks/batch', { tasks }, headers);
const outcomes = ({ body }: Answer) =>
  body.data.map(({ index, status, task, problem }: Answer['body']) => [
    index,
    status,
    task?.status ?? problem.code,
  ]);
const total = async () => (await of.operator.get('/v1/tasks/counts')).body.total;
const later = () => ({ runAt: new Date(of.world.clock.now() + 3_600_000).toISOString() });
const FAR = '2100-01-01T00:00:00Z';

describe('a batch of tasks', () => {
  it('answers each with what it would have been answered alone; a wrong one refuses no other', async () => {
    const before = await total();
    const { body: other } = await of.operator.post('/v1/agents', { name: 'No grace' });
    await of.setPolicy('forbid (principal, action == Action::"task.create", resource == User::"grace");');
    const answer = await send([
      newEvent('ada', 'first'),
      { ...newEvent('ada', 'no such member'), when: 'now' },
      { ...newEvent('ada', 'scheduled'), ...later() },
      { ...newEvent('ada', 'too far'), runAt: FAR },
      { userId: 'ada', action: 'no.such.action' },
      'no task at all',
      newEvent('grace', 'by a rule'),
      { userId: 'ada', action: 'google-calendar.events.create', input: { summary: 1 } },
      { ...newEvent('ada', 'of nobody'), connectionId: 'con_nobody' },
      { ...newEvent('ada', 'x'.repeat(300 * 1024)) },
      newEvent('ada', 'last'),
    ]);
    expect(answer.status).toBe(200);
    expect(outcomes(answer)).toEqual([
      [0, 202, 'queued'],
      [1, 400, 'invalid_input'],
      [2, 202, 'scheduled'],
      [3, 400, 'invalid_input'],
      [4, 404, 'unknown_action'],
      [5, 400, 'invalid_input'],
      [6, 403, 'policy_denied'],
      [7, 400, 'invalid_input'],
      [8, 404, 'not_found'],
      [9, 400, 'invalid_input'],
      [10, 202, 'queued'],
    ]);
    const paths = answer.body.data.map(({ problem }: Answer['body']) => problem?.errors?.[0]?.path);
    expect([paths[3], paths[7], paths[9]]).toEqual(['runAt', 'input.summary', 'input']);
    expect(await total()).toBe(before + 3);
    const denied = await of.world.database.query<{ code: string }>(
      `SELECT detail->>'code' AS code FROM audit_events WHERE type = 'access.denied' AND request_id = $1 ORDER BY 1`,
      [answer.body.data[6].problem.instance],
    );
    expect(denied.map(({ code }) => code)).toEqual(['not_found', 'policy_denied']);
    const { id } = answer.body.data[0].task;
    await of.run(id);
    expect([(await of.task(id)).status, eventsNamed(of.world, 'first')]).toEqual(['succeeded', 1]);
    expect(other.id).not.toBe(of.agentId);
  });

  it('may be sent again after an answer that was lost: each key has one task', async () => {
    const tasks = Array.from({ length: 100 }, (_, n) => ({
      ...newEvent('ada', `of a batch ${n}`),
      ...later(),
      idempotencyKey: `batch-${n}`,
    }));
    const before = await total();
    const answers = await Promise.all([send(tasks), send(tasks)]);
    const again = await send(tasks.toReversed());
    const ids = ({ body }: Answer) => body.data.map(({ task }: Answer['body']) => task.id);
    expect(ids(answers[1])).toEqual(ids(answers[0]));
    expect(ids(again).toReversed()).toEqual(ids(answers[0]));
    expect(new Set(ids(again)).size).toBe(100);
    expect(await total()).toBe(before + 100);
    const [first] = tasks;
    const single = await of.agent.post('/v1/tasks', newEvent('ada', 'other'), {
      'idempotency-key': 'batch-1',
    });
    const { idempotencyKey, ...same } = first as (typeof tasks)[number];
    const alone = await of.agent.post('/v1/tasks', same, { 'idempotency-key': idempotencyKey });
    expect([single.status, alone.body.id]).toEqual([422, ids(again).at(-1)]);
    const twice = await send([
      { ...newEvent('ada', 'twice'), idempotencyKey: 'twice' },
      { ...newEvent('ada', 'twice'), idempotencyKey: 'twice' },
      { ...newEvent('ada', 'another'), idempotencyKey: 'twice' },
    ]);
    expect(outcomes(twice)[2]).toEqual([2, 422, 'idempotency_key_reused']);
    expect(twice.body.data[1].task.id).toBe(twice.body.data[0].task.id);
  });

  it('keeps what was created when the log refuses some, and says which', async () => {
    await of.world.database.breakAudit(`NEW.action = 'google-calendar.events.create'`);
    const answer = await send([
      { userId: 'ada', action: 'google-calendar.events.list' },
      newEvent('ada', 'unrecorded'),
    ]);
    await of.world.database.mendAudit();
    const statuses = answer.body.data.map(({ status }: Answer['body']) => status);
    expect([answer.status, statuses]).toEqual([200, [202, 503]]);
    expect((await of.task(answer.body.data[0].task.id)).status).toBe('queued');
  });

  it('lets those wait that a person has to agree to', async () => {
    await of.setPolicy(askingRule());
    const answer = await send([
      newEvent('ada', 'to be approved'),
      { userId: 'ada', action: 'google-calendar.events.list' },
    ]);
    expect(outcomes(answer)).toEqual([
      [0, 202, 'waiting_for_approval'],
      [1, 202, 'queued'],
    ]);
    expect(answer.body.data[0].task.approval.status).toBe('pending');
  });

  it("does nothing for a user's token but in their own name", async () => {
    const answer = await send([newEvent('ada', 'mine'), newEvent('grace', 'not mine')], of.user);
    expect(outcomes(answer)).toEqual([
      [0, 202, 'queued'],
      [1, 403, 'other_user'],
    ]);
  });

  it.each([
    [[], {}],
    [Array.from({ length: 101 }, () => ({})), {}],
    ['tasks', {}],
    [[{}], { 'idempotency-key': 'for all' }],
  ])('is refused whole when it is none (%#)', async (tasks, headers) => {
    const before = await total();
    expect((await send(tasks, of.agent, headers as Record<string, string>)).status).toBe(400);
    expect((await send([{}], of.operator)).body.code).toBe('wrong_credential_kind');
    expect(await total()).toBe(before);
  });
});
