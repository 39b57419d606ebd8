import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createApprovalWorld, type ApprovalWorld } from '../testing/approval-world.js';
import { eventsNamed, newEvent } from '../testing/task-world.js';

const EVENTS = '/v1/proxy/google-calendar/calendars/primary/events';
const ASKS = `@require_approval("") forbid (principal, action == Action::"google-calendar.proxy", resource)
  when { context.method != "GET" };`;

let world: ApprovalWorld;
beforeAll(async () => {
  world = await createApprovalWorld();
});
afterAll(() => world.world.close());
beforeEach(async () => {
  await world.world.database.query(`UPDATE standing_approvals SET status = 'ended'`);
  await world.setPolicy(ASKS);
});

const headers = { 'valetkey-user': 'ada' };
const event = (summary: string) => newEvent('ada', summary).input;
const post = (summary: string, path = EVENTS) => world.agent.post(path, event(summary), headers);

/** A request that is approved with a standing approval, and sent. */
async function standing(
  held: { status: number; body: { id: string; approval: { id: string } } },
  pins: object,
) {
  expect(held.status).toBe(202);
  const decision = { decision: 'approve', standing: { validFor: 3600, uses: 5, pins } };
  const decided = await world.decide(held.body.approval.id, decision);
  expect([decided.status, decided.body.detail]).toEqual([200, undefined]);
  await world.run(held.body.id);
}
/** Events that are there, to be changed. */
async function made(...summaries: string[]): Promise<string[]> {
  await world.setPolicy('');
  const ids = [];
  for (const summary of summaries)
    ids.push((await world.user.post(EVENTS, event(summary))).body.id as string);
  await world.setPolicy(ASKS);
  return ids;
}
const patch = (id: string, summary = 'Patched', query = '') =>
  world.agent.patch(`${EVENTS}/${id}${query}`, { summary }, headers);

describe('a standing approval of a request of the proxy', () => {
  it('lets the same request go on, byte for byte, with the answer of the provider', async () => {
    await standing(await post('Same'), {});
    const again = await post('Same');
    expect([again.status, again.body.summary]).toEqual([200, 'Same']);
    expect((await post('Same.')).status).toBe(202);
    expect(eventsNamed(world.world, 'Same')).toBe(2);
  });

  it('lets the body differ where that is freed, and nothing else', async () => {
    await standing(await post('Body'), { vary: ['body'] });
    expect((await post('Another body')).status).toBe(200);
    expect((await post('Mail', `${EVENTS}?sendUpdates=all`)).status).toBe(202);
    expect((await world.agent.put(`${EVENTS}/x`, event('Put'), headers)).status).toBe(202);
  });

  it('stands for the paths that fit its template, and no other', async () => {
    const [one = '', two = ''] = await made('One', 'Two');
    const path = '/calendars/primary/events/{event}';
    await standing(await patch(one), { vary: ['body'], path });
    expect((await patch(two, 'Two patched')).status).toBe(200);
    expect((await patch(two, 'With a query', '?sendUpdates=all')).status).toBe(202);
    expect((await patch(`${two}%3Amove`)).status).not.toBe(200);
    expect((await patch('%7Bevent%7D')).status).toBe(202);
    const elsewhere = '/v1/proxy/google-calendar/calendars/other/events';
    expect((await world.agent.patch(`${elsewhere}/${two}`, { summary: 'x' }, headers)).status).toBe(202);
    expect((await world.agent.delete(`${EVENTS}/${two}`, headers)).status).toBe(202);
  });

  it.each([
    ['a template that does not fit it', { path: '/calendars/primary/acl/{rule}' }],
    ['an address that is freed', { vary: ['target'] }],
    ['a method that is freed', { vary: ['method'] }],
    ['a template without a fixed part', { path: '/{a}/{b}/{c}' }],
  ])('is not made with %s', async (_, pins) => {
    const held = await post(`Wrong ${JSON.stringify(pins)}`);
    const choice = { validFor: 3600, uses: 5, pins };
    const answer = await world.decide(held.body.approval.id, { decision: 'approve', standing: choice });
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_input']);
  });

  it('passes on what the provider answers, a refusal too', async () => {
    const [one = ''] = await made('Gone');
    await standing(await patch(one), { vary: ['body'], path: '/calendars/primary/events/{event}' });
    const refused = await patch('no-such-event');
    expect([refused.status, refused.body.error.code]).toEqual([404, 404]);
  });

  it('asks again once it is used up', async () => {
    const held = await post('Few');
    const standing = { validFor: 3600, uses: 2 };
    await world.decide(held.body.approval.id, { decision: 'approve', standing });
    const answers = await Promise.all(Array.from({ length: 8 }, () => post('Few')));
    expect(answers.filter(({ status }) => status === 200).length).toBe(2);
    expect(answers.filter(({ status }) => status === 202).length).toBe(6);
    expect(eventsNamed(world.world, 'Few')).toBe(2);
  });
});
