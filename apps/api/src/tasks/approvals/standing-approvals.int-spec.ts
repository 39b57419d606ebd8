import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { StandingApprovals } from '../../approvals/index.js';
import { Caller } from '../../platform/testing/index.js';
import {
  askingRule,
  createApprovalWorld,
  CREATE,
  eventInput,
  type ApprovalWorld,
} from '../testing/approval-world.js';
import { eventsNamed, queued } from '../testing/task-world.js';

let world: ApprovalWorld;
beforeAll(async () => {
  world = await createApprovalWorld();
});
afterAll(() => world.world.close());
beforeEach(async () => {
  await world.world.database.query(`UPDATE standing_approvals SET status = 'ended'`);
  await world.setPolicy(askingRule());
});

let count = 0;
/** A call that was approved with a standing approval, and has run. */
async function standing(choice: object = {}, by?: Caller) {
  const summary = `Standing ${++count}`;
  const { body } = await world.call(eventInput(summary));
  const decision = { decision: 'approve', standing: { validFor: 14_400, uses: 3, ...choice } };
  const decided = await world.decide(body.approval.id, decision, by);
  expect([decided.status, decided.body.code]).toEqual([200, undefined]);
  await world.run(body.id);
  const { body: list } = await world.operator.get('/v1/standing-approvals?limit=1');
  return { summary, id: list.data[0].id as string, approvalId: body.approval.id as string };
}
const read = async (id: string) => (await world.operator.get(`/v1/standing-approvals/${id}`)).body;
const logged = (id: string) =>
  world.world.database.query<{
    type: string;
    outcome: string;
    detail: Record<string, unknown>;
    hash: string;
  }>(
    `SELECT type, outcome, detail, arguments->>'hash' AS hash FROM audit_events
     WHERE detail->>'standingApprovalId' = $1 AND type <> 'approval.decided' ORDER BY seq`,
    [id],
  );

