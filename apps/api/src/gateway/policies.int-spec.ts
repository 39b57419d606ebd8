import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Caller, type TwinWorld } from '../platform/testing/index.js';
import { createGatewayWorld } from './testing/gateway-world.js';

const SCOPE = 'https://www.googleapis.com/auth/calendar.events';
const LIST = '/v1/actions/google-calendar.events.list';
const POLICIES = '/v1/operator/policies';
const DRY_RUN = '/v1/operator/policy-decisions';

let world: TwinWorld;
let agent: Caller;
let operator: Caller;
beforeAll(async () => {
  world = await createGatewayWorld(2);
  agent = await world.agent();
  operator = Caller.operator(world.apps[0].app);
  await (await world.user('ada')).connect('google', SCOPE);
});
afterAll(() => world.close());
afterEach(() => world.clock.resume());
beforeEach(async () => {
  await world.database.query('DELETE FROM policies');
  world.clock.advance(3_000);
  world.twin.control.clearCalls();
});

const add = async (name: string, text: string) => {
  const { status, body } = await operator.post(POLICIES, { name, text });
  expect(status).toBe(201);
  return body;
};
const run = (caller = agent) => caller.post(LIST, { userId: 'ada', input: {} });
const calls = () => world.twin.control.calls({ path: '/google/calendar/v3' });

