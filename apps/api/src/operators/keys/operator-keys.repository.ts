import { Injectable } from '@nestjs/common';
import {
  pageFilter,
  pageOf,
  PrismaService,
  TransactionalRepository,
  type ListedPage,
  type OperatorRole,
  type PageRequest,
  type Transaction,
} from '../../platform/index.js';
import { CredentialHashes } from '../../vault/index.js';

/** A key for automation as operators see it. */
export interface OperatorKey {
  readonly id: string;
  readonly name: string;
  readonly role: OperatorRole;
  readonly prefix: string;
  /** The owner who made it; `null` once they are removed, or where the key of the settings made it. */
  readonly makerId: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

const SEEN = {
  id: true,
  name: true,
  role: true,
  prefix: true,
  makerId: true,
  createdAt: true,
  expiresAt: true,
  lastUsedAt: true,
  revokedAt: true,
} as const;
const SORTABLE = ['name', 'role', 'createdAt', 'expiresAt', 'lastUsedAt'];

const live = (now: Date) => ({
  revokedAt: null,
  OR: [{ expiresAt: null }, { expiresAt: { gt: now } }],
});

@Injectable()
export class OperatorKeysRepository extends TransactionalRepository {
  constructor(
    prisma: PrismaService,
    private readonly hashes: CredentialHashes,
  ) {
    super(prisma);
  }

  async create(
    tx: Transaction,
    { key, ...row }: Omit<OperatorKey, 'lastUsedAt' | 'revokedAt'> & { readonly key: string },
  ): Promise<OperatorKey> {
    return toKey(
      await tx.operatorKey.create({ data: { ...row, hash: await this.hashOf(key) }, select: SEEN }),
    );
  }

  countLive(tx: Transaction, now: Date): Promise<number> {
    return tx.operatorKey.count({ where: live(now) });
  }

  /** The key behind a bearer token, unless it is revoked or has expired. */
  async findLive(key: string, now: Date): Promise<OperatorKey | undefined> {
    const row = await this.prisma.operatorKey.findUnique({
      where: { hash: await this.hashOf(key), ...live(now) },
      select: SEEN,
    });
    return row ? toKey(row) : undefined;
  }

  async findKey(id: string): Promise<OperatorKey | undefined> {
    const row = await this.prisma.operatorKey.findUnique({ where: { id }, select: SEEN });
    return row ? toKey(row) : undefined;
  }

  listKeys(page: PageRequest): Promise<ListedPage<OperatorKey>> {
    const where = pageFilter(page, { equal: ['role', 'makerId'], searched: ['name'] });
    return pageOf(page, {
      findMany: (slice) => this.prisma.operatorKey.findMany({ where, select: SEEN, ...slice }),
      count: () => this.prisma.operatorKey.count({ where }),
      sortable: SORTABLE,
      as: toKey,
    });
  }

  /** @returns false when it was revoked before */
  async revoke(tx: Transaction, id: string, at: Date): Promise<boolean> {
    const { count } = await tx.operatorKey.updateMany({
      where: { id, revokedAt: null },
      data: { revokedAt: at },
    });
    return count > 0;
  }

  /** Revokes the keys that an operator made. @returns their ids */
  async revokeMadeBy(tx: Transaction, makerId: string, at: Date): Promise<string[]> {
    const where = { makerId, ...live(at) };
    const keys = await tx.operatorKey.findMany({ where, select: { id: true }, orderBy: { id: 'asc' } });
    if (keys.length > 0) await tx.operatorKey.updateMany({ where, data: { revokedAt: at } });
    return keys.map(({ id }) => id);
  }

  async used(id: string, at: Date): Promise<void> {
    await this.prisma.operatorKey.updateMany({ where: { id }, data: { lastUsedAt: at } });
  }

  private async hashOf(key: string): Promise<Uint8Array<ArrayBuffer>> {
    return Uint8Array.from(await this.hashes.of('operator_key', key));
  }
}

function toKey<Row extends { readonly role: string }>(row: Row): Row & { role: OperatorRole } {
  return { ...row, role: row.role as OperatorRole };
}
