import { describe, expect, it } from '@jest/globals';
import type { Permission } from '../api-types';
import { builtInWords, countWords, groupsOf } from './permission-words';

const line = (
  action: string,
  decision: Permission['decision'],
  more: Partial<Permission> = {},
): Permission => ({
  action,
  group: action.split('.')[0] ?? '',
  effect: 'read',
  decision,
  policies: [],
  mayDiffer: [],
  ...more,
});

describe('what an agent may do', () => {
  const lines = [
    line('gmail.messages.get', 'allow', { groupName: 'Gmail' }),
    line('connection.list', 'allow'),
    line('gmail.messages.send', 'require_approval', { groupName: 'Gmail' }),
    line('token.read', 'deny', { code: 'raw_tokens_denied' }),
  ];

  it('stands by provider, our own verbs together', () => {
    expect(groupsOf(lines).map(({ name, lines: { length } }) => [name, length])).toEqual([
      ['Gmail', 2],
      ['Valetkey itself', 2],
    ]);
  });

  it('is counted in words', () => {
    expect(countWords(lines)).toBe('2 allowed, 1 asks a person, 1 refused');
    expect(countWords(lines.slice(0, 2))).toBe('2 allowed');
  });

  it('has a reason where no rule decides', () => {
    expect(lines.map(builtInWords)).toEqual([
      'No rule is against it',
      'No rule is against it',
      'Built-in: it cannot be undone',
      'It may read no raw tokens',
    ]);
  });
});
