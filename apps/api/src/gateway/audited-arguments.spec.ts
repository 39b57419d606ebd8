import { describe, expect, it } from '@jest/globals';
import type { AuditKeys } from '../audit/index.js';
import { AuditedArguments } from './audited-arguments.js';

const keys = { keyedHash: async (text: string) => `keyed(${text})` } as unknown as AuditKeys;
const of = (input: unknown) => new AuditedArguments(keys).of(input);

describe('what the log keeps of the arguments of an action', () => {
  it('names fields, ids, numbers and switches, and tells no content', async () => {
    const input = {
      owner: 'ada',
      repo: 'engine',
      number: 7,
      draft: true,
      title: 'Secret plan',
      calendarId: 'work',
    };
    expect(await of({ ...input, to: ['bob@example.com'], body: { text: 'hello' } })).toMatchObject({
      fields: ['body', 'calendarId', 'draft', 'number', 'owner', 'repo', 'title', 'to'],
      summary: { owner: 'ada', repo: 'engine', number: 7, draft: true, calendarId: 'work' },
    });
  });

  it('hashes equal arguments alike, whatever the order of their fields', async () => {
    expect((await of({ b: 1, a: [2] })).hash).toBe((await of({ a: [2], b: 1 })).hash);
    expect((await of({ a: [2] })).hash).not.toBe((await of({ a: [3] })).hash);
  });

  it('tells no long text, whatever its name', async () => {
    expect(await of({ threadId: 'x'.repeat(201) })).not.toHaveProperty('summary');
  });
});
