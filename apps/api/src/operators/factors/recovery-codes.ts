import { randomBytes } from 'node:crypto';

const CODES = 10;

/** 50 random bits each; guesses are few, and stored is an HMAC. */
const LENGTH = 10;

/** Without letters that are mistaken for others (Crockford's Base32). */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** A new set, as it is shown: `4f7kq-2m9xz`. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: CODES }, newCode);
}

function newCode(): string {
  const letters = [...randomBytes(LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
  return `${letters.slice(0, LENGTH / 2)}-${letters.slice(LENGTH / 2)}`;
}

/** The code that was meant, whatever its case, spaces and hyphens. */
export function plainRecoveryCode(typed: string): string {
  return typed.toLowerCase().replace(/[\s-]/g, '').replace(/o/g, '0').replace(/[il]/g, '1');
}
