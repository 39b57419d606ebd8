import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Audits } from '../audit/index.js';
import { failurePoint, Jobs, Log, randomSecret } from '../platform/index.js';
import { UnsealError } from './envelope.js';
import { nextPass, resumed, type Rewrap, type RewrapProgress } from './rewrap.js';
import { Rewraps } from './rewraps.js';
import { RewrapsRepository } from './rewraps.repository.js';
import type { SealedColumn, SealedRow } from './sealed-store.js';
import { SealedStores } from './sealed-stores.js';
import { Vault } from './vault.js';
import { VaultKeysRepository } from './vault-keys.repository.js';

const EVERY_MS = 5_000;
const BATCH = 100;
/** Renewed after every batch; after a crash it and one round of the worker pass before somebody goes on. */
const LEASE_MS = 15_000;
/** Passes over what was sealed with another key meanwhile, before the re-wrap ends as it is. */
const PASSES = 5;
/** By then every process knows a new key: they look every 5 seconds. */
const SETTLED_MS = 15_000;
const HEARTBEAT_MS = 1_000;

/** Another process has the lease, or this one is about to stop. */
class LetGo extends Error {
  override readonly name = 'LetGo';
}

/**
 * Brings everything sealed under one key, batch by batch, and pauses after each for as long as it took, so that
 * reads go on. A value is replaced only if it has not changed since it was read: a later write has sealed it anew.
 */
@Audits('vault.rewrap_finished', 'vault_key.retired')
@Injectable()
export class RunRewrap implements OnApplicationBootstrap {
  private readonly holder = randomSecret(9);

  constructor(
    private readonly rewraps: Rewraps,
    private readonly rows: RewrapsRepository,
    private readonly stores: SealedStores,
    private readonly keyRows: VaultKeysRepository,
    private readonly vault: Vault,
    private readonly jobs: Jobs,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.jobs.every(EVERY_MS, 're-wrapping', () => this.runDue());
  }

  /** Does what nobody is doing. */
  async runDue(): Promise<void> {
    while (!this.jobs.isStopping) {
      const rewrap = await this.rewraps.claim(this.holder, LEASE_MS);
      if (!rewrap) return;
      try {
        await this.run(rewrap);
      } catch (error) {
        if (!(error instanceof LetGo)) throw error;
        await this.rows.release(rewrap.id, this.holder);
      }
    }
  }

  private async run(rewrap: Rewrap): Promise<void> {
    const { keyId } = rewrap;
    let progress = resumed(rewrap, (await this.rewraps.count(keyId)).left);
    for (let pass = 1; ; pass++) {
      progress = await this.pass(rewrap, progress);
      await this.settle(rewrap, progress);
      const { counts, left } = await this.rewraps.count(keyId);
      if (left <= progress.failed || pass === PASSES) {
        const status = await this.rewraps.finish(rewrap, this.holder, progress, counts);
        failurePoint('rewrap.finished');
        this.log.log('re-wrap ended', { rewrapId: rewrap.id, keyId, status, left });
        return;
      }
      progress = nextPass(progress, left);
    }
  }

  /** From where `progress` stands to the last row of the last store. */
  private async pass(rewrap: Rewrap, from: RewrapProgress): Promise<RewrapProgress> {
    let progress = from;
    for (const column of this.stores.all()) {
      if (from.store !== undefined && column.name < from.store) continue;
      let cursor: string | undefined = column.name === from.store ? (from.cursor ?? '') : '';
      while (cursor !== undefined) {
        const startedAt = performance.now();
        const batch: Batch = await this.batch(rewrap, column, cursor);
        cursor = batch.last;
        progress = {
          ...progress,
          store: column.name,
          cursor: cursor ?? progress.cursor,
          done: progress.done + batch.done,
          failed: progress.failed + batch.failed,
          lastError: batch.lastError ?? progress.lastError,
        };
        await this.save(rewrap, progress);
        if (batch.done > 0) failurePoint('rewrap.cursor_saved');
        if (cursor !== undefined) await sleep(performance.now() - startedAt);
      }
    }
    return progress;
  }

  private async batch({ id, keyId }: Rewrap, column: SealedColumn, after: string): Promise<Batch> {
    const page = await this.stores.listSealedRows(column, keyId, after, BATCH);
    const changes = [];
    let lastError: string | undefined;
    for (const row of page) {
      try {
        changes.push({ id: row.id, before: row.sealed, after: await this.reseal(column, row, keyId) });
      } catch (error) {
        if (!(error instanceof UnsealError)) throw error;
        lastError = `${column.name} ${row.id}: ${error.message}`;
        this.log.warn('a sealed value does not open; it stays as it is', { rewrapId: id, what: lastError });
      }
    }
    const changed = await this.stores.replace(column, changes);
    if (changed.length > 0) failurePoint('rewrap.batch_written');
    return {
      done: changed.length,
      failed: page.length - changes.length,
      lastError,
      last: page.length < BATCH ? undefined : page.at(-1)?.id,
    };
  }

  private async reseal(column: SealedColumn, row: SealedRow, keyId: string): Promise<Uint8Array> {
    let failure = new UnsealError('nothing is sealed in a row like this');
    for (const binding of column.bindings(row)) {
      try {
        return await this.vault.reseal(row.sealed, binding, keyId);
      } catch (error) {
        if (!(error instanceof UnsealError)) throw error;
        failure = error;
      }
    }
    throw failure;
  }

  /**
   * A key of a key service is gone for good once it is retired, so nobody may be about to seal with it: the new key
   * must be old enough for every process to know it.
   */
  private async settle(rewrap: Rewrap, progress: RewrapProgress): Promise<void> {
    const rows = await this.keyRows.all();
    if (!rows.some(({ keyId, wrappedKey }) => keyId !== rewrap.keyId && wrappedKey)) return;
    while ((await this.keyRows.ageMs(rewrap.keyId)) < SETTLED_MS) {
      await this.save(rewrap, progress);
      await sleep(HEARTBEAT_MS);
    }
  }

  private async save(rewrap: Rewrap, progress: RewrapProgress): Promise<void> {
    if (!(await this.rows.save(rewrap.id, this.holder, progress, LEASE_MS)) || this.jobs.isStopping)
      throw new LetGo();
  }
}

interface Batch {
  readonly done: number;
  readonly failed: number;
  readonly lastError: string | undefined;
  /** The last row's primary key; `undefined` when there are no more. */
  readonly last: string | undefined;
}
