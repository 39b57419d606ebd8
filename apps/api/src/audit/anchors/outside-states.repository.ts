import { Injectable } from '@nestjs/common';
import { PrismaService } from '../../platform/index.js';

/** How far a place outside has the checkpoints. */
export interface OutsideState {
  readonly name: string;
  /** Leaves of the newest tree that it vouches for. */
  readonly throughSize: number;
  readonly reachedAt: Date | undefined;
  /** Since it was reached last. */
  readonly failedAt: Date | undefined;
  readonly lastError: string | undefined;
}

@Injectable()
export class OutsideStatesRepository {
  constructor(private readonly prisma: PrismaService) {}

  async ofPlace(name: string): Promise<OutsideState> {
    const row = await this.prisma.auditAnchor.findUnique({ where: { name } });
    return {
      name,
      throughSize: Number(row?.throughSize ?? 0),
      reachedAt: row?.anchoredAt ?? undefined,
      failedAt: row?.failedAt ?? undefined,
      lastError: row?.lastError ?? undefined,
    };
  }

  async reached(name: string, throughSize: number, at: Date): Promise<void> {
    const data = { throughSize: BigInt(throughSize), anchoredAt: at, failedAt: null, lastError: null };
    await this.prisma.auditAnchor.upsert({ where: { name }, create: { name, ...data }, update: data });
  }

  async recovered(name: string): Promise<void> {
    await this.prisma.auditAnchor.updateMany({ where: { name }, data: { failedAt: null, lastError: null } });
  }

  async failed(name: string, at: Date, lastError: string): Promise<void> {
    const data = { failedAt: at, lastError };
    await this.prisma.auditAnchor.upsert({ where: { name }, create: { name, ...data }, update: data });
  }
}
