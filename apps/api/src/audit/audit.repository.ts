import { Injectable } from '@nestjs/common';
import { Prisma, PrismaService, type PageRequest } from '../platform/index.js';
import type { AuditActor, AuditEvent, AuditOutcome, AuditType } from './audit-event.js';

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

@Injectable()
export class AuditRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** Newest first, below `before`. */
  async newest(filter: AuditFilter, before: bigint | undefined, limit: number): Promise<AuditEvent[]> {
    const where = { ...toWhere(filter), ...(before === undefined ? {} : { seq: { lt: before } }) };
    const rows = await this.prisma.auditEvent.findMany({ where, orderBy: { seq: 'desc' }, take: limit });
    return rows.map(toEvent);
  }

  async page(filter: AuditFilter, page: PageRequest): Promise<{ rows: AuditEvent[]; total: number }> {
    const where = toWhere(filter);
    const direction = page.sort?.direction ?? 'desc';
    const [rows, total] = await Promise.all([
      this.prisma.auditEvent.findMany({
        where,
        orderBy: { seq: direction },
        skip: page.skip,
        take: page.take,
      }),
      this.prisma.auditEvent.count({ where }),
    ]);
    return { rows: rows.map(toEvent), total };
  }

  async find(id: string): Promise<AuditEvent | undefined> {
    const row = await this.prisma.auditEvent.findUnique({ where: { id } });
    return row ? toEvent(row) : undefined;
  }

  countSince(at: Date): Promise<number> {
    return this.prisma.auditEvent.count({ where: { at: { gte: at } } });
  }
}

function toEvent(row: Prisma.AuditEventModel): AuditEvent {
  const {
    actorType,
    actorId,
    userId,
    agentId,
    connectionId,
    taskId,
    target,
    action,
    requestId,
    ip,
    ...rest
  } = row;
  return {
    ...rest,
    type: row.type as AuditType,
    outcome: row.outcome as AuditOutcome,
    actor: { type: actorType as AuditActor['type'], id: actorId },
    userId: userId ?? undefined,
    agentId: agentId ?? undefined,
    connectionId: connectionId ?? undefined,
    taskId: taskId ?? undefined,
    target: target ?? undefined,
    action: action ?? undefined,
    requestId: requestId ?? undefined,
    ip: ip ?? undefined,
    detail: row.detail as Record<string, unknown>,
  };
}

function toWhere(filter: AuditFilter): Prisma.AuditEventWhereInput {
  const { from, to, ...equal } = filter;
  const at = { ...(from ? { gte: from } : {}), ...(to ? { lt: to } : {}) };
  const wanted = Object.fromEntries(Object.entries(equal).filter(([, value]) => value !== undefined));
  return { ...wanted, ...(from || to ? { at } : {}) };
}
