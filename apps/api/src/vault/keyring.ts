import { SettingsError } from '../config/index.js';

/** A key-encryption key: 256 bits under an id that every envelope names. */
export interface KeyEncryptionKey {
  readonly id: string;
  readonly bytes: Buffer;
}

/** The keys in force: the first seals, all open. */
export class Keyring {
  private readonly byId: ReadonlyMap<string, KeyEncryptionKey>;

  constructor(readonly keys: readonly [KeyEncryptionKey, ...KeyEncryptionKey[]]) {
    this.byId = new Map(keys.map((key) => [key.id, key]));
  }

  get primary(): KeyEncryptionKey {
    return this.keys[0];
  }

  find(id: string): KeyEncryptionKey | undefined {
    return this.byId.get(id);
  }
}

/**
 * Reads `keyId:base64(32 bytes)[,older…]`.
 * @throws SettingsError that names the bad entry by its position, never its value
 */
export function parseKeyring(text: string): Keyring {
  if (/^[a-z-]+:\/\//.test(text)) {
    throw new SettingsError(
      'VALETKEY_ENCRYPTION_KEYS: key services (KMS) are not supported by this version; give keyId:base64(32 bytes)',
    );
  }
  const keys = text.split(',').map((entry, index) => parseKey(entry.trim(), index + 1));
  const [first, ...rest] = keys;
  if (!first) throw new SettingsError('VALETKEY_ENCRYPTION_KEYS holds no key');
  if (new Set(keys.map(({ id }) => id)).size !== keys.length) {
    throw new SettingsError('VALETKEY_ENCRYPTION_KEYS names the same key id twice');
  }
  return new Keyring([first, ...rest]);
}

function parseKey(entry: string, position: number): KeyEncryptionKey {
  const match = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/_-]+={0,2})$/.exec(entry);
  const bytes = Buffer.from(match?.[2] ?? '', 'base64');
  if (!match?.[1] || bytes.length !== 32) {
    throw new SettingsError(
      `VALETKEY_ENCRYPTION_KEYS: entry ${position} is not keyId:base64(32 bytes); make one with: echo "key1:$(openssl rand -base64 32)"`,
    );
  }
  return { id: match[1], bytes };
}
