import process from 'node:process';
import { randomBytes } from 'node:crypto';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { Audit, Audits, type AuditActor } from '../audit/index.js';
import { SETTINGS_TOKEN, SettingsError, type Settings } from '../config/index.js';
import {
  Cache,
  Jobs,
  Log,
  Problem,
  SingleFlight,
  type RequestTrace,
  type Transaction,
} from '../platform/index.js';
import { developmentKeys } from './development-keyring.js';
import { KeyServiceError, type KeyService } from './key-services/key-service.js';
import { Keyring, parseKeyEntries, type KeyEncryptionKey, type KeyEntries } from './keyring.js';
import { requireKnownKeys, requireProof, sealProof } from './key-proof.js';
import { SealedStores } from './sealed-stores.js';
import { LOCAL, VaultKeysRepository, type VaultKeyRow } from './vault-keys.repository.js';

/** The operator or process that makes a key, for the audit log. */
export interface KeyMaker {
  readonly actor: AuditActor;
  readonly trace?: RequestTrace | undefined;
}

/** A key as operators see it. */
export interface KeyDescription {
  readonly id: string;
  /** `local`, or the URI of the key service's key. */
  readonly provider: string;
  readonly providerName: string;
  /** When this database first saw it; absent for a key that is in the setting and has sealed nothing here. */
  readonly createdAt?: Date | undefined;
  readonly isInForce: boolean;
}

const START: KeyMaker = { actor: { type: 'system', id: 'start' } };
const REFRESH_EVERY_MS = 5_000;
const UNKNOWN_KEY_PAUSE_MS = 1_000;

/**
 * The key-encryption keys of this process. Local ones come from the setting. Keys of a key service are made here once,
 * stored wrapped, and unwrapped when a process starts or first needs them; from then on they are in memory only, so
 * that no read waits for the service.
 */
@Audits('vault_key.added')
@Injectable()
export class VaultKeys implements OnModuleInit, OnApplicationBootstrap {
  private readonly entries: KeyEntries;
  private readonly unwrapped = new Map<string, KeyEncryptionKey>();
  private current: Keyring | undefined;
  private rows: readonly VaultKeyRow[] = [];
  private readonly refreshing = new SingleFlight<void>();
  /** Searches for key ids that envelopes named and this process did not know. */
  private readonly unknownKeys = new Cache<Promise<void>>({ most: 1_000, lifeMs: UNKNOWN_KEY_PAUSE_MS });

  constructor(
    @Inject(SETTINGS_TOKEN) settings: Settings,
    private readonly repository: VaultKeysRepository,
    private readonly stores: SealedStores,
    private readonly audit: Audit,
    private readonly jobs: Jobs,
    private readonly log: Log,
  ) {
    const text = settings.encryptionKeys ?? developmentKeys(settings.dataDir);
    this.entries = parseKeyEntries(text, process.env);
  }

  /** @throws SettingsError when the keys are not those that this database was sealed with, or a service gives none */
  async onModuleInit(): Promise<void> {
    try {
      await this.load();
    } catch (error) {
      if (!(error instanceof KeyServiceError)) throw error;
      throw new SettingsError(`VALETKEY_ENCRYPTION_KEYS: ${error.message}`);
    }
  }

  /** Takes up keys that other processes made. */
  onApplicationBootstrap(): void {
    this.jobs.every(REFRESH_EVERY_MS, 'looking for keys', () => this.refresh(), 'each process');
  }

  get ring(): Keyring {
    if (!this.current) throw new Error('the vault has no keys before it is initialised');
    return this.current;
  }

  /** Loads keys that other processes made, and restores the row of the key that seals here if it was deleted. */
  refresh(): Promise<void> {
    return this.refreshing.run('', () => this.reload());
  }

  /** The key with this id, if it is in force here. */
  findKey(id: string): KeyEncryptionKey | undefined {
    return this.ring.findKey(id);
  }

