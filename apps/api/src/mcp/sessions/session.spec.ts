import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Problem, type SessionScope } from '../../platform/index.js';
import { letsCall, narrowed, type Narrower } from './session.js';

const ACTIONS = ['gmail.messages.send', 'gmail.messages.list', 'github.issues.list', 'github-x.issues.list'];
const NAMES = [...ACTIONS, 'gmail', 'github'];
const scope = (tools: Partial<SessionScope['tools']>, connections?: string[]): SessionScope => ({
  tools: { deny: [], pinned: [], ...tools },
  ...(connections ? { connections } : {}),
});

describe('the tools of a session', () => {
  it('are all where nothing is said, and never those that are denied', () => {
    expect(ACTIONS.filter((action) => letsCall(scope({}), action))).toEqual(ACTIONS);
    expect(letsCall(scope({ deny: ['gmail'] }), 'gmail.messages.send')).toBe(false);
    expect(letsCall(scope({ allow: ['gmail'], deny: ['gmail.messages.send'] }), 'gmail.messages.send')).toBe(
      false,
    );
  });

  it('are those of a provider by its whole name', () => {
    const only = scope({ allow: ['github'] });
    expect(ACTIONS.filter((action) => letsCall(only, action))).toEqual(['github.issues.list']);
  });

  it('are none where none are allowed', () => {
    expect(ACTIONS.filter((action) => letsCall(scope({ allow: [] }), action))).toEqual([]);
  });
});

describe('a change of a session', () => {
  it.each([
    ['another tool', scope({ allow: ['gmail.messages.list'] }), { tools: { allow: ['gmail'] } }],
    ['what was denied', scope({ deny: ['gmail'] }), { tools: { deny: ['gmail.messages.send'] } }],
    ['another connection', scope({}, ['con_1']), { connections: ['con_1', 'con_2'] }],
  ])('is refused when it adds %s', (_, before, change) => {
    expect(() => narrowed(before, change)).toThrow(Problem);
  });

  it('lets no action or connection in that was out, whatever it says', () => {
    const names = fc.uniqueArray(fc.constantFrom(...NAMES));
    const ids = fc.uniqueArray(fc.constantFrom<string>('con_1', 'con_2', 'con_3'), { minLength: 1 });
    const tools = fc.record({ allow: fc.option(names, { nil: undefined }), deny: names, pinned: names });
    const before = fc.record({ tools, connections: fc.option(ids, { nil: undefined }) });
    const change = fc.record(
      { tools: fc.record({ allow: names, deny: names }, { requiredKeys: [] }), connections: ids },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(before, change, (was, asked) => {
        let is: SessionScope;
        try {
          is = narrowed(was, asked as Narrower);
        } catch (error) {
          expect(error).toBeInstanceOf(Problem);
          return;
        }
        for (const action of ACTIONS) if (letsCall(is, action)) expect(letsCall(was, action)).toBe(true);
        for (const id of is.connections ?? [])
          expect(was.connections === undefined || was.connections.includes(id)).toBe(true);
        expect(is.connections !== undefined || was.connections === undefined).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
