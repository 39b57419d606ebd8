import { scopeWords } from './scope-words';

describe('a scope in plain words', () => {
  it('reads scopes that are addresses and scopes that are words', () => {
    expect(scopeWords('https://www.googleapis.com/auth/calendar.events')).toBe(
      'See, create and change events',
    );
    expect(scopeWords('repo')).toBe('Full access to repositories, private ones included');
    expect(scopeWords('https://mail.google.com/')).toBe('Read, write, send and delete all mail');
  });

  it('does not guess at a scope it does not know', () => {
    expect(scopeWords('toString')).toBeUndefined();
    expect(scopeWords('https://example.com/auth/anything')).toBeUndefined();
  });
});
