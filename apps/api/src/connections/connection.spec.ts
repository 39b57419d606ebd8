import { describe, expect, it } from '@jest/globals';
import { needsRefresh, tokenStatus } from './connection.js';

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
