import { SettingsError } from '../config/index.js';
import { openEnvelope, sealEnvelope, type Binding } from './envelope.js';
import { Keyring, type KeyEncryptionKey } from './keyring.js';
import type { SealedCount } from './sealed-store.js';
import { secretsInWords } from './sealed-stores.js';
import { LOCAL, type VaultKeyRow } from './vault-keys.repository.js';

/** A known value sealed with a key: what opens it is that key. */
export function sealProof(key: KeyEncryptionKey): Uint8Array<ArrayBuffer> {
  return sealEnvelope(new Keyring([key]), Buffer.from('valetkey'), proofBinding(key.id));
}

/** @throws SettingsError when a key of a known name is not the one that the database knows under it */
export function requireProof(rows: readonly VaultKeyRow[], keys: readonly KeyEncryptionKey[]): void {
  for (const { keyId, sealedCheck } of rows) {
    const key = keys.find(({ id }) => id === keyId);
    if (!key) continue;
    try {
      openEnvelope(new Keyring([key]), sealedCheck, proofBinding(keyId));
    } catch {
      throw new SettingsError(
        `VALETKEY_ENCRYPTION_KEYS: key "${keyId}" is not the one that this database was sealed with`,
      );
    }
  }
}

/**
 * A key that the setting no longer holds may be gone if it seals nothing any more; and not if none of the keys that
 * this database knows is left, which is rather a setting for another database.
 * @throws SettingsError
 */
export function requireKnownKeys(
  rows: readonly VaultKeyRow[],
  missing: readonly VaultKeyRow[],
  counts: readonly SealedCount[],
): void {
  for (const row of missing) {
    const held = counts.filter(({ keyId }) => keyId === row.keyId);
    if (held.length > 0) {
      throw new SettingsError(
        `this database holds ${secretsInWords(held)} sealed with key ${named(row)}; add that key to VALETKEY_ENCRYPTION_KEYS again, behind the first, run "npm run vault -- rewrap" and take it out when that has finished`,
      );
    }
  }
  const [first] = missing;
  if (first && missing.length === rows.length)
    throw new SettingsError(
      `this database was sealed with key ${named(first)}; add that key to VALETKEY_ENCRYPTION_KEYS`,
    );
}

function named({ keyId, provider }: VaultKeyRow): string {
  return provider === LOCAL ? `"${keyId}"` : `"${keyId}" of ${provider}`;
}

function proofBinding(keyId: string): Binding {
  return { purpose: 'vault_key.check', rowId: keyId };
}
