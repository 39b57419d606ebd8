import { Injectable } from '@nestjs/common';
import { Prisma, PrismaService } from '../platform/index.js';

/** What a key of the log is for. */
export type AuditKeyPurpose = 'checkpoint' | 'arguments';

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

  async add({ id, purpose, publicJwk, sealedSecret }: AuditKeyRow): Promise<void> {
    await this.prisma.auditKey.create({
      data: { id, purpose, publicJwk: publicJwk ?? Prisma.DbNull, sealedSecret },
    });
  }
}