describe('a policy', () => {
  it('is in force at once here and within two seconds elsewhere, and until it is switched off', async () => {
    const { id } = await add(
      'No calendar',
      'forbid (principal is Agent, action in Action::"google-calendar", resource);',
    );
    const refused = await run();
    expect([refused.status, refused.body.code, refused.body.policies]).toEqual([
      403,
      'policy_denied',
      ['No calendar'],
    ]);
    const elsewhere = new Caller((world.apps[1] ?? world.apps[0]).app, agent.bearer);
    world.clock.advance(2_001);
    expect((await run(elsewhere)).status).toBe(403);
    expect(calls()).toEqual([]);
    expect((await run(await world.user('ada'))).status).toBe(200);
    await operator.put(`${POLICIES}/${id}`, { enabled: false });
    expect((await run()).status).toBe(200);
  });

  it('with an end holds until then, to the moment, and again once the end is moved', async () => {
    world.clock.stop();
    const end = world.clock.now() + 60_000;
    const rule = {
      name: 'For a minute',
      text: 'forbid (principal is Agent, action in Action::"google-calendar", resource);',
      validUntil: new Date(end).toISOString(),
    };
    const { body } = await operator.post(POLICIES, rule);
    expect(body).toMatchObject({ validUntil: rule.validUntil, inForce: true });
    const elsewhere = new Caller((world.apps[1] ?? world.apps[0]).app, agent.bearer);
    world.clock.advance(59_999);
    expect([(await run()).status, (await run(elsewhere)).status]).toEqual([403, 403]);
    world.clock.advance(1);
    expect([(await run()).status, (await run(elsewhere)).status]).toEqual([200, 200]);
    expect((await operator.get(`${POLICIES}/${body.id}`)).body.inForce).toBe(false);
    const renamed = { ...rule, name: 'Renamed' };
    expect((await operator.put(`${POLICIES}/${body.id}`, renamed)).status).toBe(200);
    expect((await operator.patch(`${POLICIES}/${body.id}`, { validUntil: null })).body.inForce).toBe(true);
    expect((await run()).status).toBe(403);
  });

  it.each([
    ['has passed', new Date(0).toISOString(), 'validUntil: must not have passed'],
    ['is no time', 'tomorrow', 'validUntil'],
  ])('is refused with an end that %s', async (_, validUntil, detail) => {
    const text = 'forbid (principal is Agent, action, resource);';
    const answer = await operator.post(POLICIES, { name: 'Wrong end', text, validUntil });
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_input']);
    expect(answer.body.detail).toContain(detail);
  });

  it('stands in the audit log when it refuses, and when it is changed', async () => {
    const { id } = await add('No agents', 'forbid (principal is Agent, action, resource);');
    await run();
    await operator.delete(`${POLICIES}/${id}`);
    const rows = await world.database.query<{ type: string; detail: unknown }>(
      `SELECT type, detail FROM audit_events WHERE detail->>'policyId' = $1 OR type = 'access.denied' ORDER BY seq DESC LIMIT 3`,
      [id],
    );
    expect(rows.reverse()).toEqual([
      { type: 'policy.created', detail: { policyId: id, name: 'No agents' } },
      { type: 'access.denied', detail: { code: 'policy_denied', policies: ['No agents'] } },
      { type: 'policy.deleted', detail: { policyId: id, name: 'No agents' } },
    ]);
  });

  it('can judge arguments, forwarded requests, and ask for approval', async () => {
    await add(
      'Few at a time',
      '@require_approval("") forbid (principal, action == Action::"google-calendar.events.list", resource) when { context.input has limit && context.input.limit > 100 };',
    );
    await add(
      'No settings',
      'forbid (principal, action == Action::"google-calendar.proxy", resource) when { context.path like "*/settings*" };',
    );
    const many = await agent.post(LIST, { userId: 'ada', input: { limit: 200 } });
    expect([many.status, many.body.code]).toEqual([403, 'approval_required']);
    expect((await run()).status).toBe(200);
    const ada = { 'valetkey-user': 'ada' };
    for (const path of ['users/me/settings', 'users/me/%73ettings', 'users/me/s%65tting%73?q=x'])
      expect((await agent.get(`/v1/proxy/google-calendar/${path}`, ada)).body.code).toBe('policy_denied');
    expect((await agent.get('/v1/proxy/google-calendar/calendars/primary/events', ada)).status).toBe(200);
  });

  it('shows in the catalogue what it does not allow', async () => {
    await add('No lists', 'forbid (principal, action == Action::"google-calendar.events.list", resource);');
    const { body } = await agent.get('/v1/actions?userId=ada');
    const readiness = Object.fromEntries(
      body.data.map(({ id, readiness }: { id: string; readiness: string }) => [id, readiness]),
    );
    expect(readiness).toMatchObject({
      'google-calendar.events.list': 'not_allowed',
      'google-calendar.events.create': 'callable',
    });
  });

  it('that cannot be parsed is refused with the reason, and changes nothing', async () => {
    const bad = await operator.post(POLICIES, { name: 'Bad', text: 'forbid (principal action);' });
    expect([bad.status, bad.body.code]).toEqual([400, 'invalid_policy']);
    expect(bad.body.detail).toContain('character');
    await add('Same', 'permit (principal, action, resource);');
    const twice = await operator.post(POLICIES, {
      name: 'Same',
      text: 'permit (principal, action, resource);',
    });
    expect([twice.status, twice.body.code]).toEqual([409, 'name_taken']);
    expect((await operator.get(POLICIES)).body).toHaveLength(1);
  });
});

describe('a dry run', () => {
  it('says what would be decided and by which policy, and neither runs nor records', async () => {
    await add('No mail', 'forbid (principal, action in Action::"gmail", resource);');
    const ask = async (asked: object) => {
      const { body } = await operator.post(DRY_RUN, {
        principal: { type: 'agent', id: 'agt_x' },
        userId: 'ada',
        ...asked,
      });
      return [body.decision, body.policies];
    };
    const before = await world.database.query('SELECT count(*) FROM audit_events');
    expect(await ask({ action: 'gmail.messages.send', input: {} })).toEqual(['deny', ['No mail']]);
    expect(await ask({ action: 'google-calendar.events.list' })).toEqual(['allow', []]);
    const proxy = { provider: 'github', method: 'DELETE', path: '/repos/a/b' };
    expect(await ask({ proxy })).toEqual(['require_approval', []]);
    const byName = { provider: 'dropbox', method: 'POST', path: '/files/%64elete_v2' };
    expect(await ask({ proxy: byName })).toEqual(['require_approval', []]);
    expect(await world.database.query('SELECT count(*) FROM audit_events')).toEqual(before);
    expect(calls()).toEqual([]);
  });

  it('is for operators', async () => expect((await agent.post(DRY_RUN, {})).status).toBe(403));
});
