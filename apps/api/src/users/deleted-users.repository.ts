import { Injectable } from '@nestjs/common';
import { PrismaService, type Transaction } from '../platform/index.js';

/** Which users were deleted, and when. Their ids are stored as SHA-256 only. */
@Injectable()
export class DeletedUsersRepository {
  constructor(private readonly prisma: PrismaService) {}

  async add(tx: Transaction, userHash: Uint8Array, deletedAt: Date): Promise<void> {
    const hash = Uint8Array.from(userHash);
    await tx.deletedUser.upsert({
      where: { userHash: hash },
      create: { userHash: hash, deletedAt },
      update: { deletedAt },
    });
  }

  /** When this user was last deleted. */
  async deletedAt(userHash: Uint8Array): Promise<Date | undefined> {
    const row = await this.prisma.deletedUser.findUnique({ where: { userHash: Uint8Array.from(userHash) } });
    return row?.deletedAt;
  }

  /** The users deleted at or after `at`. */
  async since(at: Date): Promise<{ userHash: Uint8Array; deletedAt: Date }[]> {
    return this.prisma.deletedUser.findMany({ where: { deletedAt: { gte: at } } });
  }
}
