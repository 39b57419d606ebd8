import { Injectable } from '@nestjs/common';
import { Prisma, PrismaService, type PageRequest } from '../platform/index.js';
import type { AuditActor, AuditArguments, AuditEvent, AuditOutcome } from './audit-event.js';
import type { AuditType } from './audit-vocabulary.js';

/** What a search may narrow to. */
export interface AuditFilter {
  readonly userId?: string | undefined;
  readonly agentId?: string | undefined;
  readonly connectionId?: string | undefined;
  readonly taskId?: string | undefined;
  readonly action?: string | undefined;
  readonly type?: string | undefined;
  readonly outcome?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

const NEWEST: Prisma.AuditEventOrderByWithRelationInput[] = [{ at: 'desc' }, { seq: 'desc' }];

@Injectable()
export class AuditRepository {
  constructor(private readonly prisma: PrismaService) {}

  /**
   * Newest first, below `before`. Ordered by (at, seq), as every index is: that is the order of the chain, and lets the
   * database begin with the newest month and stop when it has enough.
   */
  async newest(filter: AuditFilter, before: bigint | undefined, limit: number): Promise<AuditEvent[]> {
    const where = { ...toWhere(filter), ...(before === undefined ? {} : { seq: { lt: before } }) };
    const rows = await this.prisma.auditEvent.findMany({ where, orderBy: NEWEST, take: limit });
    return rows.map(toEvent);
  }

  async page(filter: AuditFilter, page: PageRequest): Promise<{ rows: AuditEvent[]; total: number }> {
    const where = toWhere(filter);
    const direction = page.sort?.direction ?? 'desc';
    const [rows, total] = await Promise.all([
      this.prisma.auditEvent.findMany({
        where,
        orderBy: [{ at: direction }, { seq: direction }],
        skip: page.skip,
        take: page.take,
      }),
      this.prisma.auditEvent.count({ where }),
    ]);
    return { rows: rows.map(toEvent), total };
  }

  async find(id: string): Promise<AuditEvent | undefined> {
    const row = await this.prisma.auditEvent.findFirst({ where: { id } });
    return row ? toEvent(row) : undefined;
  }

  countSince(at: Date): Promise<number> {
    return this.prisma.auditEvent.count({ where: { at: { gte: at } } });
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

function toWhere(filter: AuditFilter): Prisma.AuditEventWhereInput {
  const { from, to, ...equal } = filter;
  const at = { ...(from ? { gte: from } : {}), ...(to ? { lt: to } : {}) };
  const wanted = Object.fromEntries(Object.entries(equal).filter(([, value]) => value !== undefined));
  return { ...wanted, ...(from || to ? { at } : {}) };
}
