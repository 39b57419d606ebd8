import { Injectable } from '@nestjs/common';
import { Prisma, PrismaService } from '../platform/index.js';
import type { AuditActor, AuditArguments, AuditEvent, AuditOutcome } from './audit-event.js';
import type { LogPosition } from './search/audit-filter.js';
import type { AuditType } from './audit-vocabulary.js';

@Injectable()
export class AuditRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** The events at these places, in the order asked for. */
  async at(positions: readonly LogPosition[]): Promise<AuditEvent[]> {
    if (positions.length === 0) return [];
    const times = positions.map(({ at }) => at.getTime());
    const rows = await this.prisma.auditEvent.findMany({
      where: {
        seq: { in: positions.map(({ seq }) => seq) },
        at: { gte: new Date(Math.min(...times)), lte: new Date(Math.max(...times)) },
      },
    });
    const bySeq = new Map(rows.map((row) => [row.seq, row]));
    return positions.flatMap(({ seq }) => {
      const row = bySeq.get(seq);
      return row ? [toEvent(row)] : [];
    });
  }

  /** The next events of the chain, in its order. */
  async after(seq: bigint, limit: number): Promise<AuditEvent[]> {
    const rows = await this.prisma.auditEvent.findMany({
      where: { seq: { gt: seq } },
      orderBy: { seq: 'asc' },
      take: limit,
    });
    return rows.map(toEvent);
  }

  /**
   * The next events of these types, in the order of the log, and the place up to which there are no others: the newest
   * one where fewer than `limit` were found.
   */
  async afterOf(
    seq: bigint,
    types: readonly AuditType[],
    limit: number,
  ): Promise<{ readonly events: AuditEvent[]; readonly through: bigint }> {
    const { firstSeq, size } = await this.prisma.auditTree.findUniqueOrThrow({ where: { id: 1 } });
    const newest = firstSeq + size - 1n;
    const rows = await this.prisma.auditEvent.findMany({
      where: { seq: { gt: seq, lte: newest }, type: { in: [...types] } },
      orderBy: { seq: 'asc' },
      take: limit,
    });
    const last = rows.at(-1);
    return { events: rows.map(toEvent), through: last && rows.length === limit ? last.seq : newest };
  }

  /** Whether the log names a user in an event that comes after this place. */
  async namesAfter(seq: bigint, userId: string): Promise<boolean> {
    return (await this.prisma.auditEvent.findFirst({ where: { userId, seq: { gt: seq } } })) !== null;
  }

  async findEvent(id: string): Promise<AuditEvent | undefined> {
    const row = await this.prisma.auditEvent.findFirst({ where: { id } });
    return row ? toEvent(row) : undefined;
  }
}

function toEvent(row: Prisma.AuditEventModel): AuditEvent {
  const { actorType, actorId, scopes, ...rest } = row;
  return {
    ...(withoutNulls(rest) as Omit<WithoutNulls<typeof rest>, 'arguments' | 'detail'>),
    type: row.type as AuditType,
    outcome: row.outcome as AuditOutcome,
    actor: { type: actorType as AuditActor['type'], id: actorId ?? '' },
    scopes: scopes?.split(' '),
    arguments: (row.arguments as unknown as AuditArguments | null) ?? undefined,
    detail: row.detail as Record<string, unknown>,
    salt: row.salt ?? undefined,
  };
}

type WithoutNulls<T> = { [Key in keyof T]: null extends T[Key] ? NonNullable<T[Key]> | undefined : T[Key] };

function withoutNulls<T extends object>(row: T): WithoutNulls<T> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as WithoutNulls<T>;
}
