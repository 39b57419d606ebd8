import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AuditKeys, AuditsNothing } from '../audit/index.js';
import { sha256, untilItWorks, type Transaction } from '../platform/index.js';

/** The kinds of credentials. The kind is part of the hash, so the hash of one kind is useless as another's. */
export type CredentialKind =
  | 'agent_key'
  | 'mcp_request_state'
  | 'mcp_session'
  | 'oauth_cookie'
  | 'oauth_record'
  | 'operator_challenge'
  | 'operator_key'
  | 'operator_link'
  | 'operator_recovery_code'
  | 'operator_session'
  | 'operator_sign_in'
  | 'operator_sso_browser'
  | 'operator_sso_state'
  | 'authorization_state'
  | 'authorization_browser';

/** Replaces the bare SHA-256 hashes that an earlier version stored with hashes under the key. */
export type CredentialUpgrade = (
  tx: Transaction,
  rehash: (kind: CredentialKind, sha256Hash: Uint8Array) => Buffer,
) => Promise<void>;

/**
 * Hashes of credentials as they are stored: HMACs under a key that is sealed in the vault. An attacker who can write
 * rows but has no key cannot store a hash that matches a credential of their own.
 */
@AuditsNothing('brings stored hashes under a key when the process starts; no credential changes')
@Injectable()
export class CredentialHashes implements OnApplicationBootstrap {
  private readonly upgrades: CredentialUpgrade[] = [];
  private readonly prepare = untilItWorks(() => this.makeKey());

  constructor(private readonly keys: AuditKeys) {}

  /** Call it in a constructor: when the key is made, the hashes already stored are upgraded, once. */
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

  private async makeKey(): Promise<void> {
    await this.keys.makeFirst('credentials', async (tx, keyedHash) => {
      const rehash = (kind: CredentialKind, hash: Uint8Array) =>
        Buffer.from(keyedHash(textOf(kind, hash)), 'hex');
      for (const upgrade of this.upgrades) await upgrade(tx, rehash);
    });
  }
}

function textOf(kind: CredentialKind, hash: Uint8Array): string {
  return `${kind} ${Buffer.from(hash).toString('hex')}`;
}
