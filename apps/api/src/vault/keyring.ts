import { SettingsError } from '../config/index.js';
import {
  InvalidKeyUri,
  parseKeyUri,
  type Environment,
  type KeyService,
  type KeyServiceKind,
} from './key-services/key-service.js';
import { KEY_SERVICES } from './key-services/registry.js';

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

  findKey(id: string): KeyEncryptionKey | undefined {
    return this.byId.get(id);
  }
}

/** One entry of `VALETKEY_ENCRYPTION_KEYS`: a key itself, or the key service that wraps ours. */
export type KeyEntry =
  | { readonly kind: 'local'; readonly key: KeyEncryptionKey }
  | { readonly kind: 'service'; readonly service: KeyService };

/** All entries, the one that seals first. */
export type KeyEntries = readonly [KeyEntry, ...KeyEntry[]];

const LOCAL_KEY = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/_-]+={0,2})$/;
const HOW_TO_MAKE_ONE = 'make one with: echo "key1:$(openssl rand -base64 32)"';

/**
 * Reads a comma list whose entries are `keyId:base64(32 bytes)` or URIs of key services.
 * @throws SettingsError that names the bad entry by its position, never its value
 */
export function parseKeyEntries(
  text: string,
  env: Environment,
  kinds: readonly KeyServiceKind[] = KEY_SERVICES,
): KeyEntries {
  const entries = text.split(',').map((entry, index) => parseEntry(entry.trim(), index + 1, env, kinds));
  const [first, ...rest] = entries;
  if (!first) throw new SettingsError('VALETKEY_ENCRYPTION_KEYS holds no key');
  const names = entries.map((entry) => (entry.kind === 'local' ? entry.key.id : entry.service.uri));
  if (new Set(names).size !== names.length)
    throw new SettingsError(
      'VALETKEY_ENCRYPTION_KEYS names the same key id twice, or the same key of a key service',
    );
  return [first, ...rest];
}

function parseEntry(
  entry: string,
  position: number,
  env: Environment,
  kinds: readonly KeyServiceKind[],
): KeyEntry {
  const local = localKeyOf(entry);
  if (local) return { kind: 'local', key: local };
  const refuse = (why: string) => new SettingsError(`VALETKEY_ENCRYPTION_KEYS: entry ${position} ${why}`);
  if (!entry.includes('://')) throw refuse(`is not keyId:base64(32 bytes); ${HOW_TO_MAKE_ONE}`);
  const kind = kinds.find(({ scheme }) => entry.startsWith(`${scheme}://`));
  if (!kind)
    throw refuse(`names no key service that there is: ${kinds.map((each) => each.example).join(', ')}`);
  try {
    return { kind: 'service', service: kind.open(parseKeyUri(entry), env) };
  } catch (error) {
    throw error instanceof InvalidKeyUri ? refuse(`${error.message} (${kind.example})`) : error;
  }
}

/** Base64 knows slashes: one key in 4,096 begins with two and looks like a URI. */
function localKeyOf(entry: string): KeyEncryptionKey | undefined {
  const [, id, encoded = ''] = LOCAL_KEY.exec(entry) ?? [];
  const bytes = Buffer.from(encoded, 'base64');
  return id !== undefined && bytes.length === 32 ? { id, bytes } : undefined;
}
