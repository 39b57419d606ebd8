import { Injectable } from '@nestjs/common';
import { Rewraps } from './rewraps.js';
import type { SealedCount } from './sealed-store.js';
import type { KeyDescription } from './vault-keys.js';
import { LOCAL } from './vault-keys.repository.js';
import { viewRewrap, type VaultView } from './vault.schemas.js';

/** The state of the vault as operators see it. */
@Injectable()
export class VaultStatus {
  constructor(private readonly rewraps: Rewraps) {}

  async view(): Promise<VaultView> {
    const { keys, stores, rows } = this.rewraps;
    await keys.refresh();
    const [counts, running] = await Promise.all([stores.countByKey(), rows.running()]);
    const primary = keys.ring.primary.id;
    const described = keys.describe();
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
