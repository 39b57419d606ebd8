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
beforeAll(async () => {
  world = await createApprovalWorld();
});
afterAll(() => world.world.close());
beforeEach(async () => {
  await world.world.database.query(`UPDATE standing_approvals SET status = 'ended'`);
  await world.setPolicy(askingRule());
});

let count = 0;
/** A standing approval with uses left, and the call that it was made for. */
async function standing(choice: object = {}, agent = world.agent) {
  const summary = `Attacked ${++count}`;
  const call = () => agent.post(`/v1/actions/${CREATE}`, { userId: 'ada', input: eventInput(summary) });
  const { body } = await call();
  const decision = { decision: 'approve', standing: { validFor: 3600, uses: 3, ...choice } };
  expect((await world.decide(body.approval.id, decision)).status).toBe(200);
  await world.run(body.id);
  const { body: list } = await world.operator.get('/v1/standing-approvals?limit=1');
  return { summary, call, id: list.data[0].id as string };
}
const sql = (text: string, ...values: unknown[]) => world.world.database.query(text, values);
const left = async (id: string) => (await world.operator.get(`/v1/standing-approvals/${id}`)).body.usesLeft;

/** The call waits for a person, and nothing was sent beyond what was approved by itself. */
async function expectAsked(answer: { status: number }, id: string, summary: string, sent = 1) {
  expect(answer.status).toBe(202);
  expect(eventsNamed(world.world, summary)).toBe(sent);
  expect(await left(id)).toBe(3);
}

describe('a standing approval is of no use', () => {
  it('to another agent', async () => {
    const { id, summary } = await standing();
    const other = await world.world.agent();
    const input = eventInput(summary);
    await expectAsked(await other.post(`/v1/actions/${CREATE}`, { userId: 'ada', input }), id, summary);
  });

  it('for another user', async () => {
    const bob = await world.world.user('bob');
    await bob.connect('google', CALENDAR.write, { account: 'bob@example.com' } as never);
    const { id, summary } = await standing();
    const input = eventInput(summary);
    await expectAsked(await world.agent.post(`/v1/actions/${CREATE}`, { userId: 'bob', input }), id, summary);
  });

  it.each([
    [
      'one byte of a text',
      (input: ReturnType<typeof eventInput>) => ({ ...input, summary: `${input.summary}.` }),
    ],
    ['a member more', (input: object) => ({ ...input, location: 'Elsewhere' })],
    ['a guest', (input: object) => ({ ...input, attendees: [{ email: 'eve@example.com' }] })],
    ['the calendar', (input: object) => ({ ...input, calendarId: 'somebody@example.com' })],
  ])('for a call that differs by %s', async (_, changed) => {
    const { id, summary } = await standing();
    await expectAsked(await world.call(changed(eventInput(summary))), id, summary);
  });

  it.each([
    ['another connection', 'connection_id', 'con_other'],
    ['another account', 'account_id', 'other'],
    ['another kind of caller', 'caller_type', 'user'],
    ['another action', 'action', 'google-calendar.events.delete'],
    ['another effect', 'effect', 'read'],
    ['other fixed members', 'pinned_hash', Buffer.alloc(32)],
    ['a widened pin', 'pins', JSON.stringify({ vary: ['summary'], atMost: {} })],
    ['other arguments than were shown', 'arguments', JSON.stringify(eventInput('Shown'))],
    ['rules that did not ask', 'basis', ['another rule']],
    ['a time that has passed', 'valid_until', new Date(0)],
  ])('when it is for %s', async (_, column, value) => {
    const { id, summary, call } = await standing();
    await sql(`UPDATE standing_approvals SET ${column} = $2 WHERE id = $1`, id, value);
    await expectAsked(await call(), id, summary);
  });

  it.each([
    ['forbids it now', askingRule().replace(/^@\S+ /, ''), 403],
    ['asks in other words', askingRule('sure'), 202],
    ['wants an operator now', askingRule('operator'), 202],
  ])('when the policy %s', async (_, text, status) => {
    const { id, summary, call } = await standing();
    await world.setPolicy(text);
    expect((await call()).status).toBe(status);
    expect([eventsNamed(world.world, summary), await left(id)]).toEqual([1, 3]);
  });

  it('for what another rule asks as well', async () => {
    const { id, summary, call } = await standing();
    const text = '@require_approval("user") forbid (principal, action, resource);';
    const { body } = await world.operator.post('/v1/operator/policies', {
      name: 'More',
      text,
      enabled: true,
    });
    await expectAsked(await call(), id, summary);
    await world.operator.delete(`/v1/operator/policies/${body.id}`);
  });
});

