import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const IV = 12;
const TAG = 16;

/** A key that never leaves its service, in versions: the newest encrypts, all decrypt. */
export class MasterKey {
  private readonly versions: Buffer[] = [randomBytes(32)];

  get version(): number {
    return this.versions.length;
  }

  /** Adds a version. */
  rotate(): void {
    this.versions.push(randomBytes(32));
  }

  encrypt(plaintext: Buffer, authenticated: Buffer): Buffer {
    const iv = randomBytes(IV);
    const cipher = createCipheriv('aes-256-gcm', this.bytes(this.version), iv).setAAD(authenticated);
    return Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  }

  /** @returns undefined when it does not decrypt: another key, other authenticated data, changed bytes */
  decrypt(ciphertext: Buffer, authenticated: Buffer, version: number): Buffer | undefined {
    if (version < 1 || version > this.version || ciphertext.length < IV + TAG) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', this.bytes(version), ciphertext.subarray(0, IV));
    decipher.setAAD(authenticated);
    decipher.setAuthTag(ciphertext.subarray(-TAG));
    try {
      return Buffer.concat([decipher.update(ciphertext.subarray(IV, -TAG)), decipher.final()]);
    } catch {
      return undefined;
    }
  }

  private bytes(version: number): Buffer {
    return this.versions[version - 1] ?? Buffer.alloc(32);
  }
}
