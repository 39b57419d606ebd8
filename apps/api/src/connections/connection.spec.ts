import { describe, expect, it } from '@jest/globals';
import { testSettings } from '../platform/testing/index.js';
import { parseScopes } from './authorizations/authorization-request.js';
import { needsRefresh, tokenStatus } from './connection.js';
import { RedirectUris } from './hosted/redirect-uris.js';

const NOW = 1_000_000_000_000;
const tokens = (obtainedAgoMs: number, expiresInMs?: number) => ({
  tokens: {
    version: 1,
    refreshable: true,
    failures: 0,
    obtainedAt: new Date(NOW - obtainedAgoMs),
    expiresAt: expiresInMs === undefined ? undefined : new Date(NOW + expiresInMs),
  },
});

describe('a token status', () => {
  it('is inactive without tokens, active up to the expiry, expired from then on', () => {
    expect(tokenStatus({ tokens: undefined }, NOW)).toBe('inactive');
    expect(tokenStatus(tokens(0), NOW)).toBe('active');
    expect(tokenStatus(tokens(0, 1), NOW)).toBe('active');
    expect(tokenStatus(tokens(0, 0), NOW)).toBe('expired');
  });
});

describe('an early refresh', () => {
  it.each([
    ['ten seconds before the end of an hour', 3_590_000, 10_000, true],
    ['eleven seconds before the end of an hour', 3_589_000, 11_000, false],
    ['a fifth before the end of twenty seconds', 16_000, 4_000, true],
    ['a quarter before the end of twenty seconds', 15_000, 5_000, false],
    ['after the end', 20_000, -1, true],
  ])('%s: %s', (_, obtainedAgoMs, expiresInMs, is) => {
    expect(needsRefresh(tokens(obtainedAgoMs, expiresInMs), NOW)).toBe(is);
  });

  it('is never due for tokens without an end', () => expect(needsRefresh(tokens(1e12), NOW)).toBe(false));
});

describe('scopes by name', () => {
  it('are split at white space, each once', () => {
    expect(parseScopes(' a  b\na\t https://x.example/y ')).toEqual(['a', 'b', 'https://x.example/y']);
    expect([parseScopes(undefined), parseScopes('')]).toEqual([[], []]);
  });

  it.each(['a"b', 'a\\b', 'ä', 'a\u0000b'])('are refused when one is %j', (text) => {
    expect(() => parseScopes(text)).toThrow(/invalid_scope/);
  });
});

describe('redirect URIs', () => {
  const accepts = (env: Record<string, string>, uri: string) => {
    try {
      new RedirectUris(testSettings(env)).require(uri);
      return true;
    } catch {
      return false;
    }
  };
  const listed = { VALETKEY_REDIRECT_URIS: 'https://app.example/cb' };

  it.each([
    'https://app.example/cb/',
    'https://app.example/cb?x=1',
    'https://APP.example/cb',
    'http://localhost/cb',
  ])('are compared letter for letter with the list: %s is not on it', (uri) => {
    expect(accepts(listed, 'https://app.example/cb')).toBe(true);
    expect(accepts(listed, uri)).toBe(false);
  });

  it('are loopback while nothing is listed, and none in production', () => {
    expect(accepts({}, 'http://localhost:8080/callback')).toBe(true);
    const production = { NODE_ENV: 'production', VALETKEY_PUBLIC_URL: 'https://valetkey.example' };
    expect(accepts(production, 'http://localhost:8080/callback')).toBe(false);
  });

  it.each([
    'https://app.example/cb',
    'http://me@localhost/cb',
    'http://localhost/cb#x',
    'javascript://localhost/%0aalert(1)',
    'localhost',
  ])('are not %s while nothing is listed', (uri) => expect(accepts({}, uri)).toBe(false));

  it('tell which origins may vouch for a user', () => {
    const uris = new RedirectUris(testSettings(listed));
    expect(
      ['https://app.example', 'http://localhost:3000'].map((origin) => uris.allowsOrigin(origin)),
    ).toEqual([true, true]);
    expect(
      ['https://evil.example', 'null', 'http://app.example', 'http://localhost:9'].some((origin) =>
        uris.allowsOrigin(origin),
      ),
    ).toBe(false);
  });
});
