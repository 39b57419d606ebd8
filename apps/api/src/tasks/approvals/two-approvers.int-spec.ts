import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OperatorBrowser } from '../../operators/testing/index.js';
import { createApprovalWorld, CREATE, eventInput, type ApprovalWorld } from '../testing/approval-world.js';
import { eventsNamed } from '../testing/task-world.js';

const PASSWORD = 'correct horse battery staple';
const rule = (annotations: string) =>
  `${annotations} forbid (principal, action == Action::"${CREATE}", resource);`;
const TWO = '@require_approval("any") @approvers("2")';

let world: ApprovalWorld;
let grace: OperatorBrowser;
let alan: OperatorBrowser;
beforeAll(async () => {
  world = await createApprovalWorld();
  grace = await signedIn('grace@example.com');
  alan = await signedIn('alan@example.com');
});
afterAll(() => world.world.close());
beforeEach(() => world.setPolicy(rule(TWO)));

/** An operator who has accepted an invitation and signed in. */
async function signedIn(email: string): Promise<OperatorBrowser> {
  const browser = new OperatorBrowser(world.world.apps[0]);
  const { body } = await world.operator.post('/v1/operator/operators', { email, role: 'admin' });
  const token = (body.link as string).split('/').at(-1);
  const set = await browser.send('PUT', '/v1/operator/password-link', { token, password: PASSWORD });
  if (set.status >= 300) throw new Error(`${set.status} ${set.body?.code}`);
  const { status } = await browser.signIn(email, PASSWORD);
  if (status !== 200) throw new Error(`sign-in: ${status}`);
  return browser;
}

let count = 0;
async function asked() {
  const summary = `Two ${++count}`;
  const call = () => world.call(eventInput(summary));
  const { body } = await call();
  const id = body.approval.id as string;
  const decide = (by: OperatorBrowser, decision: object = { decision: 'approve' }) =>
    by.send('POST', `/v1/operator/approvals/${id}/decision`, decision);
  const status = async () => (await world.task(body.id)).status as string;
  const sent = async () => {
    await world.run(body.id);
    return eventsNamed(world.world, summary);
  };
  return { id, call, decide, status, sent, taskId: body.id as string, approval: body.approval };
}

