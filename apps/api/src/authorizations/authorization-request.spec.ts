import { describe, expect, it } from '@jest/globals';
import { parseScopes } from './authorization-request.js';

describe('scopes by name', () => {
  it('are split at white space, each once', () => {
    expect(parseScopes(' a  b\na\t https://x.example/y ')).toEqual(['a', 'b', 'https://x.example/y']);
    expect([parseScopes(undefined), parseScopes('')]).toEqual([[], []]);
  });

  it.each(['a"b', 'a\\b', 'ä', 'a\u0000b'])('are refused when one is %j', (text) => {
    expect(() => parseScopes(text)).toThrow(/invalid_scope/);
  });
});
