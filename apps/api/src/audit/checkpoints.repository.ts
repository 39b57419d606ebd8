import { Injectable } from '@nestjs/common';
import { Prisma, PrismaService } from '../platform/index.js';
import type { CheckpointRecord } from './checkpoint.js';

/** How far an anchor has the checkpoints. */
export interface AnchorState {
  readonly name: string;
  /** Leaves of the newest tree that it vouches for. */
  readonly throughSize: number;
  readonly anchoredAt: Date | undefined;
  readonly failedAt: Date | undefined;
  readonly lastError: string | undefined;
}

@Injectable()
export class CheckpointsRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** Makes the partitions of this month and the next twelve, where they are missing. */
  async addMonths(): Promise<void> {
    await this.prisma.$executeRaw`SELECT audit_events_add_months(12)`;
  }

  async newest(): Promise<CheckpointRecord | undefined> {
    const row = await this.prisma.auditCheckpoint.findFirst({ orderBy: { size: 'desc' } });
    return row ? toRecord(row) : undefined;
  }

  async ofSize(size: number): Promise<CheckpointRecord | undefined> {
    const row = await this.prisma.auditCheckpoint.findUnique({ where: { size: BigInt(size) } });
    return row ? toRecord(row) : undefined;
  }

  /** Adds one, unless another process has one of the same size. */
  async add({ size, root, at, note }: CheckpointRecord): Promise<void> {
    await this.prisma.auditCheckpoint.createMany({
      data: [{ size: BigInt(size), root: Buffer.from(root, 'hex'), at: new Date(at), note }],
      skipDuplicates: true,
    });
  }

  /** Oldest first. */
  async after(size: number, limit: number): Promise<CheckpointRecord[]> {
    const rows = await this.prisma.auditCheckpoint.findMany({
      where: { size: { gt: BigInt(size) } },
      orderBy: { size: 'asc' },
      take: limit,
    });
    return rows.map(toRecord);
  }

  async anchor(name: string): Promise<AnchorState> {
    const row = await this.prisma.auditAnchor.findUnique({ where: { name } });
    return {
      name,
      throughSize: Number(row?.throughSize ?? 0),
      anchoredAt: row?.anchoredAt ?? undefined,
      failedAt: row?.failedAt ?? undefined,
      lastError: row?.lastError ?? undefined,
    };
  }

  async anchored(name: string, throughSize: number, at: Date): Promise<void> {
    const data = { throughSize: BigInt(throughSize), anchoredAt: at, failedAt: null, lastError: null };
    await this.prisma.auditAnchor.upsert({ where: { name }, create: { name, ...data }, update: data });
  }

  async anchorFailed(name: string, at: Date, lastError: string): Promise<void> {
    const data = { failedAt: at, lastError };
    await this.prisma.auditAnchor.upsert({ where: { name }, create: { name, ...data }, update: data });
  }
}

function toRecord({ size, root, at, note }: Prisma.AuditCheckpointModel): CheckpointRecord {
  return { size: Number(size), root: Buffer.from(root).toString('hex'), at: at.toISOString(), note };
}
