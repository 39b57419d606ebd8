import { describe, expect, it } from '@jest/globals';
import { AuthorizationRejected, checkIdToken, isSameIssuer } from './id-token.js';

const NOW = Date.UTC(2026, 0, 1);
const ISSUER = 'https://id.example';
const good = { iss: ISSUER, aud: 'client', exp: NOW / 1000 + 60, nonce: 'n', sub: '42' };
const expected = { clientId: 'client', issuer: ISSUER, nonce: 'n', now: NOW };
const token = (claims: unknown) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.sig`;

describe('an ID token', () => {
  it('tells its claims', () => {
    expect(checkIdToken(token(good), expected)).toEqual(good);
    const shared = { ...good, aud: ['other', 'client'], azp: 'client' };
    expect(checkIdToken(token(shared), expected)['sub']).toBe('42');
  });

  it.each([
    ['another issuer', { iss: 'https://evil.example' }, /another issuer/],
    ['a longer issuer', { iss: `${ISSUER}/realm` }, /another issuer/],
    ['no issuer', { iss: undefined }, /another issuer/],
    ['another client', { aud: 'other' }, /another client/],
    ['no client', { aud: undefined }, /another client/],
    ['several clients, and none it was issued to', { aud: ['other', 'client'] }, /issued to another client/],
    ['another client it was issued to', { azp: 'other' }, /issued to another client/],
    [
      'several clients, and another it was issued to',
      { aud: ['other', 'client'], azp: 'other' },
      /issued to another client/,
    ],
    ['an end in the past', { exp: NOW / 1000 - 61 }, /expired/],
    ['no end', { exp: undefined }, /expired/],
    ['another nonce', { nonce: 'm' }, /another nonce/],
    ['no nonce', { nonce: undefined }, /another nonce/],
  ])('is refused for %s', (_, wrong, message) => {
    expect(() => checkIdToken(token({ ...good, ...wrong }), expected)).toThrow(AuthorizationRejected);
    expect(() => checkIdToken(token({ ...good, ...wrong }), expected)).toThrow(message);
  });

  it.each(['', 'x', 'e30.bnVsbA.s', `e30.${Buffer.from('{').toString('base64url')}.s`])(
    'is refused when it is none: "%s"',
    (text) => expect(() => checkIdToken(text, expected)).toThrow(/cannot be read/),
  );
});

describe('an issuer', () => {
  it('is the same with a slash at the end', () => {
    expect(isSameIssuer(`${ISSUER}/`, ISSUER)).toBe(true);
    const anyTenant = 'https://login.example/{tenantid}/v2.0';
    const named = (tid?: unknown) => isSameIssuer('https://login.example/one/v2.0', anyTenant, tid);
    expect(['one', 'two', '', 5, '.*', undefined].map(named)).toEqual([
      true,
      false,
      false,
      false,
      false,
      true,
    ]);
    expect(isSameIssuer('https://evil.example/one/v2.0', anyTenant, 'one')).toBe(false);
    expect(isSameIssuer('https://login.example/a/b/v2.0', anyTenant, 'a/b')).toBe(false);
    expect(isSameIssuer(ISSUER, `${ISSUER}/`)).toBe(true);
  });

  it.each([`${ISSUER}//`, `${ISSUER}.evil.example`, ISSUER.toUpperCase(), undefined, 7])(
    'is not %s',
    (told) => expect(isSameIssuer(told, ISSUER)).toBe(false),
  );
});
