import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { signNote } from '@valetkey/audit-log';
import { newId, type Transaction } from '../platform/index.js';
import { AuditKeysRepository, type AuditKeyPurpose, type AuditKeyRow } from './audit-keys.repository.js';
import { signStatement, type PublicAuditKey, type Statement } from '@valetkey/audit-log';

/**
 * Seals the keys of the log. The vault implements it and registers itself here: it records events, so it imports this
 * room, not the other way round.
 */
export interface KeySealer {
  seal(plaintext: string, binding: AuditKeyBinding): Promise<Uint8Array<ArrayBuffer>>;
  open(sealed: Uint8Array, binding: AuditKeyBinding): Promise<string>;
}

/** The binding of a key of the log in the vault. */
export interface AuditKeyBinding {
  readonly purpose: string;
  readonly rowId: string;
}

export function auditKeyBinding(rowId: string): AuditKeyBinding {
  return { purpose: 'audit_key.secret', rowId };
}

/** A signature and the key that made it. */
export interface Signature {
  readonly keyId: string;
  /** Of the public key: `x` of its JWK. */
  readonly publicKey: string;
  readonly signature: string;
}

interface OpenKey {
  readonly id: string;
  readonly secret: string;
  readonly x: string;
}

/** The keys of the log: made on first use, secret halves sealed. All processes use the oldest of a purpose. */
@Injectable()
export class AuditKeys {
  private sealer: KeySealer | undefined;
  private readonly opened = new Map<AuditKeyPurpose, Promise<OpenKey>>();

  constructor(private readonly repository: AuditKeysRepository) {}

  /** Call it while the application is put together. */
  sealWith(sealer: KeySealer): void {
    this.sealer = sealer;
  }

  /** Signs with the newest key of the log (Ed25519, RFC 8032). */
  async sign(statement: Statement): Promise<Signature> {
    const { id, secret, x } = await this.key('checkpoint');
    return { keyId: id, publicKey: x, signature: signStatement(statement, id, privateKey(secret)) };
  }

  /** A note of this text (C2SP signed-note), signed with the same key under a name. */
  async signNote(name: string, text: string): Promise<string> {
    const secret = privateKey((await this.key('checkpoint')).secret);
    return signNote(text, { name, type: 'ed25519', publicKey: createPublicKey(secret) }, secret);
  }

  /** HMAC-SHA-256, hex: equal for equal texts, of no use for guessing without the key. */
  async keyedHash(text: string, purpose: 'arguments' | 'credentials' = 'arguments'): Promise<string> {
    const { secret } = await this.key(purpose);
    return hmac(secret, text);
  }

  /** Makes the first key of a purpose, and runs `once` with its hashes in the same transaction. */
  async makeFirst(
    purpose: 'credentials',
    once: (tx: Transaction, keyedHash: (text: string) => string) => Promise<void>,
  ): Promise<void> {
    const { sealer } = this;
    if (!sealer) throw new Error('the keys of the audit log need a vault');
    const { secret } = newHashKey();
    const make = async () => {
      const id = newId('aky');
      return { id, purpose, sealedSecret: await sealer.seal(secret, auditKeyBinding(id)) };
    };
    await this.repository.addFirst(purpose, make, (tx) => once(tx, (text) => hmac(secret, text)));
  }

  /** The keys with which signatures are to be checked. */
  async publicKeys(): Promise<PublicAuditKey[]> {
    if (this.sealer) await this.key('checkpoint');
    const rows = await this.repository.ofPurpose('checkpoint');
    return rows.flatMap(({ id, publicJwk }) => (publicJwk ? [{ ...publicJwk, kid: id }] : []));
  }

  private key(purpose: AuditKeyPurpose): Promise<OpenKey> {
    const known = this.opened.get(purpose);
    if (known) return known;
    const loading = this.load(purpose).catch((error: unknown) => {
      this.opened.delete(purpose);
      throw error;
    });
    this.opened.set(purpose, loading);
    return loading;
  }

  private async load(purpose: AuditKeyPurpose): Promise<OpenKey> {
    if (!this.sealer) throw new Error('the keys of the audit log need a vault');
    const [row] = await this.repository.ofPurpose(purpose);
    const { id, sealedSecret, publicJwk } = row ?? (await this.create(purpose, this.sealer));
    const secret = await this.sealer.open(sealedSecret, auditKeyBinding(id));
    return { id, secret, x: publicJwk?.x ?? '' };
  }

  private async create(purpose: AuditKeyPurpose, sealer: KeySealer): Promise<AuditKeyRow> {
    const id = newId('aky');
    const { secret, publicJwk } = purpose === 'checkpoint' ? newSigningKey() : newHashKey();
    const sealedSecret = await sealer.seal(secret, auditKeyBinding(id));
    await this.repository.add({ id, purpose, publicJwk, sealedSecret });
    // Processes that start together may each make one; all of them use the oldest.
    const [oldest] = await this.repository.ofPurpose(purpose);
    if (!oldest) throw new Error('the key of the audit log was not stored');
    return oldest;
  }
}

function hmac(secret: string, text: string): string {
  return createHmac('sha256', Buffer.from(secret, 'base64url')).update(text).digest('hex');
}

function newSigningKey() {
  const {
    kty = '',
    crv = '',
    x = '',
    d = '',
  } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  return { secret: JSON.stringify({ kty, crv, x, d }), publicJwk: { kty, crv, x } };
}

function newHashKey() {
  return { secret: randomBytes(32).toString('base64url'), publicJwk: undefined };
}

function privateKey(secret: string): KeyObject {
  return createPrivateKey({ key: JSON.parse(secret) as JsonWebKey, format: 'jwk' });
}
