import { hash, randomBytes, randomFillSync, timingSafeEqual } from 'node:crypto';
import { ulid } from 'ulid';

/** Random bytes in store: the operating system is asked for many at a time, ids take them one by one. */
const stock = Buffer.alloc(4096);
let taken = stock.length;

/** A random number from 0 to less than 1, of 8 random bits. */
function randomFraction(): number {
  if (taken === stock.length) {
    randomFillSync(stock);
    taken = 0;
  }
  return (stock[taken++] ?? 0) / 256;
}

/** A new id such as `con_01J…`: sortable by time, 80 random bits. Not a secret. */
export function newId(prefix: string): string {
  return `${prefix}_${ulid(undefined, randomFraction).toLowerCase()}`;
}

/** A secret of `bytes` random bytes in base64url. */
export function randomSecret(bytes = 32): string {
  return randomBytes(bytes).toString('base64url');
}

/** SHA-256, for secrets with enough entropy that nothing slower is needed (keys, cookies, state). */
export function sha256(value: string | Uint8Array): Buffer {
  return hash('sha256', value, 'buffer');
}

/** Compares two digests or secrets in constant time; different lengths are unequal. */
export function sameSecret(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
