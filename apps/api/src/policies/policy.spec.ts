import { describe, expect, it } from '@jest/globals';
import { decide } from './policy.js';

const ada = { type: 'user', id: 'ada' } as const;
const agent = { type: 'agent', id: 'agt_1' } as const;
const action = (effect: 'read' | 'write' | 'destructive') => ({
  id: 'spec.thing.do',
  effect,
  provider: 'spec',
});

describe('the default policy', () => {
  it.each(['read', 'write', 'destructive'] as const)(
    'lets users %s for themselves, and for nobody else',
    (effect) => {
      expect(decide({ principal: ada, userId: 'ada', action: action(effect) })).toMatchObject({
        allowed: true,
      });
      expect(decide({ principal: ada, userId: 'Ada', action: action(effect) })).toMatchObject({
        allowed: false,
        problem: { code: 'other_user' },
      });
    },
  );

  it.each(['read', 'write'] as const)('lets agents %s for any user', (effect) => {
    expect(decide({ principal: agent, userId: 'ada', action: action(effect) })).toMatchObject({
      allowed: true,
    });
  });

  it('lets no agent do what cannot be undone without a person', () => {
    expect(decide({ principal: agent, userId: 'ada', action: action('destructive') })).toMatchObject({
      allowed: false,
      problem: { code: 'approval_required', detail: expect.stringContaining('spec.thing.do') },
    });
  });

  it('does not take an agent for the user of the same id', () => {
    const decision = decide({
      principal: { type: 'user', id: 'agt_1' },
      userId: 'ada',
      action: action('read'),
    });
    expect(decision.allowed).toBe(false);
  });
});