describe('where two people have to agree', () => {
  it('it is done once both have, and not before', async () => {
    const { id, decide, status, sent, approval } = await asked();
    expect(approval).toMatchObject({ needed: 2, agreed: [] });
    const first = await decide(grace);
    expect(first.body).toMatchObject({ status: 'pending', needed: 2, agreed: [{ type: 'operator' }] });
    expect([await status(), await sent()]).toEqual(['waiting_for_approval', 0]);
    const second = await decide(alan);
    expect([second.body.status, second.body.agreed.length]).toEqual(['approved', 2]);
    expect([await sent(), await status()]).toEqual([1, 'succeeded']);
    const events = await world.logged(id);
    expect(events.map(({ type }) => type).filter((type) => type !== 'action.run')).toEqual([
      'approval.requested',
      'approval.agreed',
      'approval.decided',
      'approval.used',
    ]);
    const [, agreed] = await world.logged(id);
    expect(agreed?.detail).toMatchObject({ agreed: 1, needed: 2 });
  });

  it('an operator and the user are two', async () => {
    const { id, decide, sent } = await asked();
    expect((await world.decide(id, { decision: 'approve' }, world.user)).body.status).toBe('pending');
    expect((await decide(grace)).body.status).toBe('approved');
    expect(await sent()).toBe(1);
  });

  it('the same person counts once, however often and at however many places at once', async () => {
    const { decide, sent, id } = await asked();
    const other = new OperatorBrowser(world.world.apps[0], '192.0.2.9');
    await other.signIn('grace@example.com', PASSWORD);
    const answers = await Promise.all([grace, other, grace, other].map((by) => decide(by)));
    expect(answers.map(({ status, body }) => [status, body.status])).toEqual(Array(4).fill([200, 'pending']));
    const { body } = await world.operator.get(`/v1/approvals/${id}`);
    expect([body.agreed.length, await sent()]).toEqual([1, 0]);
  });

  it('two who agree at the same moment are both counted', async () => {
    const { decide, sent, status } = await asked();
    const answers = await Promise.all([decide(grace), decide(alan)]);
    expect(answers.map(({ body }) => body.status).sort()).toEqual(['approved', 'pending']);
    expect([await sent(), await status()]).toEqual([1, 'succeeded']);
  });

  it.each([
    ['the one who agreed', () => grace],
    ['the other', () => alan],
  ])('one no ends it, by %s', async (_, by) => {
    const { decide, sent, status, call } = await asked();
    await decide(grace);
    expect((await decide(by(), { decision: 'deny', reason: 'No.' })).body.status).toBe('denied');
    expect((await decide(alan)).status).toBe(409);
    expect([await sent(), await status(), (await call()).body.code]).toEqual([
      0,
      'failed',
      'approval_denied',
    ]);
  });

  it('of a yes and a no at once the no is never outvoted by one yes', async () => {
    const { decide, sent, status } = await asked();
    await Promise.all([decide(grace), decide(alan, { decision: 'deny' })]);
    expect([await sent(), await status()]).toEqual([0, 'failed']);
  });

  it.each([
    ['was disabled', { disabled: true }, { disabled: false }],
    ['may only read now', { role: 'auditor' }, { role: 'admin' }],
  ])('a yes counts no more once the operator %s', async (_, change, back) => {
    const { decide, sent, status } = await asked();
    const leaving = await signedIn(`leaving-${count}@example.com`);
    const self = (await leaving.send('GET', '/v1/operator/session')).body.operator;
    await decide(leaving);
    await world.operator.patch(`/v1/operator/operators/${self.id}`, change);
    const { body } = await decide(grace);
    expect([body.status, body.agreed.length, await sent()]).toEqual(['pending', 1, 0]);
    await world.operator.patch(`/v1/operator/operators/${self.id}`, back);
    expect((await decide(alan)).body.status).toBe('approved');
    expect([await sent(), await status()]).toEqual([1, 'succeeded']);
  });

  it('a yes counts no more once the operator was removed', async () => {
    const { decide, sent } = await asked();
    const leaving = await signedIn(`removed-${count}@example.com`);
    const self = (await leaving.send('GET', '/v1/operator/session')).body.operator;
    await decide(leaving);
    await world.operator.delete(`/v1/operator/operators/${self.id}`);
    expect((await decide(grace)).body.status).toBe('pending');
    expect(await sent()).toBe(0);
  });

  it('an operator key is no person', async () => {
    const { id, decide, sent } = await asked();
    await decide(grace);
    const refused = await world.decide(id, { decision: 'approve' });
    expect([refused.status, refused.body.code, await sent()]).toEqual([403, 'approver_not_allowed', 0]);
  });

  it.each([
    ['changed', { edit: eventInput('Other') }],
    ['limited', { uses: 1 }],
    ['made to stand', { standing: { validFor: 3600, uses: 2 } }],
  ])('it cannot be %s by one of them', async (_, choice) => {
    const { decide, sent } = await asked();
    const refused = await decide(grace, { decision: 'approve', ...choice });
    expect([refused.status, refused.body.code]).toEqual([400, 'invalid_input']);
    await decide(alan);
    expect(await sent()).toBe(0);
  });

  it('who asked is none of them', async () => {
    const { body } = await world.user.post(`/v1/actions/${CREATE}`, {
      userId: 'ada',
      input: eventInput('Own'),
    });
    const own = await world.decide(body.approval.id, { decision: 'approve' }, world.user);
    expect([own.status, own.body.code]).toEqual([403, 'approver_is_requester']);
  });

  it('a single approval under another rule cannot be changed into such a call', async () => {
    await world.setPolicy(
      `@require_approval("any") forbid (principal, action == Action::"${CREATE}", resource) unless { context.input.summary like "Big*" };`,
    );
    await world.operator.post('/v1/operator/policies', {
      name: 'Big ones',
      text: `${TWO} forbid (principal, action == Action::"${CREATE}", resource) when { context.input.summary like "Big*" };`,
    });
    const { decide } = await asked();
    const refused = await decide(grace, { decision: 'approve', edit: eventInput('Big party') });
    expect([refused.status, refused.body.code]).toEqual([403, 'approver_not_allowed']);
    await world.world.database.query(`DELETE FROM policies WHERE name = 'Big ones'`);
    world.world.clock.advance(3_000);
  });

  it('operators are asked where a further rule leaves it to the user', async () => {
    const { body } = await world.operator.post('/v1/operator/policies', {
      name: 'User',
      text: rule('@require_approval("user")'),
    });
    const { id } = await asked();
    expect((await world.operator.get(`/v1/approvals/${id}`)).body).toMatchObject({
      approvers: 'operator',
      needed: 2,
    });
    await world.operator.delete(`/v1/operator/policies/${body.id}`);
  });
});

describe('the rule', () => {
  it.each([
    ['without an approval', '@approvers("2")', 'needs @require_approval'],
    ['with another number', '@require_approval("any") @approvers("3")', 'must be "1" or "2"'],
    ['for the user alone', '@require_approval("user") @approvers("2")', 'one person'],
    ['misspelt', '@require_approval("any") @approver("2")', '@approvers'],
  ])('is refused %s', async (_, annotations, words) => {
    const { status, body } = await world.operator.post('/v1/operator/policies', {
      name: 'x',
      text: rule(annotations),
    });
    expect([status, body.code]).toEqual([400, 'invalid_policy']);
    expect(body.detail).toContain(words);
  });
});
