import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Caller } from '../../platform/testing/index.js';
import { createApprovalWorld, CREATE, eventInput, type ApprovalWorld } from '../testing/approval-world.js';
import { CALENDAR, eventsNamed, queued } from '../testing/task-world.js';

const LIST = 'google-calendar.events.list';
const listed = { timeMin: '2027-03-01T00:00:00Z', timeMax: '2027-03-02T00:00:00Z' };
const EVENTS = '/v1/proxy/google-calendar/calendars/primary/events';

let world: ApprovalWorld;
beforeAll(async () => {
  world = await createApprovalWorld('api', 2);
  world.world.clock.stop();
});
afterAll(() => world.world.close());
beforeEach(async () => {
  world.world.twin.control.clearFaults();
  await world.world.database.query('DELETE FROM policy_counts');
  await world.world.database.query('DELETE FROM policy_counted_effects');
});

/** Of so many a day a person is asked about the next. */
const capped = (most: number, counter = 'byCaller["google-calendar.invites"]', annotation = true) =>
  world.setPolicy(
    `${annotation ? '@require_approval("operator") ' : ''}forbid (principal == Agent::"${world.agentId}", action in Action::"google-calendar.invites", resource) when { context.used.today.${counter} >= ${most} };`,
  );
const elsewhere = () => new Caller((world.world.apps[1] ?? world.world.apps[0]).app, world.agent.bearer);
const create = (summary: string, by = world.agent) =>
  by.post(`/v1/actions/${CREATE}`, { userId: 'ada', input: eventInput(summary) });
const counts = async () =>
  (
    await world.world.database.query<{ used: number }>('SELECT used FROM policy_counts ORDER BY used DESC')
  ).map(({ used }) => used);
const statuses = (answers: readonly { status: number }[]) =>
  Object.fromEntries(
    [...Map.groupBy(answers, ({ status }) => status)].map(([status, all]) => [status, all.length]),
  );

describe('at the cap of a day', () => {
  it('of 50 calls at once, to two processes, as many go as the rule lets, and the others wait for a person', async () => {
    await capped(10);
    world.world.clock.advance(3_000);
    const others = elsewhere();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => create(`Rush ${n}`, n % 2 ? others : world.agent)),
    );
    expect(statuses(answers)).toEqual({ 200: 10, 202: 40 });
    const sent = answers.filter((_, n) => eventsNamed(world.world, `Rush ${n}`) === 1);
    expect(sent.every(({ status }) => status === 200)).toBe(true);
    expect([sent.length, await counts()]).toEqual([10, [10]]);
    const waiting = answers.find(({ status }) => status === 202)?.body;
    expect(waiting).toMatchObject({ status: 'waiting_for_approval', approval: { status: 'pending' } });
    expect((await world.decide(waiting.approval.id, { decision: 'approve' })).status).toBe(200);
    await world.run(waiting.id);
    await world.run(waiting.id);
    expect([(await world.task(waiting.id)).status, await counts()]).toEqual(['succeeded', [11]]);
  });

  it('tasks that were queued before wait when they come to it', async () => {
    await capped(2);
    const ids = await Promise.all(
      [1, 2, 3, 4].map((n) =>
        queued(world.agent, { userId: 'ada', action: CREATE, input: eventInput(`Task ${n}`) }),
      ),
    );
    await Promise.all(ids.map((id) => world.run(id)));
    const ended = await Promise.all(ids.map(async (id) => (await world.task(id)).status as string));
    expect(ended.sort()).toEqual(['succeeded', 'succeeded', 'waiting_for_approval', 'waiting_for_approval']);
    expect(await counts()).toEqual([2]);
  });

  it('a call is refused where the rule asks nobody', async () => {
    await capped(1, undefined, false);
    expect((await create('Refused 1')).status).toBe(200);
    const refused = await create('Refused 2');
    expect([refused.status, refused.body.code, await counts()]).toEqual([403, 'policy_denied', [1]]);
  });

  it('a forwarded request counts and waits like the action that does the same', async () => {
    await capped(1);
    const forward = (summary: string) => {
      const { start, end } = eventInput(summary);
      return world.agent.post(EVENTS, { summary, start, end }, { 'valetkey-user': 'ada' });
    };
    expect((await forward('Raw 1')).status).toBe(200);
    expect([(await forward('Raw 2')).status, (await create('Raw 3')).status]).toEqual([202, 202]);
    expect([await counts(), eventsNamed(world.world, 'Raw 2')]).toEqual([[1], 0]);
  });

  it('forwarded requests at once go as far as the rule lets', async () => {
    await capped(3);
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) => {
        const { start, end } = eventInput('x');
        const body = { summary: `Raw rush ${n}`, start, end };
        return world.agent.post(EVENTS, body, { 'valetkey-user': 'ada' });
      }),
    );
    expect([statuses(answers), await counts()]).toEqual([{ 200: 3, 202: 9 }, [3]]);
    const parked = answers.find(({ status }) => status === 202)?.body;
    await world.decide(parked.approval.id, { decision: 'approve' });
    await world.run(parked.id);
    expect([(await world.task(parked.id)).status, await counts()]).toEqual(['succeeded', [4]]);
  });

  it('one that a person agreed to for another reason asks once more, and is not void', async () => {
    await world.setPolicy(
      `@require_approval("operator") forbid (principal == Agent::"${world.agentId}", action == Action::"${CREATE}", resource);`,
    );
    const { body } = await create('Agreed');
    await world.decide(body.approval.id, { decision: 'approve' });
    await world.operator.post('/v1/operator/policies', {
      name: 'Cap of none',
      text: `@require_approval("operator") forbid (principal, action == Action::"${CREATE}", resource) when { context.used.today.byCaller["${CREATE}"] >= 0 };`,
    });
    await world.run(body.id);
    const task = await world.task(body.id);
    expect([task.status, task.approval.id === body.approval.id]).toEqual(['waiting_for_approval', false]);
    await world.world.database.query(`DELETE FROM policies WHERE name = 'Cap of none'`);
    world.world.clock.advance(3_000);
  });
});

