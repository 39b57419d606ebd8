import { Injectable } from '@nestjs/common';
import { Prisma, PrismaService, type Transaction } from '../platform/index.js';

/** The purpose of a key of the log. */
export type AuditKeyPurpose = 'checkpoint' | 'arguments' | 'credentials';

export interface AuditKeyRow {
  readonly id: string;
  readonly purpose: AuditKeyPurpose;
  /** Ed25519 (RFC 8037), for `checkpoint`. */
  readonly publicJwk?: { readonly kty: string; readonly crv: string; readonly x: string } | undefined;
  readonly sealedSecret: Uint8Array<ArrayBuffer>;
}

@Injectable()
export class AuditKeysRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** Oldest first. */
  async ofPurpose(purpose: AuditKeyPurpose): Promise<AuditKeyRow[]> {
    const rows = await this.prisma.auditKey.findMany({
      where: { purpose },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    });
    return rows.map(({ id, publicJwk, sealedSecret }) => ({
      id,
      purpose,
      publicJwk: (publicJwk as AuditKeyRow['publicJwk'] | null) ?? undefined,
      sealedSecret,
    }));
  }

  /**
   * Adds the first key of its purpose and runs the work that is due once, in one transaction. Of processes that start
   * together only one does; the others find it done.
   */
  async addFirst(
    purpose: AuditKeyPurpose,
    make: () => Promise<AuditKeyRow>,
    once: (tx: Transaction) => Promise<void>,
  ): Promise<void> {
    await this.prisma.transaction(async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext(${`audit_keys.${purpose}`}))`;
      if ((await tx.auditKey.count({ where: { purpose } })) > 0) return;
      const { id, sealedSecret } = await make();
      await tx.auditKey.create({ data: { id, purpose, publicJwk: Prisma.DbNull, sealedSecret } });
      await once(tx);
    });
  }

  async add({ id, purpose, publicJwk, sealedSecret }: AuditKeyRow): Promise<void> {
    await this.prisma.auditKey.create({
      data: { id, purpose, publicJwk: publicJwk ?? Prisma.DbNull, sealedSecret },
    });
  }
}
