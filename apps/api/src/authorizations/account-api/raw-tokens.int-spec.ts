import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Caller, type TwinWorld } from '../../platform/testing/index.js';
import { createConnectedWorld, GOOGLE } from '../testing/connected-world.js';

const GUIDE = '/my-account/identities/google/access-token';
const POLICIES = '/v1/operator/policies';

let world: TwinWorld;
let connectionId: string;
beforeAll(async () => {
  world = await createConnectedWorld();
  connectionId = await (await world.user('ada')).connect('google', GOOGLE.readEvents);
});
afterAll(() => world.close());

const app = () => world.apps[0].app;
const operator = () => Caller.operator(app());
const told = ({ status, body }: { status: number; body: { code?: string } }) => [status, body.code];

async function agentWith(rights: object): Promise<{ id: string; agent: Caller }> {
  const { status, body } = await operator().post('/v1/agents', { name: 'Spec', ...rights });
  expect(status).toBe(201);
  return { id: body.id, agent: new Caller(app(), body.key) };
}

async function mintedBy(agent: Caller, userId = 'ada'): Promise<Caller> {
  const { status, body } = await agent.post(`/v1/users/${userId}/tokens`, {});
  expect(status).toBe(201);
  return new Caller(app(), body.accessToken);
}

describe('an agent that nobody has restricted', () => {
  it('mints user tokens with which the guide reads access tokens, and reads none itself', async () => {
    const { agent } = await agentWith({});
    expect((await (await mintedBy(agent)).get(GUIDE)).status).toBe(200);
    expect(told(await agent.get(`/v1/connections/${connectionId}/access-token`))).toEqual([
      403,
      'raw_tokens_denied',
    ]);
  });
});

describe('a user token of an agent that may only mint such without raw tokens', () => {
  let user: Caller;
  beforeAll(async () => {
    user = await mintedBy((await agentWith({ userTokens: 'without_raw_tokens' })).agent);
  });

  it.each([GUIDE, `/api${GUIDE}`])(
    'reads no access token at %s, and is told what to change',
    async (path) => {
      const answer = await user.get(path);
      expect(told(answer)).toEqual([403, 'secrets.third_party_token_set.raw_tokens_denied']);
      expect(answer.body.message).toContain('userTokens');
      expect(answer.text).not.toContain('twin');
    },
  );

  it('reads none by the id of the connection, and none by storing a verified record', async () => {
    expect(told(await user.get(`/v1/connections/${connectionId}/access-token`))).toEqual([
      403,
      'raw_tokens_denied',
    ]);
    const verificationRecordId = await user.verifiedRecord('google', GOOGLE.readEvents);
    for (const path of [GUIDE, `/api${GUIDE}`])
      expect((await user.put(path, { verificationRecordId })).status).toBe(403);
  });

  it('may do everything else', async () => {
    expect((await user.get('/my-account/connections')).body.data).toHaveLength(1);
    expect((await user.post(`/v1/connections/${connectionId}/refresh`)).status).toBe(200);
    expect((await user.get('/v1/connections')).status).toBe(200);
  });

  it('leaves a denial in the log, and no read', async () => {
    const { body } = await operator().get('/v1/audit-events?userId=ada&type=access.denied');
    expect(body.data[0].detail).toMatchObject({ code: 'raw_tokens_denied' });
  });
});

describe('a user token of an agent whose rules let it read no access token', () => {
  let rule: string;
  let agent: Caller;
  beforeAll(async () => {
    const made = await agentWith({});
    agent = made.agent;
    const { body } = await operator().post(POLICIES, {
      name: 'No Google tokens',
      text: `forbid (principal == Agent::"${made.id}", action == Action::"token.read", resource) when { context.target == "google" };`,
    });
    rule = body.id;
  });

  it('reads none either, by no way, and the denial names the agent', async () => {
    const user = await mintedBy(agent);
    for (const path of [GUIDE, `/api${GUIDE}`, `/v1/connections/${connectionId}/access-token`])
      expect(told(await user.get(path))).toEqual([403, 'policy_denied']);
    const { body } = await operator().get('/v1/audit-events?userId=ada&type=access.denied');
    expect(body.data[0]).toMatchObject({ action: 'token.read', detail: { code: 'policy_denied' } });
    expect((await user.get('/v1/connections')).status).toBe(200);
  });

  it('stores no verified record, whose answer would be the token', async () => {
    const user = await mintedBy(agent, 'grace');
    const verificationRecordId = await user.verifiedRecord('google', GOOGLE.readEvents);
    for (const path of [GUIDE, `/api${GUIDE}`])
      expect(told(await user.put(path, { verificationRecordId }))).toEqual([403, 'policy_denied']);
    expect((await user.get('/v1/connections')).body.data).toEqual([]);
  });

  it('and a token that was minted before the rule is bound by it, and free again without it', async () => {
    const user = await mintedBy(agent);
    expect((await user.get(GUIDE)).status).toBe(403);
    await operator().delete(`${POLICIES}/${rule}`);
    expect((await user.get(GUIDE)).status).toBe(200);
  });
});

