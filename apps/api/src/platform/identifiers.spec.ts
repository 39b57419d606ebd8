import { describe, expect, it } from '@jest/globals';
import { newId, randomSecret, sameSecret, sha256 } from './identifiers.js';

describe('an id', () => {
  it('carries its prefix and sorts by the time it was made', async () => {
    const first = newId('con');
    await new Promise((resolve) => setTimeout(resolve, 2));
    const second = newId('con');
    expect(first).toMatch(/^con_[0-9a-z]{26}$/);
    expect(first < second).toBe(true);
  });

  it('never comes twice', () => {
    expect(new Set(Array.from({ length: 20_000 }, () => newId('x'))).size).toBe(20_000);
  });
});

describe('a secret', () => {
  it('has the asked number of random bytes in base64url', () => {
    expect(Buffer.from(randomSecret(), 'base64url')).toHaveLength(32);
    expect(Buffer.from(randomSecret(9), 'base64url')).toHaveLength(9);
    expect(randomSecret()).not.toBe(randomSecret());
  });

  it('is compared by content, and unequal lengths do not throw', () => {
    expect(sameSecret(sha256('a'), sha256('a'))).toBe(true);
    expect(sameSecret(sha256('a'), sha256('b'))).toBe(false);
    expect(sameSecret(Buffer.from('a'), Buffer.from('ab'))).toBe(false);
  });

  it('is hashed as SHA-256', () => {
    expect(sha256('abc').toString('hex')).toMatch(/^ba7816bf8f01cfea/);
  });
});
