import { describe, expect, it } from '@jest/globals';
import { AUDIT_TYPES, type OwnEvent } from '../audit/index.js';
import { sentenceOf } from './history-words.js';

const names = {
  agents: new Map([['agt_1', 'Mail helper']]),
  accounts: new Map([['google', 'Google']]),
};
const event = (over: Partial<OwnEvent>): OwnEvent => ({
  id: 'evt_1',
  seq: 1,
  at: '2026-01-01T00:00:00.000Z',
  type: 'action.run',
  outcome: 'succeeded',
  actor: { type: 'agent', id: 'agt_1' },
  onBehalfOf: [],
  detail: {},
  hash: '',
  ...over,
});
const said = (over: Partial<OwnEvent>) => sentenceOf(event(over), names);
const run = { target: 'google', action: 'gmail.messages.get' };

describe('the sentence that tells a user what happened', () => {
  it('names the agent, the action as the consent page does, and the account', () => {
    expect(said(run)).toBe('Mail helper ran “Read an e-mail” with your Google account.');
  });

  it.each([
    ['intended', {}, 'Mail helper began to run “Read an e-mail” with your Google account.'],
    [
      'failed',
      { code: 'rate_limited' },
      'Mail helper tried to run “Read an e-mail” with your Google account, without success (rate limited).',
    ],
    ['failed', {}, 'Mail helper tried to run “Read an e-mail” with your Google account, without success.'],
  ] as const)('says how it stands when it is %s %j', (outcome, detail, sentence) =>
    expect(said({ ...run, outcome, detail })).toBe(sentence),
  );

  it('says that somebody was refused, and names no other user', () => {
    const denied = { type: 'access.denied', outcome: 'denied', detail: { code: 'other_user' } } as const;
    const another = { type: 'user', id: '' } as const;
    expect(said({ ...denied, actor: another, action: 'gmail.proxy' })).toBe(
      'Another user asked to use “A request to Gmail” and was refused (other user).',
    );
    expect(said({ ...denied, actor: { type: 'user', id: 'ada' } })).toBe(
      'You asked to use something of yours and were refused (other user).',
    );
  });

  it('tells the end of a task with the agent whose task it was', () => {
    const task = { type: 'task.finished', actor: { type: 'system', id: 'worker' } } as const;
    expect(said({ ...task, agentId: 'agt_1', action: 'github.issues.create' })).toMatch(
      /^The task “[^”.]+” of Mail helper is done\.$/,
    );
  });

  it('gives no reason that is not one of our codes', () => {
    const detail = { code: '<b>Because</b> of https://example.com' };
    expect(said({ ...run, outcome: 'failed', detail })).not.toContain('Because');
  });

  it.each(AUDIT_TYPES)('has plain words for %s, whatever its outcome', (type) => {
    for (const outcome of ['intended', 'succeeded', 'failed', 'denied'] as const)
      expect(said({ type, outcome, target: 'google', action: 'gmail.messages.get' })).toMatch(
        /^[A-Z][^_{}]{12,}\.$/,
      );
  });
});
