import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Caller, type TwinWorld } from '../platform/testing/index.js';
import { DOCUMENTED_RULES } from './testing/documented-rules.js';
import { createGatewayWorld } from './testing/gateway-world.js';

const POLICIES = '/v1/operator/policies';
const input = { to: ['team@example.com'], subject: 'x', text: 'x' };
const send = { action: 'gmail.messages.send', input };
const raw = Buffer.from('To: team@example.com\r\nSubject: x\r\n\r\nx').toString('base64url');
const proxy = { provider: 'gmail', method: 'POST', path: '/users/me/messages/send', body: { raw } };

let world: TwinWorld;
let operator: Caller;
beforeAll(async () => {
  world = await createGatewayWorld();
  operator = Caller.operator(world.apps[0].app);
});
afterAll(() => world.close());
afterEach(() => world.database.query('DELETE FROM policies'));

const add = (text: string | undefined) => operator.post(POLICIES, { name: 'counting', text });
const decisionOn = async (asked: object, used: object) => {
  const principal = { type: 'agent', id: 'agt_1' };
  const question = { principal, userId: 'ada', used, ...asked };
  return (await operator.post('/v1/operator/policy-decisions', question)).body.decision;
};

describe('the documented rule on the mails of a day', () => {
  it('asks from the 21st on, for actions and raw requests, and counts nothing else', async () => {
    expect((await add(DOCUMENTED_RULES.get('more than 20 mails a day are asked'))).status).toBe(201);
    const sent = (count: number) => ({ byCaller: { 'gmail.sends': count } });
    for (const asked of [send, { proxy }]) {
      expect(await decisionOn(asked, sent(19))).toBe('allow');
      expect(await decisionOn(asked, sent(20))).toBe('require_approval');
      expect(await decisionOn(asked, sent(400))).toBe('require_approval');
      expect(await decisionOn(asked, {})).toBe('allow');
    }
    expect(await decisionOn({ action: 'gmail.labels.list', input: {} }, sent(20))).toBe('allow');
    expect(await decisionOn(send, { forUser: { 'gmail.sends': 20 } })).toBe('allow');
    expect(await decisionOn({ ...send, principal: { type: 'agent', id: 'agt_2' } }, sent(20))).toBe('allow');
  });
});

describe('a rule on what was done today', () => {
  it.each([
    ['its action', 'action == Action::"gmail.messages.send"', 'byCaller["gmail.messages.send"] > 3'],
    [
      'its provider',
      'action in Action::"gmail"',
      'forUser["gmail"] > 3 || context.used.today.byCaller.gmail > 9',
    ],
    ['its effect', 'action in Action::"gmail.sends"', 'byCallerForUser["write"] > 3'],
    ['raw requests', 'action == Action::"github.proxy"', 'byCaller["github.proxy"] > 3'],
  ])('may count %s', async (_, scope, counter) => {
    const { status, body } = await add(
      `forbid (principal, ${scope}, resource) when { context.used.today.${counter} };`,
    );
    expect([status, body.detail]).toEqual([201, undefined]);
  });

  it.each([
    ['a group that it is not about', 'gmail.sends', 'context.used.today.byCaller["github"] > 3', 'github'],
    ['a name that is misspelt', 'gmail.sends', 'context.used.today.byCaller["gmail.send"] > 3', 'gmail.send'],
    ['an unknown scope', 'gmail.sends', 'context.used.today.byAgent["gmail.sends"] > 3', 'byAgent'],
    ['another time', 'gmail.sends', 'context.used.thisWeek.byCaller["gmail.sends"] > 3', 'thisWeek'],
    ['text', 'gmail.sends', 'context.used.today.byCaller["gmail.sends"] == "many"', 'compatible'],
    [
      'all counters as one',
      'gmail.sends',
      'context.used.today.byCaller == context.used.today.forUser',
      'one counter',
    ],
    ['a verb of ours', 'task', 'context.used.today.byCaller["task"] > 3', 'used'],
  ])('is refused when it names %s', async (_, group, condition, word) => {
    const { status, body } = await add(
      `forbid (principal, action in Action::"${group}", resource) when { ${condition} };`,
    );
    expect([status, body.code]).toEqual([400, 'invalid_policy']);
    expect(body.detail).toContain(word);
  });
});
