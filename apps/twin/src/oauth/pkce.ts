import { createHash } from 'node:crypto';
import type { CodeChallenge } from './records.js';

/** Reads the challenge, `invalid` when the method is unknown or the value malformed. */
export function readChallenge(value?: string, method?: string): CodeChallenge | undefined | 'invalid' {
  if (value === undefined) return method === undefined ? undefined : 'invalid';
  const chosen = method ?? 'plain';
  if (chosen !== 'S256' && chosen !== 'plain') return 'invalid';
  return /^[A-Za-z0-9\-._~]{43,128}$/.test(value) ? { value, method: chosen } : 'invalid';
}

/** Whether the verifier proves the challenge. */
export function verifierFits(challenge: CodeChallenge, verifier: string): boolean {
  if (challenge.method === 'plain') return verifier === challenge.value;
  return createHash('sha256').update(verifier).digest('base64url') === challenge.value;
}