  /** Looks for a key that an envelope names and this process does not know; at most once a second for each. */
  loadUnknown(keyId: string): Promise<void> {
    const before = this.unknownKeys.get(keyId);
    if (before) return before;
    // A refresh that is already running may have read the rows before this key was among them.
    const search = this.refreshing.settled().then(() => this.refresh());
    this.unknownKeys.set(keyId, search);
    return search;
  }

  /**
   * Makes a new key-encryption key under the key service of the key that seals; it seals from now on.
   * @throws Problem 409 `local_key` when that key is not one of a key service, 503 `key_service_unavailable`
   */
  async rotate(maker: KeyMaker): Promise<string> {
    const [first] = this.entries;
    if (first.kind === 'local') {
      throw new Problem('local_key');
    }
    try {
      const id = await this.make(first.service, maker);
      await this.refresh();
      return id;
    } catch (error) {
      if (!(error instanceof KeyServiceError)) throw error;
      throw new Problem('key_service_unavailable', { reason: error.message });
    }
  }

  /** Every key of this process or database, the one that seals first. */
  describe(): KeyDescription[] {
    const rowOf = new Map(this.rows.map((row) => [row.keyId, row]));
    const missing = this.rows.filter(({ keyId }) => !this.ring.findKey(keyId)).map(({ keyId }) => keyId);
    return [...this.ring.keys.map(({ id }) => id), ...missing].map((id) => {
      const provider = rowOf.get(id)?.provider ?? LOCAL;
      return {
        id,
        provider,
        providerName: this.service(provider)?.name ?? (provider === LOCAL ? 'Local key' : 'Key service'),
        createdAt: rowOf.get(id)?.createdAt,
        isInForce: this.ring.findKey(id) !== undefined,
      };
    });
  }

  /** Rows of keys that nothing is sealed with, beside the one that seals. `held` names the keys that hold something. */
  async idle(held: ReadonlySet<string>, keep: string): Promise<VaultKeyRow[]> {
    const kept = new Set([keep, this.ring.primary.id]);
    return (await this.repository.all()).filter(({ keyId }) => !held.has(keyId) && !kept.has(keyId));
  }

  /** Forgets keys inside `tx`, without their events. @returns the ids of those that were there */
  async retire(tx: Transaction, rows: readonly VaultKeyRow[]): Promise<string[]> {
    const retired: string[] = [];
    for (const { keyId } of rows) if (await this.repository.delete(tx, keyId)) retired.push(keyId);
    return retired;
  }

  private async load(): Promise<void> {
    const rows = await this.repository.all();
    const keys = await this.keysFrom(rows);
    requireProof(rows, keys);
    const missing = rows.filter(({ keyId }) => !keys.some(({ id }) => id === keyId));
    if (missing.length > 0) {
      requireKnownKeys(rows, missing, await this.stores.countByKey());
      await this.forget(missing);
    }
    const [first] = this.entries;
    if (first.kind === 'service') await this.ensureWrapped(first.service);
    else await this.ensureLocal(first.key, rows);
    await this.reload();
    requireProof(this.rows, this.ring.keys);
  }

  private async reload(): Promise<void> {
    const rows = await this.repository.all();
    const [first, ...rest] = await this.keysFrom(rows);
    if (!first) throw new Error('the row of the key that seals is gone');
    this.current = new Keyring([first, ...rest]);
    await this.putBack(first.id, rows);
    this.rows = rows;
  }

  /** All keys in the order of the setting, those of one service newest first. */
  private async keysFrom(rows: readonly VaultKeyRow[]): Promise<KeyEncryptionKey[]> {
    const keys: KeyEncryptionKey[] = [];
    for (const entry of this.entries) {
      if (entry.kind === 'local') keys.push(entry.key);
      else for (const row of ofService(entry.service, rows)) keys.push(await this.unwrap(entry.service, row));
    }
    // Keys that this process has unwrapped stay usable here, even when their row was deleted meanwhile.
    return [...keys, ...[...this.unwrapped.values()].filter((known) => !keys.includes(known))];
  }