describe('a standing approval ends', () => {
  /** An agent of its own, to be ended. */
  async function agent() {
    const { body } = await world.operator.post('/v1/agents', { name: `Ended ${++count}` });
    return { id: body.id as string, caller: new Caller(world.world.apps[0].app, body.key) };
  }

  it('with its agent, and does not come back with it', async () => {
    const { id: agentId, caller } = await agent();
    const { id, call } = await standing({}, caller);
    await world.operator.put(`/v1/operator/agents/${agentId}`, { disabled: true });
    const { body } = await world.operator.get(`/v1/standing-approvals/${id}`);
    expect(body).toMatchObject({ status: 'ended', endReason: 'agent_disabled' });
    await world.operator.put(`/v1/operator/agents/${agentId}`, { disabled: false });
    expect((await call()).status).toBe(202);
  });

  it('with the key with which it was asked for', async () => {
    const { id: agentId, caller } = await agent();
    const { id } = await standing({}, caller);
    const { body: shown } = await world.operator.get(`/v1/operator/agents/${agentId}`);
    await world.operator.delete(`/v1/operator/agents/${agentId}/keys/${shown.keys[0].id}`);
    const { body } = await world.operator.get(`/v1/standing-approvals/${id}`);
    expect(body).toMatchObject({ status: 'ended', endReason: 'agent_key_revoked' });
  });

  it('with its connection: an account that is connected again asks again', async () => {
    const { id, call } = await standing();
    const { body: connections } = await world.user.get('/my-account/connections');
    await world.user.delete(`/my-account/connections/${connections.data[0].id}`);
    const { body } = await world.operator.get(`/v1/standing-approvals/${id}`);
    expect(body).toMatchObject({ status: 'ended', endReason: 'disconnected' });
    await world.user.connect('google', CALENDAR.write);
    expect((await call()).status).toBe(202);
  });

  it('with its user, of whom nothing stays', async () => {
    const carol = await world.world.user('carol');
    await carol.connect('google', CALENDAR.write, { account: 'carol@example.com' } as never);
    const request = { userId: 'carol', input: eventInput('Of Carol') };
    const { body } = await world.agent.post(`/v1/actions/${CREATE}`, request);
    const choice = { validFor: 3600, uses: 3 };
    await world.decide(body.approval.id, { decision: 'approve', standing: choice });
    await world.operator.delete('/v1/operator/users/carol');
    expect(await sql(`SELECT 1 FROM standing_approvals WHERE user_id = 'carol'`)).toEqual([]);
  });

  it('when it is taken back in flight: nothing is sent after that', async () => {
    const { id, summary, call } = await standing({ uses: 1000 });
    const calls = Array.from({ length: 8 }, call);
    const taken = world.operator.delete(`/v1/standing-approvals/${id}`);
    const answers = await Promise.all(calls);
    await taken;
    const passed = answers.filter(({ status }) => status === 200).length;
    expect([await left(id), eventsNamed(world.world, summary)]).toEqual([1000 - passed, passed + 1]);
    expect((await call()).status).toBe(202);
    expect(eventsNamed(world.world, summary)).toBe(passed + 1);
  });

  it('when it is used up: of 50 calls at once, as many pass as it has uses', async () => {
    const { id, summary, call } = await standing({ uses: 3 });
    const answers = await Promise.all(Array.from({ length: 50 }, call));
    expect(answers.filter(({ status }) => status === 200).length).toBe(3);
    expect(answers.filter(({ status }) => status === 202).length).toBe(47);
    expect([eventsNamed(world.world, summary), await left(id)]).toEqual([4, 0]);
  });
});

describe('nobody makes or ends one', () => {
  it('by a decision with the key of an agent', async () => {
    const { body } = await world.call(eventInput(`By an agent ${++count}`));
    const decision = { decision: 'approve', standing: { validFor: 60, uses: 1 } };
    for (const agent of [world.agent, await world.world.agent()])
      expect((await world.decide(body.approval.id, decision, agent)).status).toBe(403);
    expect((await world.task(body.id)).status).toBe('waiting_for_approval');
  });

  it('by a user token that the asking agent minted', async () => {
    const { body } = await world.call(eventInput(`Minted ${++count}`));
    const { body: token } = await world.agent.post('/v1/users/ada/tokens', {});
    const minted = new Caller(world.world.apps[0].app, token.accessToken);
    const decision = { decision: 'approve', standing: { validFor: 60, uses: 1 } };
    const answer = await world.decide(body.approval.id, decision, minted);
    expect([answer.status, answer.body.code]).toEqual([403, 'approver_is_requester']);
  });

  it('by asking for it with the call', async () => {
    const approval = { standing: { validFor: 60, uses: 1 } };
    expect((await world.call(eventInput('Asked for'), { approval })).status).toBe(400);
  });

  it('by a second decision', async () => {
    const { body } = await world.call(eventInput(`Twice ${++count}`));
    const decision = { decision: 'approve', standing: { validFor: 60, uses: 1 } };
    const answers = await Promise.all([
      world.decide(body.approval.id, decision),
      world.decide(body.approval.id, decision, world.user),
      world.decide(body.approval.id, { decision: 'deny' }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    const made = await sql('SELECT 1 FROM standing_approvals WHERE approval_id = $1', body.approval.id);
    expect(made.length).toBeLessThanOrEqual(1);
  });

  it('as another user, who sees none of it', async () => {
    const { id } = await standing();
    const eve = await world.world.user('eve');
    expect((await eve.get(`/v1/standing-approvals/${id}`)).status).toBe(404);
    expect((await eve.delete(`/v1/standing-approvals/${id}`)).status).toBe(404);
    expect((await eve.get('/v1/standing-approvals')).body.data).toEqual([]);
    expect((await world.agent.delete(`/v1/standing-approvals/${id}`)).status).toBe(403);
    expect(await left(id)).toBe(3);
  });
});
