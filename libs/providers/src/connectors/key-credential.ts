import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import type { KeyKind } from './connector-preset.js';

/** A key as its user enters it. */
export interface EnteredKey {
  readonly key: string;
  readonly username?: string | undefined;
}

/** A value that may stand in a header: visible ASCII. */
const SENDABLE = /^[\x21-\x7E]{1,4000}$/;

/** Why a key cannot be one, before anybody is asked; `undefined` when it may be. No value is in it. */
export function keyFault(
  kind: KeyKind,
  { key, username }: EnteredKey,
): { path: string; message: string } | undefined {
  if (kind.kind === 'none')
    return key || username ? { path: 'key', message: 'is not asked for here' } : undefined;
  if (!SENDABLE.test(key)) return { path: 'key', message: 'must be one word of letters, digits and signs' };
  if (kind.prefixes.length > 0 && !kind.prefixes.some((prefix) => key.startsWith(prefix)))
    return { path: 'key', message: `must begin with ${kind.prefixes.join(' or ')}` };
  if (kind.username && !username) return { path: 'username', message: 'is needed beside the key' };
  if (!kind.username && username) return { path: 'username', message: 'is not asked for here' };
  // A colon ends the user name (RFC 7617, section 2).
  if (username !== undefined && !/^[^:\p{Cc}]{1,320}$/u.test(username))
    return { path: 'username', message: 'must have no colon and no line break' };
  return undefined;
}

/** The credential that is sent for a key. */
export function credentialOf(kind: KeyKind, { key, username }: EnteredKey): string {
  // Random, so that it stands in no answer by chance; it is never sent.
  if (kind.kind === 'none') return randomBytes(24).toString('base64url');
  if (kind.kind !== 'basic') return key;
  const pair = kind.username ? `${username ?? ''}${kind.username.suffix}:${key}` : `${key}:`;
  return Buffer.from(pair, 'utf8').toString('base64');
}
