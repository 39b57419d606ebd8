import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { allProviders } from '@valetkey/providers';
import { Caller, type TwinWorld } from '../platform/testing/index.js';
import { createGatewayWorld } from './testing/gateway-world.js';

interface Line {
  readonly action: string;
  readonly decision: string;
  readonly code?: string;
  readonly policies: readonly string[];
  readonly mayDiffer: readonly string[];
}

let world: TwinWorld;
let operator: Caller;
let agentId: string;
beforeAll(async () => {
  world = await createGatewayWorld();
  operator = Caller.operator(world.apps[0].app);
  agentId = (await operator.post('/v1/agents', { name: 'Reader', userTokens: 'none' })).body.id;
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.database.query('DELETE FROM policies');
  world.clock.advance(3_000);
});

const rule = async (name: string, text: string) =>
  expect((await operator.post('/v1/operator/policies', { name, text })).status).toBe(201);
const permissions = async (query = ''): Promise<Map<string, Line>> => {
  const { status, body } = await operator.get(`/v1/operator/agents/${agentId}/permissions${query}`);
  expect(status).toBe(200);
  return new Map(body.data.map((line: Line) => [line.action, line]));
};

describe('what an agent may do', () => {
  it('is a line for each action, forwarded requests and our own verbs, by the built-in policy', async () => {
    const lines = await permissions();
    const connectable = ['google-calendar', 'gmail', 'google-drive', 'github', 'dropbox'];
    for (const { id, actions } of allProviders().filter((one) => connectable.includes(one.id))) {
      expect(lines.get(`${id}.proxy`)).toMatchObject({ decision: 'allow', policies: [] });
      for (const action of actions)
        expect([action.id, lines.get(action.id)?.decision]).toEqual([
          action.id,
          action.effect === 'destructive' ? 'require_approval' : 'allow',
        ]);
    }
    expect(lines.has('zendesk.proxy')).toBe(false);
    expect(lines.get('connection.list')).toMatchObject({ decision: 'allow', group: 'connection' });
    expect(lines.get('connection.disconnect')).toMatchObject({ decision: 'require_approval' });
  });

  it('counts the rights that an agent lacks', async () => {
    const lines = await permissions();
    expect(lines.get('token.read')).toMatchObject({ decision: 'deny', code: 'raw_tokens_denied' });
    expect(lines.get('user_token.mint')).toMatchObject({ decision: 'deny', code: 'user_tokens_denied' });
  });

  it('names the rule that decides, and agrees with a dry run of each', async () => {
    await rule('No mail', `forbid (principal == Agent::"${agentId}", action in Action::"gmail", resource);`);
    await rule(
      'Ask for issues',
      `@require_approval("") forbid (principal, action == Action::"github.issues.create", resource);`,
    );
    await rule(
      'May delete events',
      `permit (principal == Agent::"${agentId}", action == Action::"google-calendar.events.delete", resource);`,
    );
    const lines = await permissions('?userId=ada');
    expect(lines.get('gmail.messages.send')).toMatchObject({
      decision: 'deny',
      code: 'policy_denied',
      policies: ['No mail'],
      mayDiffer: [],
    });
    expect(lines.get('gmail.proxy')).toMatchObject({ decision: 'deny', policies: ['No mail'] });
    expect(lines.get('github.issues.create')).toMatchObject({
      decision: 'require_approval',
      policies: ['Ask for issues'],
    });
    expect(lines.get('google-calendar.events.delete')).toMatchObject({
      decision: 'allow',
      policies: ['May delete events'],
    });
    for (const action of [
      'gmail.messages.send',
      'github.issues.create',
      'google-calendar.events.delete',
      'github.issues.get',
    ]) {
      const { body } = await operator.post('/v1/operator/policy-decisions', {
        principal: { type: 'agent', id: agentId },
        userId: 'ada',
        action,
      });
      expect([action, lines.get(action)]).toEqual([
        action,
        expect.objectContaining({ decision: body.decision, policies: body.policies }),
      ]);
    }
  });

  it('says where the call itself decides, and for whom', async () => {
    await rule(
      'Within the house',
      `forbid (principal, action in Action::"gmail.sends", resource) unless { ["acme.example"].containsAll(context.recipientDomains) };`,
    );
    await rule(
      'Own code only',
      `forbid (principal, action == Action::"github.issues.create", resource) unless { context has input && context.input.owner == "acme" };`,
    );
    await rule(
      'Not for Grace',
      `forbid (principal, action in Action::"dropbox", resource == User::"grace");`,
    );
    const anybody = await permissions();
    expect(anybody.get('gmail.messages.send')).toMatchObject({
      decision: 'allow',
      mayDiffer: ['Within the house'],
    });
    expect(anybody.get('gmail.messages.get')).toMatchObject({ decision: 'allow', mayDiffer: [] });
    expect(anybody.get('github.issues.create')).toMatchObject({
      decision: 'deny',
      mayDiffer: ['Own code only'],
    });
    expect(anybody.get('dropbox.files.list')).toMatchObject({
      decision: 'allow',
      mayDiffer: ['Not for Grace'],
    });
    const grace = await permissions('?userId=grace');
    expect(grace.get('dropbox.files.list')).toMatchObject({
      decision: 'deny',
      policies: ['Not for Grace'],
      mayDiffer: [],
    });
    const ada = await permissions('?userId=ada');
    expect(ada.get('dropbox.files.list')).toMatchObject({ decision: 'allow', policies: [], mayDiffer: [] });
  });

  it('is for operators, about agents that there are', async () => {
    const path = `/v1/operator/agents/${agentId}/permissions`;
    expect((await operator.get('/v1/operator/agents/agt_none/permissions')).status).toBe(404);
    expect((await operator.get(`${path}?userId=`)).status).toBe(400);
    expect((await (await world.agent()).get(path)).status).toBe(403);
  });
});