describe('a count', () => {
  it('begins anew with each day of UTC', async () => {
    await capped(1);
    expect([(await create('Today')).status, (await create('Again')).status]).toEqual([200, 202]);
    const now = world.world.clock.now();
    world.world.clock.advance(86_400_000 - (now % 86_400_000) - 1);
    expect((await create('A moment before')).status).toBe(202);
    world.world.clock.advance(1);
    expect((await create('Tomorrow')).status).toBe(200);
  });

  it('has no call that was refused before it was sent', async () => {
    await capped(5);
    const answers = await Promise.all([
      world.agent.post(`/v1/actions/${CREATE}`, { userId: 'ada', input: {} }),
      world.agent.post(`/v1/actions/${CREATE}`, { userId: 'nobody', input: eventInput('No consent') }),
      world.agent.post(`/v1/actions/${CREATE}`, {
        userId: 'ada',
        connectionId: 'con_0',
        input: eventInput('x'),
      }),
    ]);
    expect([answers.map(({ status }) => status), await counts()]).toEqual([[400, 403, 404], []]);
  });

  it('has a call that failed at the provider, and one whose answer was lost, each once', async () => {
    await capped(5);
    const fault = (name: string) =>
      world.world.twin.control.addFault({
        provider: 'google',
        match: { path: CALENDAR.path, method: 'POST' },
        times: 1,
        fault: name,
      } as never);
    fault('server_error');
    expect((await create('Broken')).status).toBeGreaterThanOrEqual(500);
    expect(await counts()).toEqual([1]);
    fault('rate_limited');
    const id = await queued(world.agent, { userId: 'ada', action: CREATE, input: eventInput('Tried twice') });
    await world.run(id);
    world.world.clock.advance(120_000);
    await world.run(id);
    expect([(await world.task(id)).status, await counts()]).toEqual(['succeeded', [2]]);
  });

  it('does not stop the further attempt of the call that was the last to go', async () => {
    await capped(1);
    world.world.twin.control.addFault({
      provider: 'google',
      match: { path: CALENDAR.path, method: 'POST' },
      times: 1,
      fault: 'rate_limited',
    } as never);
    const id = await queued(world.agent, { userId: 'ada', action: CREATE, input: eventInput('The last') });
    await world.run(id);
    world.world.clock.advance(120_000);
    expect((await create('One too many')).status).toBe(202);
    await world.run(id);
    expect([(await world.task(id)).status, await counts()]).toEqual(['succeeded', [1]]);
  });

  it('has a task once, however often its idempotency key comes', async () => {
    await capped(5);
    const request = { userId: 'ada', action: CREATE, input: eventInput('Keyed') };
    const ids = await Promise.all(Array.from({ length: 10 }, () => queued(world.agent, request, 'the-key')));
    await Promise.all(ids.map((id) => world.run(id)));
    expect([new Set(ids).size, await counts(), eventsNamed(world.world, 'Keyed')]).toEqual([1, [1], 1]);
  });

  it('is of the caller, of the user, or of both, as the rule says', async () => {
    const bob = await world.world.user('bob');
    await bob.connect('google', CALENDAR.write, { account: 'bob@example.com' } as never);
    const other = await world.world.agent();
    const forBob = () =>
      world.agent.post(`/v1/actions/${CREATE}`, { userId: 'bob', input: eventInput('Bob') });
    await capped(1, 'byCaller["google-calendar.invites"]');
    expect((await create('A', other)).status).toBe(200);
    expect(await counts()).toEqual([]);
    expect([(await create('B')).status, (await forBob()).status]).toEqual([200, 202]);
    await world.world.database.query('DELETE FROM policy_counts');
    await capped(1, 'byCallerForUser["google-calendar.invites"]');
    expect([(await create('C')).status, (await forBob()).status, (await create('D')).status]).toEqual([
      200, 200, 202,
    ]);
    await capped(2, 'forUser["google-calendar.invites"]');
    expect((await create('E', other)).status).toBe(200);
    expect([(await create('F')).status, (await create('G')).status]).toEqual([200, 202]);
    expect((await create('H', other)).status).toBe(200);
  });

  it('is not kept for what no rule counts', async () => {
    await capped(1);
    expect((await world.agent.post(`/v1/actions/${LIST}`, { userId: 'ada', input: listed })).status).toBe(
      200,
    );
    expect(await counts()).toEqual([]);
  });
});

describe('a dry run', () => {
  const dryRun = async (more: object = {}) => {
    const { body } = await world.operator.post('/v1/operator/policy-decisions', {
      principal: { type: 'agent', id: world.agentId },
      userId: 'ada',
      action: CREATE,
      input: eventInput('Dry'),
      ...more,
    });
    return body.decision ?? body.code;
  };

  it('takes the counts that it is given, else those of today', async () => {
    await capped(2);
    expect(await dryRun()).toBe('allow');
    expect(await dryRun({ used: { byCaller: { 'google-calendar.invites': 2 } } })).toBe('require_approval');
    expect(await dryRun({ used: { byCaller: { 'google-calendar.invites': -1 } } })).toBe('invalid_input');
    expect(await dryRun({ used: { byNobody: {} } })).toBe('invalid_input');
    await Promise.all([create('Dry 1'), create('Dry 2')]);
    expect([await dryRun(), await counts()]).toEqual(['require_approval', [2]]);
    expect(await dryRun({ used: {} })).toBe('allow');
  });
});
