import { describe, expect, it } from '@jest/globals';
import { newRecoveryCodes, plainRecoveryCode } from './recovery-codes.js';
import { matchingStep, newTotpSecret, totpCode, totpUri } from './totp.js';

/** The secret of RFC 6238, appendix B, in Base32. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const AT = 1_111_111_109_000;
const STEP = Math.floor(AT / 30_000);

describe('a time-based code', () => {
  // The last six digits of those in the RFC, which have eight.
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
  ])('at %d s is %s, as RFC 6238 has it', (seconds, code) => {
    expect(totpCode(SECRET, seconds * 1_000)).toBe(code);
  });

  it.each([
    ['two steps ago', -2, undefined],
    ['one step ago', -1, STEP - 1],
    ['now', 0, STEP],
    ['one step ahead', 1, STEP + 1],
    ['two steps ahead', 2, undefined],
  ])('of %s gives its step, or none', (_, steps, expected) => {
    expect(matchingStep(SECRET, totpCode(SECRET, AT + steps * 30_000), AT)).toBe(expected);
  });

  it.each(['', '81804', '0818040', '081805', ' 081804', '０８１８０４'])('is not %j', (code) => {
    expect(matchingStep(SECRET, code, AT)).toBeUndefined();
  });

  it('has a secret of 160 bits, another each time, and an address that apps read', () => {
    const secret = newTotpSecret();
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(newTotpSecret()).not.toBe(secret);
    const uri = new URL(totpUri(secret, { issuer: 'Valetkey keys.example', email: 'ada@example.com' }));
    expect(uri.protocol).toBe('otpauth:');
    expect(Object.fromEntries(uri.searchParams)).toMatchObject({ secret, digits: '6', period: '30' });
  });
});

describe('recovery codes', () => {
  it('are ten, different, and without letters that are mistaken for others', () => {
    const codes = newRecoveryCodes();
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^[0-9a-hjkmnp-tv-z]{5}-[0-9a-hjkmnp-tv-z]{5}$/);
  });

  it('are understood however they are typed', () => {
    expect(plainRecoveryCode(' 4F7KQ 2m9xz ')).toBe('4f7kq2m9xz');
    expect(plainRecoveryCode('OIL00-11111')).toBe('0110011111');
  });
});
