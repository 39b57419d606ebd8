import { describe, expect, it } from '@jest/globals';
import { RuleSet } from '../rule-set.js';
import type { PolicyQuestion } from '../policy.js';

const question: PolicyQuestion = {
  principal: { type: 'agent', id: 'agt_1' },
  userId: 'ada',
  action: { id: 'gmail.messages.send', effect: 'write', provider: 'gmail', groups: ['gmail.sends'] },
  context: {},
};
const rulesOf = (...texts: string[]) => RuleSet.parse(texts.map((text, n) => ({ name: `rule ${n}`, text })));
const rule = (condition: string, principal = 'principal') =>
  `forbid (${principal}, action, resource) when { context.used.today.${condition} };`;

describe('the counters of a question', () => {
  it('are those that rules name and that its action adds to, each once', async () => {
    const rules = await rulesOf(
      rule('byCaller["gmail.sends"] > 1 || context.used.today.byCaller.github > 1'),
      rule('byCaller["gmail.sends"] > 5'),
      rule('forUser.write + context.used.today.byCallerForUser["gmail.messages.send"] > 5'),
      'forbid (principal, action, resource) when { context has used && context.input.used == 1 };',
    );
    expect(rules.countersOf(question)).toEqual([
      { scope: 'byCaller', name: 'gmail.sends' },
      { scope: 'forUser', name: 'write' },
      { scope: 'byCallerForUser', name: 'gmail.messages.send' },
    ]);
  });

  it.each([
    ['another agent', 'principal == Agent::"agt_2"', 'byCaller.gmail'],
    ['a user of the agent’s id', 'principal == User::"agt_1"', 'byCaller.gmail'],
    ['users', 'principal is User', 'byCallerForUser.gmail'],
  ])('are none where the rule is about %s', async (_, principal, counter) => {
    expect((await rulesOf(rule(`${counter} > 1`, principal))).countersOf(question)).toEqual([]);
  });

  it('of a user are counted for all, whomever the rule is about', async () => {
    const rules = await rulesOf(rule('forUser.gmail > 1', 'principal == Agent::"agt_2"'));
    expect(rules.countersOf(question)).toHaveLength(1);
  });

  it('are none where no user is named', async () => {
    const rules = await rulesOf(rule('byCaller.gmail > 1'));
    expect(rules.countersOf({ ...question, userId: undefined })).toEqual([]);
  });
});
