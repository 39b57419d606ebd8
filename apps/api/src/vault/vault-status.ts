import { Injectable } from '@nestjs/common';
import { RewrapsRepository } from './rewraps.repository.js';
import type { SealedCount } from './sealed-store.js';
import { SealedStores } from './sealed-stores.js';
import { VaultKeys, type KeyDescription } from './vault-keys.js';
import { LOCAL } from './vault-keys.repository.js';
import { viewRewrap, type VaultView } from './vault.schemas.js';

/** The state of the vault as operators see it. */
@Injectable()
export class VaultStatus {
  constructor(
    private readonly keys: VaultKeys,
    private readonly stores: SealedStores,
    private readonly rewraps: RewrapsRepository,
  ) {}

  async view(): Promise<VaultView> {
    await this.keys.refresh();
    const [counts, running] = await Promise.all([this.stores.countByKey(), this.rewraps.running()]);
    const primary = this.keys.ring.primary.id;
    const described = this.keys.describe();
    return {
      keys: described.map((key) => viewKey(key, primary, counts)),
      unreadable: sum(counts.filter(({ keyId }) => keyId === undefined)),
      canRotate: described.some(({ id, provider }) => id === primary && provider !== LOCAL),
      rewrap: running && viewRewrap(running),
    };
  }
}

function viewKey(
  { id, provider, providerName, createdAt, isInForce }: KeyDescription,
  primary: string,
  counts: readonly SealedCount[],
): VaultView['keys'][number] {
  const held = counts.filter(({ keyId }) => keyId === id);
  const isUnused = createdAt === undefined && held.length === 0;
  const older = isInForce ? (isUnused ? 'retired' : 'opens') : 'missing';
  return {
    id,
    provider,
    providerName,
    state: id === primary ? 'seals' : older,
    createdAt: createdAt?.toISOString(),
    secrets: sum(held),
    holds: Object.fromEntries(held.map(({ store, count }) => [store, count])),
  };
}

function sum(counts: readonly SealedCount[]): number {
  return counts.reduce((total, { count }) => total + count, 0);
}
