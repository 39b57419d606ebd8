import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hash,
  randomBytes,
  type KeyObject,
} from 'node:crypto';
import type { KeyEncryptionKey, Keyring } from './keyring.js';

/**
 * The row that a sealed value belongs to. It is authenticated with the ciphertext: bytes copied to another row, user or
 * purpose do not open.
 */
export interface Binding {
  readonly purpose: string;
  readonly rowId: string;
  readonly userId?: string;
  /**
   * Where the value may be sent: a text that names the place. Opening compares it with the place that the caller names.
   * `ANY_AUDIENCE` opens the value for moving it, not for sending it.
   */
  readonly audience?: string | typeof ANY_AUDIENCE;
}

/** Opens a value whatever place it was sealed for. */
export const ANY_AUDIENCE = Symbol('any audience');

/** Sealed bytes do not open: another key, another binding, or changed bytes. */
export class UnsealError extends Error {
  override readonly name = 'UnsealError';
}

/** The value was sealed to be sent to another place than the one it is opened for. */
export class WrongAudienceError extends UnsealError {}

/**
 * The format without an audience, and the one that names an audience. Values that have an audience but the bare format
 * were sealed by an earlier version.
 */
const FORMAT = 1;
const FORMAT_FOR_AUDIENCE = 2;
const AUDIENCE = 32;
const IV = 12;
const TAG = 16;
const DATA_KEY = 32;

/*
 * format (1) | length of key id (1) | key id | [SHA-256 of the audience (32)] | iv (12) | wrapped data key (32) | tag (16) | iv (12) | ciphertext | tag (16)
 */

/** Seals with AES-256-GCM under a fresh data key, itself wrapped by the keyring's first key. */
export function sealEnvelope(
  keyring: Keyring,
  plaintext: Uint8Array,
  binding: Binding,
): Uint8Array<ArrayBuffer> {
  const { audience } = binding;
  return sealFor(keyring, plaintext, binding, typeof audience === 'string' ? digestOf(audience) : undefined);
}

/** As `sealEnvelope`, with the audience of another envelope of the same value. */
export function sealLike(
  keyring: Keyring,
  plaintext: Uint8Array,
  binding: Binding,
  like: Uint8Array,
): Uint8Array<ArrayBuffer> {
  return sealFor(keyring, plaintext, binding, partsOf(like).audience);
}

function sealFor(
  keyring: Keyring,
  plaintext: Uint8Array,
  binding: Binding,
  audience: Uint8Array | undefined,
): Uint8Array<ArrayBuffer> {
  const { id, bytes } = keyring.primary;
  const header = envelopeHeader(id, audience);
  const aad = associatedData(header, binding);
  const dataKey = randomBytes(DATA_KEY);
  const wrapped = encrypt(bytes, dataKey, aad);
  const sealed = encrypt(dataKey, plaintext, aad);
  dataKey.fill(0);
  return new Uint8Array(Buffer.concat([header, wrapped, sealed]));
}

/** @throws UnsealError; WrongAudienceError when it is for another place */
export function openEnvelope(keyring: Keyring, envelope: Uint8Array, binding: Binding): Buffer {
  const { keyId, header, sealed } = partsOf(envelope);
  const key = keyring.findKey(keyId);
  if (!key) throw new UnsealError(`sealed with key "${keyId}", which VALETKEY_ENCRYPTION_KEYS does not hold`);
  if (!isForAudience(envelope, binding.audience))
    throw new WrongAudienceError('sealed bytes do not open: they are for another place');
  const wrappedLength = IV + DATA_KEY + TAG;
  const aad = associatedData(header, binding);
  try {
    const dataKey = decrypt(secretOf(key), sealed.subarray(0, wrappedLength), aad);
    const plaintext = decrypt(createSecretKey(dataKey), sealed.subarray(wrappedLength), aad);
    dataKey.fill(0);
    return plaintext;
  } catch {
    throw new UnsealError('sealed bytes do not open: wrong key, or not sealed for this place');
  }
}

/** Whether an envelope says that it may be opened for this place; opening it proves that. */
export function isForAudience(envelope: Uint8Array, audience: Binding['audience']): boolean {
  const named = partsOf(envelope).audience;
  if (named === undefined || audience === ANY_AUDIENCE) return true;
  return audience !== undefined && digestOf(audience).equals(named);
}

/** The digest that an envelope for this place names, hex. */
export function audienceDigest(audience: string): string {
  return digestOf(audience).toString('hex');
}

/** The digest, hex, that an envelope in this SQL expression names; NULL when it names none. */
export function audienceInSql(envelope: string): string {
  return `CASE get_byte(${envelope}, 0) WHEN ${FORMAT_FOR_AUDIENCE}
    THEN encode(substring(${envelope} FROM get_byte(${envelope}, 1) + 3 FOR ${AUDIENCE}), 'hex') END`;
}

/** Whether an envelope names the place that it is for. */
export function namesAudience(envelope: Uint8Array): boolean {
  return envelope[0] === FORMAT_FOR_AUDIENCE;
}

/** The bytes that every envelope under this key begins with; without an audience the first byte differs. */
export function envelopeHeader(id: string, audience?: Uint8Array): Uint8Array<ArrayBuffer> {
  const keyId = Buffer.from(id);
  const format = audience ? FORMAT_FOR_AUDIENCE : FORMAT;
  return new Uint8Array(
    Buffer.concat([Buffer.from([format, keyId.length]), keyId, audience ?? new Uint8Array()]),
  );
}

/** The id of the key that an envelope was sealed with. @throws UnsealError */
export function keyIdOf(envelope: Uint8Array): string {
  return partsOf(envelope).keyId;
}

function partsOf(envelope: Uint8Array) {
  const length = envelope[1] ?? 0;
  const hasAudience = envelope[0] === FORMAT_FOR_AUDIENCE;
  const headerLength = 2 + length + (hasAudience ? AUDIENCE : 0);
  if (!(envelope[0] === FORMAT || hasAudience) || length === 0 || envelope.length < headerLength)
    throw new UnsealError('not a sealed value');
  return {
    keyId: Buffer.from(envelope.buffer, envelope.byteOffset + 2, length).toString(),
    audience: hasAudience ? envelope.subarray(2 + length, headerLength) : undefined,
    header: envelope.subarray(0, headerLength),
    sealed: envelope.subarray(headerLength),
  };
}

function digestOf(audience: string): Buffer {
  return hash('sha256', audience, 'buffer');
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
