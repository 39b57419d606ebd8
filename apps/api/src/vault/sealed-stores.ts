import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/index.js';
import { SealedRowsRepository, type SealedChange } from './sealed-rows.repository.js';
import type { SealedColumn, SealedCount, SealedRow } from './sealed-store.js';

/** Where sealed values lie. The rooms that own them register here while the application is put together. */
@Injectable()
export class SealedStores {
  private readonly columns = new Map<string, SealedColumn>();

  constructor(private readonly rows: SealedRowsRepository) {}

  /** To be called from a constructor: at start the vault counts what each key holds before any room works. */
  register(column: SealedColumn): void {
    this.columns.set(column.name, column);
  }

  /** In order of their names, which is the order of a re-wrap. */
  all(): readonly SealedColumn[] {
    return [...this.columns.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Rows of a store that are not sealed with this key, in order of their ids after `after`. */
  listSealedRows(column: SealedColumn, keyId: string, after: string, limit: number): Promise<SealedRow[]> {
    return this.rows.listSealedRows(column, keyId, after, limit);
  }

  /** Replaces sealed values that are still as they were. @returns the ids of those */
  replace(column: SealedColumn, changes: readonly SealedChange[]): Promise<string[]> {
    return this.rows.replace(column, changes);
  }

  /** How many values each key has sealed, over all stores. It reads every sealed row. */
  async countByKey(tx?: Transaction): Promise<SealedCount[]> {
    const counts: SealedCount[] = [];
    for (const column of this.all()) counts.push(...(await this.rows.countByKey(column, tx)));
    return counts;
  }
}

/** `1,200 secrets (1,190 token sets, 10 connectors)`. */
export function secretsInWords(counts: readonly SealedCount[]): string {
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  const kinds = counts.map(({ store, count }) => `${count.toLocaleString('en')} in ${store}`);
  return `${total.toLocaleString('en')} ${total === 1 ? 'secret' : 'secrets'} (${kinds.join(', ')})`;
}
