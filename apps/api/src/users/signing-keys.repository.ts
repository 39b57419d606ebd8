import { Injectable } from '@nestjs/common';
import type { JWK } from 'jose';
import { Prisma, PrismaService } from '../platform/index.js';

export interface SigningKeyRow {
  readonly id: string;
  readonly publicJwk: JWK;
  readonly sealedPrivate: Uint8Array<ArrayBuffer>;
}

@Injectable()
export class SigningKeysRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** Keys whose signatures are still accepted, oldest first. */
  async active(): Promise<SigningKeyRow[]> {
    const rows = await this.prisma.signingKey.findMany({
      where: { retiredAt: null },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    });
    return rows.map(({ id, publicJwk, sealedPrivate }) => ({
      id,
      publicJwk: publicJwk as JWK,
      sealedPrivate,
    }));
  }

  async add(key: SigningKeyRow): Promise<void> {
    await this.prisma.signingKey.create({
      data: { ...key, publicJwk: key.publicJwk as Prisma.InputJsonObject },
    });
  }
}
