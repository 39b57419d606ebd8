import { Module } from '@nestjs/common';
import { VaultRepository } from './vault.repository.js';
import { Vault } from './vault.js';

/**
 * Seals and opens secrets with the keyring, and refuses to start on a database that other keys sealed.
 * The sealed bytes live in the rows of their owners; this room never knows what they mean, never logs them and
 * has no way to hand out a key.
 */
@Module({ providers: [Vault, VaultRepository], exports: [Vault] })
export class VaultModule {}
