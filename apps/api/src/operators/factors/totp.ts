import { Secret, TOTP } from 'otpauth';
import { sameSecret } from '../../platform/index.js';

/** As all authenticator apps have it: HMAC-SHA-1, six digits, a new code each half a minute (RFC 6238). */
const STEP_MS = 30_000;

/** RFC 4226, section 4, recommends a secret of 160 bits. */
const SECRET_BYTES = 20;

/** A new shared secret, in Base32. */
export function newTotpSecret(): string {
  return new Secret({ size: SECRET_BYTES }).base32;
}

/** The address that authenticator apps read from a QR code. */
export function totpUri(secret: string, { issuer, email }: { issuer: string; email: string }): string {
  return new TOTP({ secret, issuer, label: email }).toString();
}

/** The code of the time step that `at` is in. */
export function totpCode(secret: string, at: number): string {
  return new TOTP({ secret }).generate({ timestamp: at });
}

/**
 * The time step whose code this is: that of now, the one before or the one after, for clocks that are not quite right.
 * All three are compared, in constant time each.
 */
export function matchingStep(secret: string, code: string, now: number): number | undefined {
  const step = Math.floor(now / STEP_MS);
  const typed = Buffer.from(code);
  return [step - 1, step, step + 1]
    .filter((one) => sameSecret(Buffer.from(totpCode(secret, one * STEP_MS)), typed))
    .at(-1);
}
