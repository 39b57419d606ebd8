import { Injectable } from '@nestjs/common';
import { Prisma, PrismaService } from '../platform/index.js';
import type { CheckpointRecord } from './checkpoint.js';

/** A link of the chain by its position. */
export interface Position {
  readonly seq: bigint;
  /** Hex. */
  readonly hash: string;
}

/** How far an anchor has the checkpoints. */
export interface AnchorState {
  readonly name: string;
  readonly throughSeq: bigint;
  readonly anchoredAt: Date | undefined;
  readonly failedAt: Date | undefined;
  readonly lastError: string | undefined;
}

type Row = Prisma.AuditCheckpointModel;

@Injectable()
export class CheckpointsRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** Makes the partitions of this month and the next twelve, where they are missing. */
  async addMonths(): Promise<void> {
    await this.prisma.$executeRaw`SELECT audit_events_add_months(12)`;
  }

  async head(): Promise<Position> {
    const { seq, hash } = await this.prisma.auditHead.findUniqueOrThrow({ where: { id: 1 } });
    return { seq, hash: hex(hash) };
  }

  async newestSeq(): Promise<bigint> {
    const row = await this.prisma.auditCheckpoint.findFirst({
      orderBy: { seq: 'desc' },
      select: { seq: true },
    });
    return row?.seq ?? 0n;
  }

  /** Adds one, unless another process has one for the same link. */
  async add({ seq, hash, at, keyId, signature }: CheckpointRecord): Promise<void> {
    await this.prisma.auditCheckpoint.createMany({
      data: [
        {
          seq: BigInt(seq),
          hash: Buffer.from(hash, 'hex'),
          at: new Date(at),
          keyId,
          signature: Buffer.from(signature, 'base64url'),
        },
      ],
      skipDuplicates: true,
    });
  }

  /** Oldest first; `keys` tells the public half of each key. */
  async after(seq: bigint, limit: number, keys: ReadonlyMap<string, string>): Promise<CheckpointRecord[]> {
    const rows = await this.prisma.auditCheckpoint.findMany({
      where: { seq: { gt: seq } },
      orderBy: { seq: 'asc' },
      take: limit,
    });
    return rows.map((row) => toRecord(row, keys));
  }

  async anchor(name: string): Promise<AnchorState> {
    const row = await this.prisma.auditAnchor.findUnique({ where: { name } });
    return {
      name,
      throughSeq: row?.throughSeq ?? 0n,
      anchoredAt: row?.anchoredAt ?? undefined,
      failedAt: row?.failedAt ?? undefined,
      lastError: row?.lastError ?? undefined,
    };
  }

  async anchored(name: string, throughSeq: bigint, at: Date): Promise<void> {
    const data = { throughSeq, anchoredAt: at, failedAt: null, lastError: null };
    await this.prisma.auditAnchor.upsert({ where: { name }, create: { name, ...data }, update: data });
  }

  async anchorFailed(name: string, at: Date, lastError: string): Promise<void> {
    const data = { failedAt: at, lastError };
    await this.prisma.auditAnchor.upsert({ where: { name }, create: { name, ...data }, update: data });
  }
}

function toRecord(
  { seq, hash, at, keyId, signature }: Row,
  keys: ReadonlyMap<string, string>,
): CheckpointRecord {
  return {
    seq: seq.toString(),
    hash: hex(hash),
    at: at.toISOString(),
    keyId,
    publicKey: keys.get(keyId) ?? '',
    signature: Buffer.from(signature).toString('base64url'),
  };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
