import { createCipheriv, createDecipheriv, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import type { KeyEncryptionKey, Keyring } from './keyring.js';

/**
 * What a sealed value belongs to. It is authenticated with the ciphertext: bytes copied to another row, user or
 * purpose do not open.
 */
export interface Binding {
  readonly purpose: string;
  readonly rowId: string;
  readonly userId?: string;
}

/** Sealed bytes do not open: another key, another binding, or changed bytes. */
export class UnsealError extends Error {
  override readonly name = 'UnsealError';
}

const FORMAT = 1;
const IV = 12;
const TAG = 16;
const DATA_KEY = 32;

/*
 * format (1) | length of key id (1) | key id | iv (12) | wrapped data key (32) | tag (16) | iv (12) | ciphertext | tag (16)
 */

/** Seals with AES-256-GCM under a fresh data key, itself wrapped by the keyring's first key. */
export function sealEnvelope(
  keyring: Keyring,
  plaintext: Uint8Array,
  binding: Binding,
): Uint8Array<ArrayBuffer> {
  const { id, bytes } = keyring.primary;
  const header = envelopeHeader(id);
  const aad = associatedData(header, binding);
  const dataKey = randomBytes(DATA_KEY);
  const wrapped = encrypt(bytes, dataKey, aad);
  const sealed = encrypt(dataKey, plaintext, aad);
  dataKey.fill(0);
  return new Uint8Array(Buffer.concat([header, wrapped, sealed]));
}

/** @throws UnsealError */
export function openEnvelope(keyring: Keyring, envelope: Uint8Array, binding: Binding): Buffer {
  const keyId = keyIdOf(envelope);
  const key = keyring.find(keyId);
  if (!key) throw new UnsealError(`sealed with key "${keyId}", which VALETKEY_ENCRYPTION_KEYS does not hold`);
  const headerLength = 2 + (envelope[1] ?? 0);
  const wrappedLength = IV + DATA_KEY + TAG;
  const header = envelope.subarray(0, headerLength);
  const aad = associatedData(header, binding);
  try {
    const dataKey = decrypt(
      secretOf(key),
      envelope.subarray(headerLength, headerLength + wrappedLength),
      aad,
    );
    const plaintext = decrypt(createSecretKey(dataKey), envelope.subarray(headerLength + wrappedLength), aad);
    dataKey.fill(0);
    return plaintext;
  } catch {
    throw new UnsealError('sealed bytes do not open: wrong key, or not sealed for this place');
  }
}

/** What every envelope of this key begins with. */
export function envelopeHeader(id: string): Uint8Array<ArrayBuffer> {
  const keyId = Buffer.from(id);
  return new Uint8Array(Buffer.concat([Buffer.from([FORMAT, keyId.length]), keyId]));
}

/** The id of the key that an envelope was sealed with. @throws UnsealError */
export function keyIdOf(envelope: Uint8Array): string {
  const length = envelope[1] ?? 0;
  if (envelope[0] !== FORMAT || length === 0 || envelope.length < 2 + length)
    throw new UnsealError('not a sealed value');
  return Buffer.from(envelope.buffer, envelope.byteOffset + 2, length).toString();
}

function associatedData(header: Uint8Array, { purpose, rowId, userId }: Binding): Buffer {
  return Buffer.concat([header, Buffer.from(JSON.stringify([purpose, rowId, userId ?? null]))]);
}

function encrypt(key: Uint8Array, plaintext: Uint8Array, aad: Uint8Array): Buffer {
  const iv = randomBytes(IV);
  const cipher = createCipheriv('aes-256-gcm', createSecretKey(key), iv).setAAD(aad);
  return Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** Keys as Node's ciphers want them: with bare bytes it takes four times as long to begin. */
const secrets = new WeakMap<KeyEncryptionKey, KeyObject>();

function secretOf(key: KeyEncryptionKey): KeyObject {
  const known = secrets.get(key);
  if (known) return known;
  const secret = createSecretKey(key.bytes);
  secrets.set(key, secret);
  return secret;
}

function decrypt(key: KeyObject, bytes: Uint8Array, aad: Uint8Array): Buffer {
  const iv = bytes.subarray(0, IV);
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG });
  decipher.setAAD(aad);
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG));
  const plaintext = decipher.update(bytes.subarray(IV, bytes.length - TAG));
  // Checks the tag and adds nothing: in GCM the plaintext is as long as the ciphertext.
  decipher.final();
  return plaintext;
}
