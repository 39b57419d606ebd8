import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AuditKeys, AuditsNothing } from '../audit/index.js';
import { sha256, type Transaction } from '../platform/index.js';

/** What a credential is: one kind's hash is worth nothing as another's. */
export type CredentialKind =
  'agent_key' | 'operator_session' | 'authorization_state' | 'authorization_browser';

/** Brings what an earlier version stored, as bare SHA-256, under the key. */
export type CredentialUpgrade = (
  tx: Transaction,
  rehash: (kind: CredentialKind, sha256Hash: Uint8Array) => Buffer,
) => Promise<void>;

/**
 * What credentials are stored as: HMACs under a key that is sealed in the vault. Whoever can write rows, and has no key,
 * can make none that a credential of theirs would open.
 */
@AuditsNothing('brings stored hashes under a key when the process starts; no credential changes')
@Injectable()
export class CredentialHashes implements OnApplicationBootstrap {
  private readonly upgrades: CredentialUpgrade[] = [];
  private ready: Promise<void> | undefined;

  constructor(private readonly keys: AuditKeys) {}

  /** To be called from a constructor: when the key is made, what is stored already is brought under it, once. */
  register(upgrade: CredentialUpgrade): void {
    this.upgrades.push(upgrade);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.prepare();
  }

  async of(kind: CredentialKind, secret: string): Promise<Buffer> {
    await this.prepare();
    return Buffer.from(await this.keys.keyedHash(textOf(kind, sha256(secret)), 'credentials'), 'hex');
  }

  private prepare(): Promise<void> {
    this.ready ??= this.keys
      .makeFirst('credentials', async (tx, keyedHash) => {
        const rehash = (kind: CredentialKind, hash: Uint8Array) =>
          Buffer.from(keyedHash(textOf(kind, hash)), 'hex');
        for (const upgrade of this.upgrades) await upgrade(tx, rehash);
      })
      .catch((error: unknown) => {
        this.ready = undefined;
        throw error;
      });
    return this.ready;
  }
}

function textOf(kind: CredentialKind, hash: Uint8Array): string {
  return `${kind} ${Buffer.from(hash).toString('hex')}`;
}
