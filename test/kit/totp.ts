import { TOTP } from 'otpauth';

const STEP_MS = 30_000;

/** The code that an authenticator app shows now, or so many time steps from now. */
export function totpCode(secret: string, steps = 0): string {
  return new TOTP({ secret }).generate({ timestamp: Date.now() + steps * STEP_MS });
}
