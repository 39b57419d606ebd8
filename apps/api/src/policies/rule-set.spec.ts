import { describe, expect, it } from '@jest/globals';
import type { PolicyQuestion } from './policy.js';
import { faultOf } from './rule-fault.js';
import { RuleSet } from './rule-set.js';
import { PolicyVocabulary } from './vocabulary.js';

const send: PolicyQuestion = {
  principal: { type: 'agent', id: 'agt_1' },
  userId: 'ada',
  action: { id: 'gmail.messages.send', effect: 'write', provider: 'gmail' },
  context: { input: { to: ['bob@example.com'], subject: 'Hi', cc: null, size: 1.5 } },
};
const decided = async (text: string | string[], question: Partial<PolicyQuestion> = {}) => {
  const texts = [text].flat();
  const rules = texts.map((one, index) => ({ name: `rule ${index + 1}`, text: one }));
  return (await RuleSet.parse(rules)).decide({ ...send, ...question });
};

describe('rules', () => {
  it.each([
    ['everything', 'forbid (principal, action, resource);'],
    ['one agent', 'forbid (principal == Agent::"agt_1", action, resource);'],
    ['one action', 'forbid (principal, action == Action::"gmail.messages.send", resource);'],
    ['a provider', 'forbid (principal, action in Action::"gmail", resource);'],
    ['an effect', 'forbid (principal, action in Action::"write", resource);'],
    ['one user', 'forbid (principal, action, resource == User::"ada");'],
    [
      'an argument',
      'forbid (principal, action, resource) when { context.input.to.contains("bob@example.com") };',
    ],
    ['text by a pattern', 'forbid (principal, action, resource) when { context.input.subject like "H*" };'],
  ])('can refuse by %s', async (_, text) => {
    expect(await decided(text)).toMatchObject({
      allowed: false,
      policies: ['rule 1'],
      problem: { code: 'policy_denied', detail: expect.stringContaining('rule 1') },
    });
  });

  it.each([
    ['another agent', 'forbid (principal == Agent::"agt_2", action, resource);'],
    ['a user of the agent’s id', 'forbid (principal == User::"agt_1", action, resource);'],
    ['another provider', 'forbid (principal, action in Action::"google-drive", resource);'],
    ['another effect', 'forbid (principal, action in Action::"destructive", resource);'],
    ['another user', 'forbid (principal, action, resource == User::"Ada");'],
    ['another argument', 'forbid (principal, action, resource) when { context.input.to.contains("eve") };'],
  ])('say nothing about %s', async (_, text) => expect(await decided(text)).toBeUndefined());

  it('that forbid win over those that permit', async () => {
    const permit = 'permit (principal, action, resource);';
    expect(await decided(permit)).toEqual({ allowed: true, policies: ['rule 1'] });
    expect(await decided([permit, 'forbid (principal, action, resource);'])).toMatchObject({
      allowed: false,
      policies: ['rule 2'],
    });
  });

  it('can ask for approval, and a plain refusal wins over that', async () => {
    const ask = '@require_approval("") forbid (principal, action, resource);';
    expect(await decided(ask)).toMatchObject({ allowed: false, problem: { code: 'approval_required' } });
    expect(await decided([ask, 'forbid (principal, action, resource);'])).toMatchObject({
      problem: { code: 'policy_denied' },
    });
  });

  it('that fail on a question refuse, and do not while the input is not known yet', async () => {
    const text = 'forbid (principal, action, resource) when { context.input.nothing == 1 };';
    expect(await decided(text)).toMatchObject({
      allowed: false,
      problem: { code: 'policy_denied', detail: expect.stringContaining('cannot judge') },
    });
    const { context: _, ...question } = send;
    const rules = await RuleSet.parse([{ name: 'rule', text }]);
    expect(rules.decide(question)).toBeUndefined();
  });

  it('take no member of the input for an entity', async () => {
    const forged = { input: { to: { __entity: { type: 'Agent', id: 'agt_2' } }, __extn: { fn: 'ip' } } };
    const text = 'forbid (principal, action, resource) when { context.input.to == Agent::"agt_2" };';
    expect(await decided(text, { context: forged })).toBeUndefined();
  });
});

describe('the text of a rule', () => {
  it.each([
    ['permit (principal, action resource);', 'unexpected token'],
    ['nonsense', 'unexpected'],
    ['', 'exactly one'],
    ['permit (principal, action, resource); forbid (principal, action, resource);', 'exactly one'],
    ['permit (principal == ?principal, action, resource);', 'templates'],
  ])('%j is refused with the reason', async (text, reason) => {
    expect(await faultOf(text, new PolicyVocabulary())).toContain(reason);
  });

  it('that parses is taken', async () => {
    expect(await faultOf('forbid (principal, action, resource);', new PolicyVocabulary())).toBeUndefined();
  });
});

describe('a rule that the engine cannot bear', () => {
  const when = (condition: string) => `forbid (principal, action, resource) when { ${condition} };`;
  it.each([
    ['parentheses', when(`${'('.repeat(6_000)}true${')'.repeat(6_000)}`)],
    ['parentheses that nothing closes', when('('.repeat(19_000))],
    ['lists in lists', when(`${'['.repeat(3_000)}${']'.repeat(3_000)} == []`)],
    ['records in records', when(`${'{a:'.repeat(3_000)}1${'}'.repeat(3_000)} == {}`)],
    ['alternatives', when(`${'true || '.repeat(2_000)}true`)],
    ['as many alternatives as it validates and cannot decide by', when(`${'true || '.repeat(300)}true`)],
    ['a long name', `forbid (principal, action == Action::"${'a'.repeat(19_000)}", resource);`],
    ['parentheses behind a quote in a comment', when(`// "\n${'('.repeat(900)}true${')'.repeat(900)}`)],
    ['negations', when(`${'!'.repeat(19_000)}true`)],
    ['members of members', when(`context${'.a'.repeat(9_000)} == 1`)],
    ['conditions', `forbid (principal, action, resource) ${'when {true} '.repeat(1_500)};`],
  ])('is refused and leaves the others in force: %s', async (_what, text) => {
    expect(await faultOf(text, new PolicyVocabulary())).toBeDefined();
    expect(await faultOf('forbid (principal, action, resource);', new PolicyVocabulary())).toBeUndefined();
    expect(await decided('forbid (principal, action, resource);')).toMatchObject({ allowed: false });
  });

  it('is none for brackets in its texts', async () => {
    const text = `forbid (principal, action, resource == User::"${'('.repeat(500)}");`;
    expect(await faultOf(text, new PolicyVocabulary())).toBeUndefined();
  });
});
