import { Injectable } from '@nestjs/common';
import {
  ANY_AUDIENCE,
  isForAudience,
  keyIdOf,
  namesAudience,
  openEnvelope,
  sealEnvelope,
  sealLike,
  UnsealError,
  type Binding,
} from './envelope.js';
import { Keyring } from './keyring.js';
import { VaultKeys } from './vault-keys.js';

/** Seals what must be read again. Callers name the row, user and purpose that the value belongs to. */
@Injectable()
export class Vault {
  constructor(private readonly keys: VaultKeys) {}

  /** Seals a value. */
  async seal(plaintext: string, binding: Binding): Promise<Uint8Array<ArrayBuffer>> {
    return sealEnvelope(this.keys.ring, Buffer.from(plaintext), binding);
  }

  /** Opens a value. @throws UnsealError; WrongAudienceError when it was sealed for another place */
  async open(sealed: Uint8Array, binding: Binding): Promise<string> {
    return (await this.opened(sealed, binding)).toString();
  }

  /** Whether a sealed value says that it is for this place. @throws UnsealError */
  isFor(sealed: Uint8Array, audience: string): boolean {
    return isForAudience(sealed, audience);
  }

  /**
   * A value that names no place, sealed by a version that bound none, sealed anew for the binding's.
   * @returns `undefined` when it names one. @throws UnsealError
   */
  async bound(sealed: Uint8Array, binding: Binding): Promise<Uint8Array<ArrayBuffer> | undefined> {
    if (namesAudience(sealed)) return undefined;
    const plaintext = await this.opened(sealed, binding);
    const bound = sealEnvelope(this.keys.ring, plaintext, binding);
    plaintext.fill(0);
    return bound;
  }

  /** The same value for the same place, sealed with key `keyId`. @throws UnsealError */
  async reseal(sealed: Uint8Array, binding: Binding, keyId: string): Promise<Uint8Array<ArrayBuffer>> {
    const key = this.keys.findKey(keyId);
    if (!key) throw new UnsealError(`key "${keyId}" is not in force here`);
    const plaintext = await this.opened(sealed, { ...binding, audience: ANY_AUDIENCE });
    const resealed = sealLike(new Keyring([key]), plaintext, binding, sealed);
    plaintext.fill(0);
    return resealed;
  }

  /** A key of another process, made a moment ago, is fetched before the envelope is given up. */
  private async opened(sealed: Uint8Array, binding: Binding): Promise<Buffer> {
    const keyId = keyIdOf(sealed);
    if (!this.keys.findKey(keyId)) await this.keys.loadUnknown(keyId);
    return openEnvelope(this.keys.ring, sealed, binding);
  }
}
