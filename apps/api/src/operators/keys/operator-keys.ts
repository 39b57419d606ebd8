import { Inject, Injectable } from '@nestjs/common';
import { Audit } from '../../audit/index.js';
import { SETTINGS_TOKEN, type Settings } from '../../config/index.js';
import {
  Cache,
  Clock,
  newId,
  notFound,
  Problem,
  randomSecret,
  sameSecret,
  sha256,
  type Caller,
  type ListedPage,
  type OperatorRole,
  type PageRequest,
  type Transaction,
} from '../../platform/index.js';
import { changeEvent, type ChangedBy } from '../changed-by.js';
import { OperatorsRepository } from '../operators.repository.js';
import { OperatorKeysRepository, type OperatorKey } from './operator-keys.repository.js';

/** The id of the key that is set as `VALETKEY_OPERATOR_API_KEY`. */
export const SETTINGS_KEY_ID = 'opr_api_key';

const KEY_PREFIX = 'vk_op_';
const DAY_MS = 24 * 60 * 60_000;
const USED_EVERY_MS = 60_000;

/** Keys that can be used at one time. */
const MOST_KEYS = 200;

/** A key as an owner asks for it. */
export interface WantedKey {
  readonly name: string;
  readonly role: OperatorRole;
  /** `null`: it does not expire. */
  readonly expiresInDays: number | null;
}

/** Keys for automation: 256 random bits each, stored as a keyed hash, shown once. */
@Injectable()
export class OperatorKeys {
  private readonly settingsKeyHash: Buffer | undefined;
  private readonly usedLately: Cache<true>;

  constructor(
    @Inject(SETTINGS_TOKEN) { operatorApiKey }: Settings,
    private readonly keys: OperatorKeysRepository,
    private readonly operators: OperatorsRepository,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {
    this.settingsKeyHash = operatorApiKey ? sha256(operatorApiKey) : undefined;
    this.usedLately = new Cache({ most: MOST_KEYS, lifeMs: USED_EVERY_MS, clock });
  }

  /** Whether a key is set as `VALETKEY_OPERATOR_API_KEY`. */
  get hasSettingsKey(): boolean {
    return this.settingsKeyHash !== undefined;
  }

  /** The caller who sends this key; `undefined` when it is unknown, revoked or has expired. */
  async authenticate(bearer: string): Promise<Caller | undefined> {
    if (this.settingsKeyHash && sameSecret(this.settingsKeyHash, sha256(bearer)))
      return { type: 'operator', id: SETTINGS_KEY_ID, role: 'owner', via: 'key' };
    if (!bearer.startsWith(KEY_PREFIX)) return undefined;
    const now = this.clock.date();
    const key = await this.keys.findLive(bearer, now);
    if (!key) return undefined;
    if (!this.usedLately.has(key.id)) {
      this.usedLately.set(key.id, true);
      await this.keys.used(key.id, now);
    }
    return { type: 'operator', id: key.id, role: key.role, via: 'key', isMadeKey: true };
  }

  listKeys(page: PageRequest): Promise<ListedPage<OperatorKey>> {
    return this.keys.listKeys(page);
  }

  /** @throws Problem 404 `not_found` */
  async getKey(id: string): Promise<OperatorKey> {
    const found = await this.keys.findKey(id);
    if (!found) throw notFound('operator key');
    return found;
  }

  /** @throws Problem 403 `owner_required` for somebody who is no owner any more, 409 `too_many_operator_keys` */
  async create(
    wanted: WantedKey,
    by: ChangedBy,
  ): Promise<{ readonly row: OperatorKey; readonly key: string }> {
    const { name, role, expiresInDays } = wanted;
    const key = KEY_PREFIX + randomSecret();
    const createdAt = this.clock.date();
    const expiresAt = expiresInDays === null ? null : new Date(createdAt.getTime() + expiresInDays * DAY_MS);
    const id = newId('opk');
    const row = await this.keys.inTransaction(async (tx) => {
      await this.operators.lock(tx);
      const makerId = await this.makerOf(tx, by);
      if ((await this.keys.countLive(tx, createdAt)) >= MOST_KEYS)
        throw new Problem('too_many_operator_keys', { most: MOST_KEYS });
      const prefix = key.slice(0, KEY_PREFIX.length + 4);
      const made = await this.keys.create(tx, { id, name, role, prefix, makerId, createdAt, expiresAt, key });
      const detail = { operatorKeyId: id, name, role, expiresAt: expiresAt?.toISOString() };
      await this.audit.recordIn(tx, changeEvent('operator_key.created', detail, by));
      return made;
    });
    return { row, key };
  }

  /** @throws Problem 404 for a key that is unknown or revoked already */
  async revoke(id: string, by: ChangedBy): Promise<void> {
    const { name, role } = await this.getKey(id);
    await this.keys.inTransaction(async (tx) => {
      if (!(await this.keys.revoke(tx, id, this.clock.date()))) throw notFound('operator key');
      const detail = { operatorKeyId: id, name, role };
      await this.audit.recordIn(tx, changeEvent('operator_key.revoked', detail, by));
    });
  }

  /** Under the lock: an owner who is demoted at this moment leaves no key behind. */
  private async makerOf(tx: Transaction, { actor }: ChangedBy): Promise<string | null> {
    if (actor.id === SETTINGS_KEY_ID) return null;
    const maker = await this.operators.findOperator(tx, actor.id);
    if (maker?.role !== 'owner' || maker.disabledAt) throw new Problem('owner_required').asDenial();
    return maker.id;
  }
}
