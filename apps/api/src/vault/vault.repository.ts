import { Injectable } from '@nestjs/common';
import { PrismaService } from '../platform/index.js';

/** The rows that prove which keys this database was sealed with. */
@Injectable()
export class VaultRepository {
  constructor(private readonly prisma: PrismaService) {}

  keyChecks(): Promise<{ keyId: string; sealedCheck: Uint8Array }[]> {
    return this.prisma.vaultKey.findMany({ select: { keyId: true, sealedCheck: true } });
  }

  async addKeyCheck(keyId: string, sealedCheck: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.prisma.vaultKey.createMany({ data: [{ keyId, sealedCheck }], skipDuplicates: true });
  }
}
