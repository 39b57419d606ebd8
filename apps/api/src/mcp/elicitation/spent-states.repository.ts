import { Injectable } from '@nestjs/common';
import { PrismaService } from '../../platform/index.js';

/** Request states that came back: each counts once, in all processes together. */
@Injectable()
export class SpentStatesRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** @returns false when it was spent before */
  async spend(id: string, expiresAt: Date): Promise<boolean> {
    const { count } = await this.prisma.mcpSpentState.createMany({
      data: [{ id, expiresAt }],
      skipDuplicates: true,
    });
    return count === 1;
  }

  async deleteExpired(now: Date): Promise<void> {
    await this.prisma.mcpSpentState.deleteMany({ where: { expiresAt: { lt: now } } });
  }
}
