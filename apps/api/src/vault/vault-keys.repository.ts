import { Injectable } from '@nestjs/common';
import { TransactionalRepository, type Transaction } from '../platform/index.js';

/** The provider of a key that is in the setting itself. */
export const LOCAL = 'local';

/** A key that this database knows: its proof, and for a key service's key the key itself, wrapped. */
export interface VaultKeyRow {
  readonly keyId: string;
  readonly sealedCheck: Uint8Array<ArrayBuffer>;
  /** `local`, or the URI of the key service's key. */
  readonly provider: string;
  readonly wrappedKey: Uint8Array<ArrayBuffer> | null;
  readonly createdAt: Date;
}

/** The keys that this database was sealed with. */
@Injectable()
export class VaultKeysRepository extends TransactionalRepository {
  /** Oldest first. */
  all(): Promise<VaultKeyRow[]> {
    return this.prisma.vaultKey.findMany({ orderBy: [{ createdAt: 'asc' }, { keyId: 'asc' }] });
  }

  /** @returns false when a key of this id is there already; it stays as it is */
  async add(
    tx: Transaction,
    row: Omit<VaultKeyRow, 'createdAt'> & Partial<Pick<VaultKeyRow, 'createdAt'>>,
  ): Promise<boolean> {
    const { count } = await tx.vaultKey.createMany({ data: [row], skipDuplicates: true });
    return count > 0;
  }

  async delete(tx: Transaction, keyId: string): Promise<boolean> {
    const { count } = await tx.vaultKey.deleteMany({ where: { keyId } });
    return count > 0;
  }

  /** How long ago a key came in, in milliseconds by the database's clock. */
  async ageMs(keyId: string): Promise<number> {
    const [row] = await this.prisma.$queryRaw<{ age: number }[]>`
      SELECT (extract(epoch FROM now() - "created_at") * 1000)::float8 AS "age"
      FROM "vault_keys" WHERE "key_id" = ${keyId}`;
    return row?.age ?? 0;
  }
}