describe('a standing approval', () => {
  it('lets the same call run without asking, as often as it was allowed and no more', async () => {
    const { id, summary } = await standing({ uses: 2 });
    expect(eventsNamed(world.world, summary)).toBe(1);
    expect((await world.call(eventInput(summary))).status).toBe(200);
    expect((await world.call(eventInput(summary))).status).toBe(200);
    expect((await world.call(eventInput(summary))).status).toBe(202);
    expect(eventsNamed(world.world, summary)).toBe(3);
    expect(await read(id)).toMatchObject({ status: 'used', uses: 2, usesLeft: 0 });
  });

  it('lets members differ that the approver has freed, and no others', async () => {
    const { summary } = await standing({ pins: { vary: ['summary', 'location'] } });
    const other = { ...eventInput('Freed'), location: 'Here' };
    expect((await world.call(other)).status).toBe(200);
    expect((await world.call({ ...other, attendees: [{ email: 'eve@example.com' }] })).status).toBe(202);
    expect([eventsNamed(world.world, 'Freed'), eventsNamed(world.world, summary)]).toEqual([1, 1]);
  });

  it('is what the approver was shown, after an edit', async () => {
    const { body } = await world.call(eventInput('Before the edit'));
    const edit = eventInput('After the edit');
    const choice = { validFor: 60, uses: 1 };
    await world.decide(body.approval.id, { decision: 'approve', edit, standing: choice });
    expect((await world.call(edit)).status).toBe(200);
    expect((await world.call(eventInput('Before the edit'))).status).toBe(202);
  });

  it('puts each use on record with its id and the hash of what was sent', async () => {
    const { id, summary, approvalId } = await standing();
    await world.call(eventInput(summary));
    const events = await logged(id);
    expect(events.map(({ type, outcome }) => `${type} ${outcome}`)).toEqual([
      'standing_approval.created succeeded',
      'action.run intended',
      'standing_approval.used succeeded',
      'action.run succeeded',
    ]);
    expect(new Set(events.map(({ hash }) => hash)).size).toBe(1);
    expect(events[2]?.detail).toMatchObject({
      approvalId,
      hash: expect.stringMatching(/^\w{64}$/),
    });
    const [use] = (await read(id)).recentUses;
    expect(use.hash).toBe(events[2]?.detail['hash']);
    const [decided] = await world.world.database.query(
      `SELECT detail->>'standingApprovalId' AS made FROM audit_events
       WHERE type = 'approval.decided' AND detail->>'approvalId' = $1`,
      [approvalId],
    );
    expect(decided).toEqual({ made: id });
  });

  it('lets tasks and their repeated attempts run, a use for each effect', async () => {
    const { id, summary } = await standing({ uses: 1 });
    const taskId = await queued(world.agent, { userId: 'ada', action: CREATE, input: eventInput(summary) });
    expect((await world.task(taskId)).status).toBe('queued');
    world.world.twin.control.addFault({
      provider: 'google',
      fault: 'rate_limited',
      retryAfterS: 1,
      times: 1,
      match: { method: 'POST' },
    });
    await world.run(taskId);
    expect((await world.task(taskId)).status).not.toBe('succeeded');
    await world.run(taskId);
    expect((await world.task(taskId)).status).toBe('succeeded');
    expect(await read(id)).toMatchObject({ status: 'used', usesLeft: 0 });
    expect(eventsNamed(world.world, summary)).toBe(2);
  });

  it('that is used up when a queued task runs makes the task wait for a person', async () => {
    const { summary } = await standing({ uses: 1 });
    const taskId = await queued(world.agent, { userId: 'ada', action: CREATE, input: eventInput(summary) });
    expect((await world.call(eventInput(summary))).status).toBe(200);
    await world.run(taskId);
    expect((await world.task(taskId)).status).toBe('waiting_for_approval');
  });

  it('ends with its time, and says so', async () => {
    const { id, summary } = await standing({ validFor: 60 });
    await world.world.database.query('UPDATE standing_approvals SET valid_until = $2 WHERE id = $1', [
      id,
      new Date(0),
    ]);
    expect((await world.call(eventInput(summary))).status).toBe(202);
    await world.world.apps[0].get(StandingApprovals).expire();
    expect(await read(id)).toMatchObject({ status: 'expired', endReason: 'expired' });
    expect((await logged(id)).at(-1)).toMatchObject({ type: 'standing_approval.ended' });
  });

  it('is made, listed and taken back by the user whose account it is', async () => {
    const { id, summary } = await standing({}, world.user);
    const { body } = await world.user.get('/my-account/standing-approvals');
    expect(body.data[0]).toMatchObject({ id, status: 'active', madeBy: { type: 'user', id: 'ada' } });
    const ended = await world.user.delete(`/my-account/standing-approvals/${id}`);
    expect(ended.body).toMatchObject({ status: 'ended', endReason: 'taken_back' });
    expect((await world.call(eventInput(summary))).status).toBe(202);
    expect((await world.user.delete(`/my-account/standing-approvals/${id}`)).body).toEqual(ended.body);
  });

  it('is listed for its agent, and for the dashboard', async () => {
    const { id } = await standing();
    const own = await world.agent.get('/v1/standing-approvals');
    expect(own.body.data[0].id).toBe(id);
    const other = await (await world.world.agent()).get('/v1/standing-approvals');
    expect(other.body.data).toEqual([]);
    const shown = await world.operator.get('/v1/operator/standing-approvals?sort=["createdAt","DESC"]');
    expect([shown.status, shown.body[0].id]).toEqual([200, id]);
  });

  it.each([
    ['a limit that the arguments do not keep', { pins: { atMost: { summary: 3 } } }],
    ['a path, which an action has not', { pins: { path: '/calendars/{id}' } }],
    ['no end', { validFor: 10 ** 9 }],
    ['no number of uses', { uses: 0 }],
  ])('is not made with %s, and nothing is decided', async (_, wrong) => {
    const { body } = await world.call(eventInput(`Wrong ${++count}`));
    const choice = { validFor: 60, uses: 1, ...wrong };
    const answer = await world.decide(body.approval.id, { decision: 'approve', standing: choice });
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_input']);
    expect((await world.task(body.id)).status).toBe('waiting_for_approval');
  });
});
