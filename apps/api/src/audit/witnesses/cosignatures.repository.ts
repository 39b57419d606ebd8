import { Injectable } from '@nestjs/common';
import { PrismaService } from '../../platform/index.js';

@Injectable()
export class CosignaturesRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** Keeps the first line of a witness under a checkpoint: of two processes, and of every minute. */
  async add(size: number, witness: string, line: string): Promise<void> {
    await this.prisma.auditCosignature.createMany({
      data: [{ size: BigInt(size), witness, line }],
      skipDuplicates: true,
    });
  }
}
