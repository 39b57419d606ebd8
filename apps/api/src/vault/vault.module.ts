import { Module } from '@nestjs/common';
import { CredentialHashes } from './credential-hashes.js';
import { Rewraps } from './rewraps.js';
import { RewrapsRepository } from './rewraps.repository.js';
import { RunRewrap } from './run-rewrap.js';
import { SealedAuditKeys } from './sealed-audit-keys.js';
import { SealedRowsRepository } from './sealed-rows.repository.js';
import { SealedStores } from './sealed-stores.js';
import { VaultKeys } from './vault-keys.js';
import { VaultKeysRepository } from './vault-keys.repository.js';
import { VaultStatus } from './vault-status.js';
import { VaultController } from './vault.controller.js';
import { Vault } from './vault.js';

/**
 * Seals and opens secrets with keys from the setting or a key service, brings everything under a new key, and refuses
 * to start without a key that is still needed. The sealed bytes live in the rows of their owners, which register where;
 * this room never knows what they mean, never logs them and has no way to hand out a key.
 */
@Module({
  controllers: [VaultController],
  providers: [
    Vault,
    CredentialHashes,
    VaultKeys,
    VaultKeysRepository,
    SealedStores,
    SealedAuditKeys,
    SealedRowsRepository,
    Rewraps,
    RewrapsRepository,
    RunRewrap,
    VaultStatus,
  ],
  exports: [Vault, SealedStores, CredentialHashes],
})
export class VaultModule {}