describe('a user token of an agent that a rule keeps from one connection', () => {
  it('stores a record for any other connection, a new one too, and none for that one', async () => {
    const { id, agent } = await agentWith({});
    const only = `forbid (principal == Agent::"${id}", action == Action::"token.read", resource) when { context.connectionId == "${connectionId}" };`;
    const { body: rule } = await operator().post(POLICIES, { name: 'Not this one', text: only });
    const stored = async (userId: string) => {
      const user = await mintedBy(agent, userId);
      const verificationRecordId = await user.verifiedRecord('google', GOOGLE.readEvents);
      return told(await user.put(GUIDE, { verificationRecordId }));
    };
    expect((await stored('edsger'))[0]).toBe(200);
    expect((await stored('edsger'))[0]).toBe(200);
    expect(await stored('ada')).toEqual([403, 'policy_denied']);
    await operator().delete(`${POLICIES}/${rule.id}`);
  });
});

describe('a user token of an agent that is disabled', () => {
  it('opens nothing, from the next request on, and everything again once the agent is enabled', async () => {
    const { id, agent } = await agentWith({});
    const user = await mintedBy(agent);
    const disable = (disabled: boolean) => operator().put(`/v1/operator/agents/${id}`, { disabled });
    expect((await user.get(GUIDE)).status).toBe(200);
    await disable(true);
    for (const path of [GUIDE, '/v1/connections', '/my-account/connections'])
      expect([path, (await user.get(path)).status]).toEqual([path, 401]);
    await disable(false);
    expect((await user.get(GUIDE)).status).toBe(200);
  });
});

describe('an agent that may mint no user tokens', () => {
  it('is told so, and its try is recorded', async () => {
    const { id, agent } = await agentWith({ userTokens: 'none' });
    const answer = await agent.post('/v1/users/ada/tokens', {});
    expect(told(answer)).toEqual([403, 'user_tokens_denied']);
    expect(answer.body.detail).toContain('operator');
    const { body } = await operator().get('/v1/audit-events?type=access.denied&userId=ada');
    expect(body.data[0]).toMatchObject({ agentId: id, detail: { code: 'user_tokens_denied' } });
  });

  it('may again once an operator says so, and the change is recorded', async () => {
    const { id, agent } = await agentWith({ userTokens: 'none' });
    const change = (userTokens: string) => operator().put(`/v1/operator/agents/${id}`, { userTokens });
    expect((await change('any')).body.userTokens).toBe('any');
    await mintedBy(agent);
    expect(told(await change('some'))).toEqual([400, 'invalid_input']);
    await change('none');
    expect((await agent.post('/v1/users/ada/tokens', {})).status).toBe(403);
    const { body } = await operator().get('/v1/audit-events?type=agent.updated');
    expect(body.data[0]).toMatchObject({ agentId: id, detail: { changed: ['userTokens'] } });
  });
});

it('is not had by rewriting the claim', async () => {
  const { bearer = '' } = await mintedBy((await agentWith({ userTokens: 'without_raw_tokens' })).agent);
  const [header, payload = '', signature] = bearer.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  expect(claims).toMatchObject({ sub: 'ada', valetkey_raw_tokens: false });
  const { valetkey_raw_tokens: _, ...rest } = claims;
  const rewritten = Buffer.from(JSON.stringify(rest)).toString('base64url');
  const thief = new Caller(app(), [header, rewritten, signature].join('.'));
  expect((await thief.get(GUIDE)).status).toBe(401);
});
