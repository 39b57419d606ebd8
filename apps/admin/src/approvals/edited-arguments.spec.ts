import { describe, expect, it } from '@jest/globals';
import { readEdit } from './edited-arguments';

const before = { to: ['ada@example.com'], text: 'Hello' };
const typed = (value: unknown) => JSON.stringify(value, undefined, 2);

describe('edited arguments', () => {
  it('are none where nothing was typed, or what means the same', () => {
    expect([readEdit(undefined, before), readEdit(typed(before), before)]).toEqual([{}, {}]);
  });

  it('are the whole arguments, with what was changed', () => {
    const after = { ...before, text: 'Hello, Ada' };
    expect(readEdit(typed(after), before)).toEqual({ edit: after });
  });

  it.each(['', '{"text": ', '[]', 'null', '"text"'])('are not sent as %j', (text) => {
    expect(readEdit(text, before)).toEqual({ fault: expect.stringMatching(/JSON|object/) });
  });
});
