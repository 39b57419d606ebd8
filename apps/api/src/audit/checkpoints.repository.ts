import { Injectable } from '@nestjs/common';
import { Prisma, PrismaService } from '../platform/index.js';
import type { CheckpointRecord } from './checkpoint.js';

@Injectable()
export class CheckpointsRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** Makes the partitions of this month and the next twelve, where they are missing. */
  async addMonths(): Promise<void> {
    await this.prisma.$executeRaw`SELECT audit_events_add_months(12)`;
  }

  async newest(): Promise<CheckpointRecord | undefined> {
    const row = await this.prisma.auditCheckpoint.findFirst({
      orderBy: { size: 'desc' },
      include: WITH_COSIGNATURES,
    });
    return row ? toRecord(row) : undefined;
  }

  async ofSize(size: number): Promise<CheckpointRecord | undefined> {
    const row = await this.prisma.auditCheckpoint.findUnique({
      where: { size: BigInt(size) },
      include: WITH_COSIGNATURES,
    });
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
      include: WITH_COSIGNATURES,
    });
    return rows.map(toRecord);
  }
}

const WITH_COSIGNATURES = { cosignatures: { orderBy: { witness: 'asc' } } } as const;

type CheckpointRow = Prisma.AuditCheckpointGetPayload<{ include: typeof WITH_COSIGNATURES }>;

/** Cosignatures are lines more under the same text. */
function toRecord({ size, root, at, note, cosignatures }: CheckpointRow): CheckpointRecord {
  const lines = cosignatures.map(({ line }) => line);
  return {
    size: Number(size),
    root: Buffer.from(root).toString('hex'),
    at: at.toISOString(),
    note: note + lines.join(''),
  };
}
