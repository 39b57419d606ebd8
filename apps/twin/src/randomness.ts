import { createHash, randomBytes } from 'node:crypto';

/** Gives `size` random bytes; injected so that a test can make tokens predictable. */
export type RandomSource = (size: number) => Uint8Array;

/** Randomness from the operating system. */
export const secureRandom: RandomSource = (size) => randomBytes(size);

/** Marker inside every issued code and token, so that a leak test can search for it. */
export const TOKEN_MARKER = '-twin-';

/** A secret that looks like the provider's: its prefix, the marker, then random text. */
export function mintSecret(random: RandomSource, prefix: string, bytes = 32): string {
  return `${prefix}${encode(random(4))}${TOKEN_MARKER}${encode(random(bytes))}`;
}

/** A random identifier that is no secret, so without the marker. */
export function mintId(random: RandomSource, bytes = 12): string {
  return Buffer.from(random(bytes)).toString('hex');
}

/** How the twin remembers a secret: never the secret itself. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url').replaceAll('-', 'x').replaceAll('_', 'X');
}