  private async unwrap(service: KeyService, row: VaultKeyRow): Promise<KeyEncryptionKey> {
    const known = this.unwrapped.get(row.keyId);
    if (known) return known;
    const bytes = Buffer.from(await service.unwrap(row.wrappedKey ?? new Uint8Array(), row.keyId));
    if (bytes.length !== 32)
      throw new KeyServiceError(service.name, service.uri, 'unexpected_answer', 'not 32 bytes');
    const key = { id: row.keyId, bytes };
    this.unwrapped.set(row.keyId, key);
    return key;
  }

  private async ensureLocal(key: KeyEncryptionKey, rows: readonly VaultKeyRow[]): Promise<void> {
    if (rows.some(({ keyId }) => keyId === key.id)) return;
    await this.add({ keyId: key.id, sealedCheck: sealProof(key), provider: LOCAL, wrappedKey: null }, START);
  }

  private async ensureWrapped(service: KeyService): Promise<void> {
    while (ofService(service, await this.repository.all()).length === 0) await this.make(service, START);
  }

  /** @returns the id of the new key; another process may have taken the id meanwhile, then this one made none */
  private async make(service: KeyService, maker: KeyMaker): Promise<string> {
    const key = { id: this.nextId(await this.repository.all()), bytes: randomBytes(32) };
    const wrappedKey = Uint8Array.from(await service.wrap(key.bytes, key.id));
    await this.add({ keyId: key.id, sealedCheck: sealProof(key), provider: service.uri, wrappedKey }, maker);
    key.bytes.fill(0);
    return key.id;
  }

  private nextId(rows: readonly VaultKeyRow[]): string {
    const local = this.entries.flatMap((entry) => (entry.kind === 'local' ? [entry.key.id] : []));
    const numbers = [...rows.map(({ keyId }) => keyId), ...local].map((id) => /^kms(\d{1,9})$/.exec(id)?.[1]);
    return `kms${Math.max(0, ...numbers.map((number) => Number(number ?? 0))) + 1}`;
  }

  private async add(row: Omit<VaultKeyRow, 'createdAt'>, { actor, trace }: KeyMaker): Promise<void> {
    await this.repository.inTransaction(async (tx) => {
      if (!(await this.repository.add(tx, row))) return;
      const detail = { keyId: row.keyId, provider: row.provider };
      await this.audit.recordIn(tx, {
        type: 'vault_key.added',
        outcome: 'succeeded',
        actor,
        ...trace,
        detail,
      });
    });
  }

  /** A re-wrap elsewhere may have retired the key that this process still seals with: it must not be forgotten. */
  private async putBack(keyId: string, rows: readonly VaultKeyRow[]): Promise<void> {
    const before = this.rows.find((row) => row.keyId === keyId);
    if (!before || rows.some((row) => row.keyId === keyId)) return;
    this.log.warn('the key that seals here was retired elsewhere; it is put back', { keyId });
    await this.add(before, { actor: { type: 'system', id: 'vault' } });
  }

  private async forget(rows: readonly VaultKeyRow[]): Promise<void> {
    await this.repository.inTransaction(async (tx) => {
      const retired = await this.retire(tx, rows);
      if (retired.length > 0) await this.audit.recordIn(tx, ...retired.map((id) => retiredEvent(id, START)));
    });
  }

  private service(uri: string): KeyService | undefined {
    const entry = this.entries.find((each) => each.kind === 'service' && each.service.uri === uri);
    return entry?.kind === 'service' ? entry.service : undefined;
  }
}

/** The event of a key that was retired. */
export function retiredEvent(keyId: string, { actor, trace }: KeyMaker) {
  return { type: 'vault_key.retired', outcome: 'succeeded', actor, ...trace, detail: { keyId } } as const;
}

/** Newest first. */
function ofService({ uri }: KeyService, rows: readonly VaultKeyRow[]): VaultKeyRow[] {
  return rows.filter(({ provider, wrappedKey }) => provider === uri && wrappedKey).reverse();
}
