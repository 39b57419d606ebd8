import { readFileSync } from 'node:fs';
import { TrustedKeys, type PublicAuditKey } from './signed.js';

/** Reads keys as `/.well-known/audit-keys.json` gave them. @throws RangeError when the file has none */
export function keysIn(file: string): readonly PublicAuditKey[] {
  const none = new RangeError(`${file} holds no keys as /.well-known/audit-keys.json gives them.`);
  try {
    const { keys } = JSON.parse(readFileSync(file, 'utf8')) as { keys: PublicAuditKey[] };
    if (new TrustedKeys(keys).size > 0) return keys;
  } catch {
    throw none;
  }
  throw none;
}
