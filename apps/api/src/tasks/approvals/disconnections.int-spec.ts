import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Caller } from '../../platform/testing/index.js';
import { createApprovalWorld, type ApprovalWorld } from '../testing/approval-world.js';
import { CALENDAR } from '../testing/task-world.js';

let world: ApprovalWorld;
beforeAll(async () => {
  world = await createApprovalWorld();
});
afterAll(() => world.world.close());
beforeEach(() => world.setPolicy(''));

let count = 0;
/** A user with an account of their own, and the ask of the agent to disconnect it. */
async function connected() {
  const userId = `leaver-${++count}`;
  const user = await world.world.user(userId);
  const connect = () =>
    user.connect('google', CALENDAR.write, {
      account: count % 2 ? 'bob@example.com' : 'ada@example.com',
    } as never);
  await connect();
  const { body } = await user.get('/my-account/connections');
  const id = body.data[0].id as string;
  const disconnect = (by: Caller = world.agent, headers = {}) => by.delete(`/v1/connections/${id}`, headers);
  const status = async () =>
    (await world.operator.get(`/v1/operator/connections/${id}`)).body.status as string;
  return { userId, user, id, disconnect, status, connect };
}
const disconnected = (id: string) =>
  world.world.database.query<{ actor_type: string }>(
    `SELECT actor_type FROM audit_events WHERE type = 'connection.disconnected' AND connection_id = $1
     UNION ALL SELECT actor_type FROM audit_inbox WHERE type = 'connection.disconnected' AND connection_id = $1`,
    [id],
  );

describe('a disconnection by an agent', () => {
  it('waits for a person, says whose account goes, and is done once', async () => {
    const { id, disconnect, status, connect } = await connected();
    const asked = await disconnect();
    expect(asked.status).toBe(202);
    expect(asked.body).toMatchObject({
      status: 'waiting_for_approval',
      action: 'connection.disconnect',
      connectionId: id,
      approval: {
        status: 'pending',
        preview: expect.stringMatching(/^Disconnect the account .+@example.com \(google\)/),
      },
    });
    expect((await disconnect()).body.id).toBe(asked.body.id);
    expect([await status(), await disconnected(id)]).toEqual(['active', []]);
    const decided = await world.decide(asked.body.approval.id, { decision: 'approve' });
    expect(decided.status).toBe(200);
    await world.run(asked.body.id);
    expect([(await world.task(asked.body.id)).status, await status()]).toEqual(['succeeded', 'inactive']);
    expect(await disconnected(id)).toEqual([{ actor_type: 'agent' }]);
    await connect();
    await world.run(asked.body.id);
    expect([await status(), (await disconnected(id)).length]).toEqual(['active', 1]);
    expect((await disconnect()).body.approval.status).toBe('pending');
  });

  it('is not done when it was declined, or called off', async () => {
    const { disconnect, status } = await connected();
    const { body } = await disconnect();
    await world.decide(body.approval.id, { decision: 'deny', reason: 'Keep it.' });
    await world.run(body.id);
    const again = await disconnect();
    expect([again.status, again.body.code, await status()]).toEqual([403, 'approval_denied', 'active']);
  });

  it('is done at once where a rule permits it, and refused where one forbids it', async () => {
    const first = await connected();
    await world.setPolicy(
      `forbid (principal == Agent::"${world.agentId}", action == Action::"connection.disconnect", resource) when { context.connectionId == "${first.id}" };`,
    );
    const refused = await first.disconnect();
    expect([refused.status, refused.body.code, await first.status()]).toEqual([
      403,
      'policy_denied',
      'active',
    ]);
    await world.setPolicy(
      `permit (principal == Agent::"${world.agentId}", action == Action::"connection.disconnect", resource);`,
    );
    expect((await first.disconnect()).body).toMatchObject({ id: first.id, status: 'inactive' });
  });

  it('is repeated after a crash, without asking anybody', async () => {
    const { id, disconnect, status } = await connected();
    const { body } = await disconnect();
    await world.decide(body.approval.id, { decision: 'approve' });
    await world.world.database.query(
      `UPDATE tasks SET status = 'running', attempts = 1, sent_at = now() WHERE id = $1`,
      [body.id],
    );
    await world.run(body.id);
    expect([(await world.task(body.id)).status, await status()]).toEqual(['succeeded', 'inactive']);
    expect((await disconnected(id)).length).toBe(1);
  });

  it('is held with the answer, if the caller waits', async () => {
    const { id, disconnect } = await connected();
    const answer = disconnect(world.agent, { prefer: 'wait=20' });
    let waiting: { id: string; taskId: string } | undefined;
    while (!waiting) {
      const { body } = await world.operator.get('/v1/approvals?status=pending');
      waiting = body.data.find(({ connectionId }: { connectionId: string }) => connectionId === id);
    }
    await world.decide(waiting.id, { decision: 'approve' });
    await world.run(waiting.taskId);
    expect((await answer).body).toMatchObject({ id, status: 'inactive' });
  });
});

describe('no approval of a disconnection', () => {
  it('ends another connection: its arguments cannot be changed', async () => {
    const [one, other] = [await connected(), await connected()];
    const { body } = await one.disconnect();
    const edit = { connectionId: other.id, target: 'google', account: 'ada@example.com' };
    const edited = await world.decide(body.approval.id, { decision: 'approve', edit });
    expect([edited.status, edited.body.code]).toEqual([400, 'invalid_input']);
    expect([await one.status(), await other.status()]).toEqual(['active', 'active']);
  });

  it('is made by a task or a schedule that names it', async () => {
    const { id, userId } = await connected();
    const request = { userId, action: 'connection.disconnect', input: { connectionId: id } };
    const task = await world.agent.post('/v1/tasks', request);
    const call = await world.agent.post('/v1/actions/connection.disconnect', {
      userId,
      input: request.input,
    });
    expect([task.body.code, call.body.code]).toEqual(['unknown_action', 'unknown_action']);
  });

  it('is given by the agent, nor for a connection that there is not', async () => {
    const { disconnect } = await connected();
    const { body } = await disconnect();
    const own = await world.decide(body.approval.id, { decision: 'approve' }, world.agent);
    expect(own.status).toBe(403);
    expect((await world.agent.delete('/v1/connections/con_0')).status).toBe(404);
  });

  it('is needed by users and operators', async () => {
    const [one, other] = [await connected(), await connected()];
    expect((await one.user.delete(`/my-account/connections/${one.id}`)).body.status).toBe('inactive');
    expect((await world.operator.delete(`/v1/operator/connections/${other.id}`)).body.status).toBe(
      'inactive',
    );
  });
});
