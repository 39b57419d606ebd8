import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';

/** Signature types of C2SP signed-note: Ed25519 over the text, and a witness's cosignature/v1. */
export const SIGNATURE_TYPES = { ed25519: 0x01, cosignature: 0x04 } as const;

export type SignatureType = keyof typeof SIGNATURE_TYPES;

/** A key that signs notes, under the name that stands in them. */
export interface NoteKey {
  readonly name: string;
  readonly type: SignatureType;
  readonly publicKey: KeyObject;
}

const ID_BYTES = 4;
const SEPARATOR = '\n\n';
const SIGNATURE_LINE = /^\u2014 (\S+) ([A-Za-z0-9+/]+={0,2})$/u;

/** A name has no spaces and no plus, which would make a note ambiguous. */
const NAME = /^[^\s+]+$/u;

/** The 32 bytes of an Ed25519 public key. */
function rawKey(publicKey: KeyObject): Buffer {
  return Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
}

/** The four bytes by which a note tells which key a signature is of. */
export function keyId({ name, type, publicKey }: NoteKey): Buffer {
  const id = createHash('sha256')
    .update(`${name}\n`)
    .update(Buffer.from([SIGNATURE_TYPES[type]]))
    .update(rawKey(publicKey))
    .digest();
  return id.subarray(0, ID_BYTES);
}

/** A verifier key as operators exchange it: `<name>+<hex id>+<base64 of the type and the key>`. */
export function verifierKey(key: NoteKey): string {
  const bytes = Buffer.concat([Buffer.from([SIGNATURE_TYPES[key.type]]), rawKey(key.publicKey)]);
  return `${key.name}+${keyId(key).toString('hex')}+${bytes.toString('base64')}`;
}

const VERIFIER_KEY = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/u;

/** Reads what `verifierKey` writes. @throws RangeError for another text, or one whose id is not that of its key */
export function readVerifierKey(text: string): NoteKey {
  const [, name = '', id, base64 = ''] = VERIFIER_KEY.exec(text) ?? [];
  const [number, ...raw] = Buffer.from(base64, 'base64');
  const type = (Object.keys(SIGNATURE_TYPES) as SignatureType[]).find(
    (each) => SIGNATURE_TYPES[each] === number,
  );
  if (!type) throw new RangeError('a verifier key is <name>+<id in hex>+<base64 of type and Ed25519 key>');
  const x = Buffer.from(raw).toString('base64url');
  const publicKey = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } });
  const key = { name, type, publicKey };
  if (keyId(key).toString('hex') !== id)
    throw new RangeError(`the key of ${name} does not have the id ${id}`);
  return key;
}

/** One line of signatures. @throws RangeError for a name that a note cannot hold */
export function signatureLine(key: NoteKey, signature: Buffer): string {
  if (!NAME.test(key.name)) throw new RangeError(`a note cannot be signed as "${key.name}"`);
  return `\u2014 ${key.name} ${Buffer.concat([keyId(key), signature]).toString('base64')}\n`;
}

/**
 * A note: the text, an empty line, and a line for each signature.
 *
 * https://c2sp.org/signed-note
 */
export function signNote(text: string, key: NoteKey, privateKey: KeyObject): string {
  return `${text}\n${signatureLine(key, sign(null, Buffer.from(text), privateKey))}`;
}

export interface OpenedNote {
  readonly text: string;
  /** Of the keys that were given, those whose signatures hold. */
  readonly signedBy: readonly NoteKey[];
}

/** How the signature of a type is verified. */
export type VerifySignature = (text: string, key: NoteKey, signature: Buffer) => boolean;

export const verifyEd25519: VerifySignature = (text, { publicKey }, signature) =>
  verify(null, Buffer.from(text), publicKey, signature);

/**
 * Reads a note. Signatures of unknown keys are passed over, as the format wants; one of a known key that does not hold
 * makes the whole note worthless.
 * @returns `undefined` for no note, for a signature that does not hold, and where none of the keys has signed
 */
export function openNote(
  note: string,
  keys: readonly NoteKey[],
  verifiers: Readonly<Record<SignatureType, VerifySignature>>,
): OpenedNote | undefined {
  const cut = note.lastIndexOf(SEPARATOR);
  if (cut < 0 || !note.endsWith('\n')) return undefined;
  const text = note.slice(0, cut + 1);
  const signedBy: NoteKey[] = [];
  for (const line of note.slice(cut + SEPARATOR.length, -1).split('\n')) {
    const [, name, base64] = SIGNATURE_LINE.exec(line) ?? [];
    if (name === undefined || base64 === undefined) return undefined;
    const bytes = Buffer.from(base64, 'base64');
    const id = bytes.subarray(0, ID_BYTES);
    const key = keys.find((known) => known.name === name && keyId(known).equals(id));
    if (!key) continue;
    if (!verifiers[key.type](text, key, bytes.subarray(ID_BYTES))) return undefined;
    signedBy.push(key);
  }
  return signedBy.length > 0 ? { text, signedBy } : undefined;
}
