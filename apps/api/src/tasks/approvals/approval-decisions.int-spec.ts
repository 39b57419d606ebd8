import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Caller } from '../../platform/testing/index.js';
import {
  askingRule,
  createApprovalWorld,
  CREATE,
  eventInput,
  type ApprovalWorld,
} from '../testing/approval-world.js';
import { CALENDAR } from '../testing/task-world.js';

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
describe('a decision', () => {
  it('of the agent that asked is refused', async () => {
    const one = await asked();
    const answer = await world.decide(one.approvalId, approve, world.agent);
    expect([answer.status, answer.body.code]).toEqual([403, 'wrong_credential_kind']);
  });

  it('of another agent is refused', async () => {
    const one = await asked();
    expect((await world.decide(one.approvalId, approve, other)).status).toBe(403);
  });

  it('of an agent in the account of the user is refused', async () => {
    const one = await asked();
    const answer = await world.agent.post(`/my-account/approvals/${one.approvalId}/decision`, approve);
    expect(answer.status).toBe(403);
  });

  it.each(['v1', 'my-account'])(
    'with a user token that the asking agent minted is refused under /%s, and on record',
    async (base) => {
      const one = await asked();
      const { body } = await world.agent.post('/v1/users/ada/tokens', {});
      const minted = new Caller(world.world.apps[0].app, body.accessToken);
      const answer = await minted.post(`/${base}/approvals/${one.approvalId}/decision`, approve);
      expect([answer.status, answer.body.code]).toEqual([403, 'approver_is_requester']);
      expect((await world.task(one.taskId)).status).toBe('waiting_for_approval');
    },
  );

  it('of a user about a call that the user made is refused', async () => {
    await world.setPolicy(askingRule());
    const input = eventInput('Own call');
    const call = await world.user.post(`/v1/actions/${CREATE}`, { userId: 'ada', input });
    expect(call.status).toBe(202);
    const answer = await world.decide(call.body.approval.id, approve, world.user);
    expect([answer.status, answer.body.code]).toEqual([403, 'approver_is_requester']);
    expect((await world.decide(call.body.approval.id, approve)).status).toBe(200);
  });

  it.each(['GET', 'decide'])(
    'of another user, to whom the link was forwarded, finds nothing (%s)',
    async (how) => {
      const one = await asked();
      const eve = await world.world.user('eve');
      const path = `/my-account/approvals/${one.approvalId}`;
      const answer = how === 'GET' ? await eve.get(path) : await eve.post(`${path}/decision`, approve);
      expect(answer.status).toBe(404);
    },
  );

  it('without a credential is refused', async () => {
    const one = await asked();
    const nobody = new Caller(world.world.apps[0].app);
    expect((await world.decide(one.approvalId, approve, nobody)).status).toBe(401);
  });

  it('of the user is refused where the policy wants an operator', async () => {
    await world.setPolicy(askingRule('operator'));
    const one = await asked();
    const answer = await world.decide(one.approvalId, approve, world.user);
    expect([answer.status, answer.body.code]).toEqual([403, 'approver_not_allowed']);
    expect((await world.decide(one.approvalId, approve)).status).toBe(200);
  });

  it('of an operator is refused where the policy wants the user', async () => {
    await world.setPolicy(askingRule('user'));
    const one = await asked();
    const answer = await world.decide(one.approvalId, approve);
    expect([answer.status, answer.body.code]).toEqual([403, 'approver_not_allowed']);
    expect((await world.decide(one.approvalId, approve, world.user)).status).toBe(200);
  });

  it('of ten at once counts once', async () => {
    const one = await asked();
    const decisions = Array.from({ length: 10 }, (_, n) => ({ decision: n % 2 === 0 ? 'approve' : 'deny' }));
    const answers = await Promise.all(decisions.map((decision) => world.decide(one.approvalId, decision)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(9).fill(409)]);
    const decided = (await world.logged(one.approvalId)).filter(({ type }) => type === 'approval.decided');
    expect(decided).toHaveLength(1);
  });

  it.each([
    ['more uses', {}, { uses: 2 }, 'uses'],
    ['a member free that was fixed', {}, { pins: { vary: ['summary'] } }, 'pins.vary: summary'],
    [
      'another member free than was asked for',
      { pins: { vary: ['summary'] } },
      { pins: { vary: ['attendees'] } },
      'pins.vary: attendees',
    ],
    ['a longer time', { expiresIn: 60 }, { expiresIn: 3600 }, 'expiresIn'],
  ])('that gives %s is refused', async (_, approval, wider, member) => {
    const one = await asked({ approval });
    const answer = await world.decide(one.approvalId, { ...approve, ...wider });
    expect([answer.status, answer.body.code]).toEqual([422, 'approval_widened']);
    expect(answer.body.detail).toContain(member);
  });

  it('can take back what was to be free', async () => {
    const one = await asked({ approval: { uses: 5, pins: { vary: ['summary'] } } });
    const decided = await world.decide(one.approvalId, { ...approve, uses: 2, pins: { vary: [] } });
    expect(decided.body).toMatchObject({ uses: 2, pins: { vary: [] } });
    expect((await world.call(eventInput('Anything else'))).status).toBe(202);
  });

  it('after the time is over is refused, even before the task has ended', async () => {
    const one = await asked();
    await change(one.approvalId, 'expires_at', new Date(0));
    const answer = await world.decide(one.approvalId, approve);
    expect([answer.status, answer.body.code]).toEqual([409, 'approval_not_pending']);
  });

  it('about a task that was canceled is refused', async () => {
    const one = await asked();
    await world.agent.post(`/v1/tasks/${one.taskId}/cancel`);
    const answer = await world.decide(one.approvalId, approve);
    expect([answer.status, answer.body.approvalStatus]).toEqual([409, 'withdrawn']);
  });

  it.each([
    ['an unknown decision', { decision: 'maybe' }],
    ['an unknown member', { decision: 'approve', forever: true }],
    ['an edit with a decline', { decision: 'deny', edit: {} }],
    ['uses below one', { decision: 'approve', uses: 0 }],
    ['a reason of a megabyte', { decision: 'approve', reason: 'x'.repeat(900_000) }],
  ])('with %s is refused', async (_, decision) => {
    const one = await asked();
    expect((await world.decide(one.approvalId, decision)).status).toBe(400);
  });
});

describe('approvals of others', () => {
  it('are not found by another agent', async () => {
    const one = await asked();
    expect((await other.get(`/v1/approvals/${one.approvalId}`)).status).toBe(404);
    const { body } = await other.get(`/v1/approvals?agentId=${world.agentId}`);
    expect(body.data).toEqual([]);
  });

  it('are gone with the user whose they are', async () => {
    const zoe = await world.world.user('zoe');
    await zoe.connect('google', CALENDAR.write);
    const call = await world.agent.post(`/v1/actions/${CREATE}`, { userId: 'zoe', input: eventInput('Zoe') });
    expect(call.status).toBe(202);
    await world.operator.delete('/v1/users/zoe');
    const rows = await world.world.database.query(`SELECT id FROM approvals WHERE id = $1`, [
      call.body.approval.id,
    ]);
    expect(rows).toEqual([]);
  });
});
