import { createHash } from 'node:crypto';

/**
 * The form of an effect id that a provider sees: 32 characters of lower-case base32hex (160 bits of SHA-256), which is
 * legal in a Calendar event id, a Message-ID and an HTML comment, and does not reveal the effect id.
 */
export function effectKey(effectId: string): string {
  if (effectId.length < 16) throw new TypeError('an effect id has at least 16 characters');
  const digest = createHash('sha256').update(`valetkey effect ${effectId}`).digest();
  return BigInt(`0x${digest.subarray(0, 20).toString('hex')}`)
    .toString(32)
    .padStart(32, '0');
}
