import { z } from 'zod';
import { findAction } from '../registry.js';
import type { Action } from './action.js';
import { parseInput } from './action-input.js';

const action = {
  input: z.strictObject({
    to: z.array(z.strictObject({ email: z.string(), name: z.string().optional() })),
    note: z.string().optional(),
    limit: z.int().default(10),
    parent: z.string().nullable().optional(),
    when: z.union([
      z.strictObject({ date: z.string() }),
      z.strictObject({ dateTime: z.string(), timeZone: z.string().optional() }),
    ]),
  }),
  output: z.object({}),
} as unknown as Action;

const whole = { to: [{ email: 'a@b.example' }], when: { date: '2027-01-01' } };

describe('input in which a model names every member', () => {
  it.each([
    ['a member that may be left out', { ...whole, note: null }, { ...whole, limit: 10 }],
    ['a member with a default', { ...whole, limit: null }, { ...whole, limit: 10 }],
    [
      'a member inside a list',
      { ...whole, to: [{ email: 'a@b.example', name: null }] },
      { ...whole, limit: 10 },
    ],
    [
      'a member of one choice of several',
      { ...whole, when: { dateTime: 'x', timeZone: null } },
      { ...whole, when: { dateTime: 'x' }, limit: 10 },
    ],
  ])('leaves out %s by null', (_, input, read) => {
    expect(parseInput(action, input)).toEqual({ success: true, data: read });
  });

  it('keeps a null that means something', () => {
    expect(parseInput(action, { ...whole, parent: null }).data).toMatchObject({ parent: null });
  });

  it.each([
    ['a member that is needed', { ...whole, when: null }],
    ['a needed member inside a list', { ...whole, to: [{ email: null }] }],
    ['an unknown member', { ...whole, cc: null }],
    ['the input itself', null],
  ])('is refused when null stands for %s', (_, input) => {
    expect(parseInput(action, input).success).toBe(false);
  });
});

it('finds an action by its id and by its name as a tool, and by nothing else', () => {
  const byId = findAction('github.issues.create');
  expect(byId?.id).toBe('github.issues.create');
  expect(findAction('github__issues__create')).toBe(byId);
  for (const name of [
    'github_issues_create',
    'github__issues.create',
    'GitHub.issues.create',
    '__proto__',
    '',
  ])
    expect(findAction(name)).toBeUndefined();
});
